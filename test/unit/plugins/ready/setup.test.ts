// Options of ready, and what /ready says in the course of an instance.
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type ReadyState, readyControl } from '../../../../src/plugins/ready/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { askHttp, openHalfRequest } from '../../../support/http-ask.ts';

function portOf(bench: ControlBench, address = '127.0.0.1:0'): number {
  const state = bench.instance.shared.get('ready') as ReadyState;
  return state.listeners.get(address)?.port ?? 0;
}

async function ask(bench: ControlBench): Promise<string> {
  const { status, body } = await askHttp(portOf(bench), '/ready');
  return `${status} ${body.toString()}`;
}

describe('errors', () => {
  const cases: readonly [string, string][] = [
    ['ready 8181', 'address 8181: missing port in address'],
    ['ready\nready', 'this plugin can only be used once per Server Block'],
    [
      'ready :8181 {\nmonitor foo\n}',
      "Corefile:3 - Error during parsing: monitor type 'foo' not supported",
    ],
    [
      'ready {\nmonitor\n}',
      "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after 'monitor'",
    ],
    ['ready {\nfoo\n}', "Corefile:3 - Error during parsing: unknown property 'foo'"],
    [
      'ready a b',
      "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'b'",
    ],
  ];
  test.each(cases)('%s', async (lines, text) => {
    expect(await new ControlBench().errorOf(readyControl, `.:1053 {\n${lines}\n}`)).toBe(text);
  });
});

test('the default address is :8181', async () => {
  const bench = new ControlBench();
  await bench.load(readyControl, '.:1053 {\nready\n}');
  const state = bench.instance.shared.get('ready') as ReadyState;
  expect([...state.listeners.keys()]).toEqual([':8181']);
});

describe('/ready', () => {
  async function started(options = ''): Promise<ControlBench> {
    const bench = new ControlBench();
    await bench.load(readyControl, `.:1053 {\nready 127.0.0.1:0 ${options}\n}`);
    await bench.run('startup');
    return bench;
  }

  test('is OK when nobody has a say', async () => {
    const bench = await started();
    const { status, headers, body } = await askHttp(portOf(bench), '/ready');
    expect([status, headers['content-type'], body.toString()]).toEqual([
      200,
      'text/plain; charset=utf-8',
      'OK',
    ]);
    await bench.run('shutdown');
  });

  test('names those that are not ready, and logs each request', async () => {
    const bench = await started();
    let isReady = false;
    bench.instance.readiness.set('nomad', () => isReady);
    bench.instance.readiness.set('kubernetes', () => isReady);
    bench.instance.readiness.set('erratic', () => true);
    expect(await ask(bench)).toBe('503 kubernetes,nomad');
    expect(await ask(bench)).toBe('503 kubernetes,nomad');
    const line = '[INFO] plugin/ready: Plugins not ready: "kubernetes,nomad"';
    expect(bench.log.lines).toEqual([line, line]);
    isReady = true;
    expect(await ask(bench)).toBe('200 OK');
    await bench.run('shutdown');
  });

  test.each([
    ['', '200 OK'],
    ['{\nmonitor until-ready\n}', '200 OK'],
    ['{\nmonitor continuously\n}', '503 kubernetes'],
  ])('a plugin that was ready once (%s)', async (options, answer) => {
    const bench = await started(options);
    let isReady = true;
    bench.instance.readiness.set('kubernetes', () => isReady);
    expect(await ask(bench)).toBe('200 OK');
    isReady = false;
    expect(await ask(bench)).toBe(answer);
    await bench.run('shutdown');
  });

  test('a plugin that is registered anew is asked anew', async () => {
    const bench = await started();
    bench.instance.readiness.set('kubernetes', () => true);
    expect(await ask(bench)).toBe('200 OK');
    bench.instance.readiness.set('kubernetes', () => false);
    expect(await ask(bench)).toBe('503 kubernetes');
    await bench.run('shutdown');
  });

  test('is closed before lameduck, and during a reload', async () => {
    const bench = await started();
    const port = portOf(bench);
    await bench.run('restart');
    await expect(askHttp(port, '/ready')).rejects.toThrow('ECONNREFUSED');
    await bench.run('restartFailed');
    expect(await ask(bench)).toBe('200 OK');
    const again = portOf(bench);
    await bench.run('finalShutdown');
    await expect(askHttp(again, '/ready')).rejects.toThrow('ECONNREFUSED');
  });

  test('blocks with one address share it, and the last monitor mode holds', async () => {
    const bench = new ControlBench();
    const block = (port: number, mode: string): string =>
      `.:${port} {\nready 127.0.0.1:0 {\nmonitor ${mode}\n}\n}\n`;
    await bench.load(readyControl, block(1053, 'until-ready') + block(1054, 'continuously'));
    expect(bench.instance.hooks.startup).toHaveLength(1);
    expect((bench.instance.shared.get('ready') as ReadyState).list.isContinuous).toBe(true);
  });

  test('a failure to listen is passed over', async () => {
    const occupant = createServer();
    await new Promise<void>((resolve) => {
      occupant.listen(0, '127.0.0.1', resolve);
    });
    const bound = occupant.address();
    const port = typeof bound === 'object' ? bound?.port : 0;
    const bench = new ControlBench();
    await bench.load(readyControl, `.:1053 {\nready 127.0.0.1:${port}\n}`);
    await bench.run('startup');
    await bench.run('shutdown');
    expect(bench.log.lines).toEqual([]);
    await new Promise((resolve) => {
      occupant.close(resolve);
    });
  });
});

test('says when requests under way had to be cut', async () => {
  const clock = new FakeClock();
  const bench = new ControlBench(clock);
  await bench.load(readyControl, '.:1053 {\nready 127.0.0.1:0\n}');
  await bench.run('startup');
  const half = await openHalfRequest(portOf(bench), '/ready');
  const closing = bench.run('restart');
  clock.advance(5000);
  await closing;
  await half.isClosed;
  expect(bench.log.lines).toEqual([
    '[INFO] plugin/ready: Failed to stop ready http server: context deadline exceeded',
  ]);
});
