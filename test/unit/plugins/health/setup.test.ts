// Options of health and CoreDNS's texts for wrong ones.
import { describe, expect, test } from 'vitest';
import { healthControl } from '../../../../src/plugins/health/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { askHttp, openHalfRequest } from '../../../support/http-ask.ts';
import { freePort } from '../../../support/server.ts';

describe('errors', () => {
  const cases: readonly [string, string][] = [
    ['health 8080', 'address 8080: missing port in address'],
    [
      'health a b',
      "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'b'",
    ],
    ['health :8080 {\nfoo\n}', "Corefile:3 - Error during parsing: unknown property 'foo'"],
    [
      'health :8080 {\nlameduck\n}',
      "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after 'lameduck'",
    ],
    [
      'health :8080 {\nlameduck x\n}',
      'unable to parse lameduck duration value: \'x\' : time: invalid duration "x"',
    ],
  ];
  test.each(cases)('%s', async (lines, text) => {
    expect(await new ControlBench().errorOf(healthControl, `.:1053 {\n${lines}\n}`)).toBe(text);
  });

  const startErrors: readonly [string, string][] = [
    [':abc', 'parse "http://:abc": invalid port ":abc" after host'],
    [':99999', 'listen tcp: address 99999: invalid port'],
    ['192.0.2.77:1', 'listen tcp 192.0.2.77:1: bind: cannot assign requested address'],
  ];
  test.each(startErrors)('%s ends the start', async (address, text) => {
    const bench = new ControlBench();
    await bench.load(healthControl, `.:1053 {\nhealth ${address}\n}`);
    await expect(bench.run('startup')).rejects.toThrow(text);
  });
});

describe('life of the endpoint', () => {
  async function started(
    lines: string,
  ): Promise<{ bench: ControlBench; clock: FakeClock; port: number }> {
    const port = await freePort();
    const clock = new FakeClock();
    const bench = new ControlBench(clock);
    await bench.load(healthControl, `.:1053 {\n${lines.replaceAll('PORT', String(port))}\n}`);
    await bench.run('startup');
    return { bench, clock, port };
  }

  test('what the last stanza says holds', async () => {
    const { bench, port } = await started(
      'health :1 {\nlameduck 5s\n}\nhealth 127.0.0.1:PORT {\nlameduck 0s\n}',
    );
    const { status, headers, body } = await askHttp(port, '/health');
    expect([status, headers['content-type'], body.toString()]).toEqual([
      200,
      'text/plain; charset=utf-8',
      'OK',
    ]);
    await bench.run('finalShutdown');
    expect(bench.log.lines).toEqual([]);
    await expect(askHttp(port, '/health')).rejects.toThrow('ECONNREFUSED');
  });

  test('a reload closes it, a failed one opens it again', async () => {
    const { bench, clock, port } = await started('health 127.0.0.1:PORT {\nlameduck 5s\n}');
    await bench.run('restart');
    await expect(askHttp(port, '/health')).rejects.toThrow('ECONNREFUSED');
    expect(clock.pendingTimers).toBe(0);
    for (let times = 0; times < 2; times++) await bench.run('restartFailed');
    expect((await askHttp(port, '/health')).status).toBe(200);
    expect(clock.pendingTimers).toBe(1);
    await bench.run('shutdown');
    expect(clock.pendingTimers).toBe(0);
    await bench.run('finalShutdown');
    expect(bench.log.lines).toEqual([]);
  });

  test('the end of the process waits for lameduck, and answers meanwhile', async () => {
    const { bench, clock, port } = await started('health 127.0.0.1:PORT {\nlameduck 1500ms\n}');
    const ending = bench.run('finalShutdown');
    expect(bench.log.lines).toEqual(['[INFO] plugin/health: Going into lameduck mode for 1.5s']);
    expect((await askHttp(port, '/health')).status).toBe(200);
    clock.advance(1500);
    await ending;
    await expect(askHttp(port, '/health')).rejects.toThrow('ECONNREFUSED');
  });

  test('fails while a serving thread is silent', async () => {
    const { bench, port } = await started('health 127.0.0.1:PORT');
    bench.hasSilentThread = true;
    const { status, headers, body } = await askHttp(port, '/health');
    expect([status, headers['content-type'], body.toString()]).toEqual([
      503,
      'text/plain; charset=utf-8',
      'a serving thread does not answer',
    ]);
    bench.hasSilentThread = false;
    expect((await askHttp(port, '/health')).status).toBe(200);
    await bench.run('shutdown');
  });

  test('a negative lameduck does not wait', async () => {
    const { bench } = await started('health 127.0.0.1:PORT {\nlameduck -1s\n}');
    await bench.run('finalShutdown');
    expect(bench.log.lines).toEqual([]);
  });

  test('two blocks may share an address', async () => {
    const port = await freePort();
    const bench = new ControlBench(new FakeClock());
    const block = (dns: number): string => `.:${dns} {\nhealth 127.0.0.1:${port}\n}\n`;
    await bench.load(healthControl, block(1053) + block(1054));
    await bench.run('startup');
    expect((await askHttp(port, '/health')).status).toBe(200);
    await bench.run('shutdown');
  });
});

test('says when requests under way had to be cut', async () => {
  const port = await freePort();
  const clock = new FakeClock();
  const bench = new ControlBench(clock);
  await bench.load(healthControl, `.:1053 {\nhealth 127.0.0.1:${port}\n}`);
  await bench.run('startup');
  const half = await openHalfRequest(port, '/health');
  const closing = bench.run('restart');
  clock.advance(5000);
  await closing;
  await half.isClosed;
  expect(bench.log.lines).toEqual([
    '[INFO] plugin/health: Failed to stop health http server: context deadline exceeded',
  ]);
});
