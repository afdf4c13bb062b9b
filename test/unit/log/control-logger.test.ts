import { afterEach, expect, test, vi } from 'vitest';
import { ControlLogger } from '../../../src/log/control-logger.ts';
import { LineOutput } from '../../../src/log/line-output.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function outputTo(chunks: string[]): LineOutput {
  const writeSome = (bytes: Uint8Array): number => {
    chunks.push(Buffer.from(bytes).toString());
    return bytes.length;
  };
  return new LineOutput(writeSome, new FakeClock());
}

afterEach(() => {
  vi.useRealTimers();
});

test('writes CoreDNS lines at once, debug only when it is on', () => {
  const lines: string[] = [];
  const logger = new ControlLogger(outputTo(lines));
  logger.debug('not yet');
  expect(logger.isDebugEnabled).toBe(false);
  logger.isDebugEnabled = true;
  logger.debug('100% %s "a" \\');
  logger.info('two');
  logger.warning('three');
  logger.error('four');
  logger.fatal('five');
  logger.isDebugEnabled = false;
  logger.debug('no more');
  logger.plain('.:53');
  logger.info('');
  expect(lines).toEqual([
    '[DEBUG] 100% %s "a" \\\n',
    '[INFO] two\n',
    '[WARNING] three\n',
    '[ERROR] four\n',
    '[FATAL] five\n',
    '.:53\n',
    '[INFO] \n',
  ]);
});

test('writes debug lines also when they were switched on before the first line', () => {
  const lines: string[] = [];
  const logger = new ControlLogger(outputTo(lines));
  logger.isDebugEnabled = true;
  logger.debug('first');
  expect(logger.isDebugEnabled).toBe(true);
  expect(lines).toEqual(['[DEBUG] first\n']);
});

test('writes JSON lines of the same shape as serving threads do', () => {
  vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date'] });
  const lines: string[] = [];
  const logger = new ControlLogger(outputTo(lines), 'json');
  logger.info('a "b"');
  logger.warning('c');
  expect(lines).toEqual([
    '{"level":"info","time":1700000000000,"msg":"a \\"b\\""}\n',
    '{"level":"warning","time":1700000000000,"msg":"c"}\n',
  ]);
});

test('a fatal line is out before fatal() returns, although the reader was slow', () => {
  const taken: string[] = [];
  let refusals = 3;
  const writeSome = (bytes: Uint8Array): number => {
    if (refusals-- > 0) throw Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' });
    taken.push(Buffer.from(bytes).toString());
    return bytes.length;
  };
  const logger = new ControlLogger(new LineOutput(writeSome, new FakeClock()));
  logger.info('before');
  logger.fatal('the end');
  expect(taken.join('')).toBe('[INFO] before\n[FATAL] the end\n');
});
