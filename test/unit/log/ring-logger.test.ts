import { expect, test } from 'vitest';
import { createLineRing, LineRingReader, LineRingWriter } from '../../../src/log/line-ring.ts';
import { OctetLine } from '../../../src/log/octet-line.ts';
import { RingLogger } from '../../../src/log/ring-logger.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function linesOf(layout: 'coredns' | 'json', use: (logger: RingLogger) => void): string {
  const ring = createLineRing(4096);
  use(new RingLogger(new LineRingWriter(ring), layout, new FakeClock(5000)));
  let text = '';
  new LineRingReader(ring).drain((lines) => {
    text += Buffer.from(lines).toString();
    return lines.length;
  });
  return text;
}

test('writes every level into the ring, debug only when it is on', () => {
  const text = linesOf('coredns', (logger) => {
    logger.debug('no');
    logger.isDebugEnabled = true;
    logger.debug('a');
    logger.info('b');
    logger.warning('c');
    logger.error('d');
    logger.fatal('e');
  });
  expect(text).toBe('[DEBUG] a\n[INFO] b\n[WARNING] c\n[ERROR] d\n[FATAL] e\n');
});

test('writes the json layout with the time of its clock', () => {
  expect(linesOf('json', (logger) => logger.info('b'))).toBe(
    '{"level":"info","time":5000,"msg":"b"}\n',
  );
});

test('takes lines as octets between texts, but not in the json layout', () => {
  const line = new OctetLine();
  const write = (logger: RingLogger): void => {
    logger.info('a');
    logger.octetLines?.open(line, 10);
    line.decimal(53);
    logger.octetLines?.close(line);
  };
  expect(linesOf('coredns', write)).toBe('[INFO] a\n[INFO] 53\n');
  expect(linesOf('json', write)).toBe('{"level":"info","time":5000,"msg":"a"}\n');
});
