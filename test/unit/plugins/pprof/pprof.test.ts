// Options of pprof, its pages on a real socket, and its profiles, which are V8's.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../../src/base/clock.ts';
import { workerThread } from '../../../../src/plugins/pprof/inspected-thread.ts';
import { Profiler } from '../../../../src/plugins/pprof/profiler.ts';
import { pprofControl } from '../../../../src/plugins/pprof/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { askHttp } from '../../../support/http-ask.ts';
import { freePort } from '../../../support/server.ts';

describe('errors', () => {
  const place = 'Corefile:2 - Error during parsing: ';
  const cases: readonly [string, string][] = [
    ['pprof 6053', `${place}address 6053: missing port in address`],
    ['pprof a b', `${place}Wrong argument count or unexpected line ending after 'b'`],
    ['pprof\npprof', 'this plugin can only be used once per Server Block'],
    [
      'pprof {\nblock x\n}',
      "Corefile:3 - Error during parsing: property 'block' invalid integer value 'x'",
    ],
    [
      'pprof {\nblock 1 2\n}',
      "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after '2'",
    ],
    ['pprof {\nfoo\n}', "Corefile:3 - Error during parsing: unknown property 'foo'"],
  ];
  test.each(cases)('%s', async (lines, text) => {
    expect(await new ControlBench().errorOf(pprofControl, `.:1053 {\n${lines}\n}`)).toBe(text);
  });

  test.each(['pprof', 'pprof :1', 'pprof {\nblock\n}', 'pprof {\nblock 5\n}'])(
    '%s has none and makes no handler',
    async (lines) => {
      expect(await new ControlBench().load(pprofControl, `.:1053 {\n${lines}\n}`)).toEqual([]);
    },
  );

  test('an address that cannot be listened on is logged and ends the start', async () => {
    const bench = new ControlBench();
    await bench.load(pprofControl, '.:1053 {\npprof 192.0.2.77:1\n}');
    const text = 'listen tcp 192.0.2.77:1: bind: cannot assign requested address';
    await expect(bench.run('startup')).rejects.toThrow(text);
    expect(bench.log.lines).toEqual([
      `[ERROR] plugin/pprof: Failed to start pprof handler: ${text}`,
    ]);
    await bench.run('shutdown');
  });
});

async function started(): Promise<{ bench: ControlBench; clock: FakeClock; port: number }> {
  const [port, other] = [await freePort(), await freePort()];
  const clock = new FakeClock();
  const bench = new ControlBench(clock);
  const block = (at: number): string => `.:1053 {\npprof 127.0.0.1:${at}\n}\n`;
  await bench.load(pprofControl, block(port) + block(other));
  await bench.run('startup');
  onTestFinished(() => bench.run('shutdown'));
  return { bench, clock, port };
}

/** Another thread may take its time to answer. */
const PATIENCE_MS = 10_000;

/** Waits for a timer: the profile has begun. */
async function begun(clock: FakeClock): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (clock.pendingTimers === 0 && Date.now() < end) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  expect(clock.pendingTimers).toBe(1);
}

describe('pages', () => {
  test('the root redirects to the index, which names them', async () => {
    const { port } = await started();
    const moved = await askHttp(port, '/debug/pprof');
    expect([moved.status, moved.headers['location']]).toEqual([302, '/debug/pprof/']);
    const index = await askHttp(port, '/debug/pprof/');
    expect([index.status, index.headers['content-type']]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    const links = [...index.body.toString().matchAll(/href="(.*?)"/g)].map(([, link]) => link);
    expect(links).toEqual(['cmdline', 'heap', 'profile', 'symbol', 'trace']);
  });

  test.each([
    ['/debug/pprof/symbol', 200, 'num_symbols: 0\n'],
    ['/debug/pprof/cmdline', 200, [process.execPath, ...process.argv.slice(1)].join('\0')],
    [
      '/debug/pprof/trace?seconds=1',
      501,
      'Execution traces of the Go runtime do not exist here. Use /debug/pprof/profile.\n',
    ],
    ['/debug/pprof/profile?thread=77', 404, 'Unknown thread\n'],
    ['/debug/pprof/heap?thread=x', 404, 'Unknown thread\n'],
    ['/debug/pprof/goroutine', 404, 'Unknown profile\n'],
    ['/debug/pprof/heap/', 404, 'Unknown profile\n'],
    ['/debug/pprofx', 404, '404 page not found\n'],
    ['/', 404, '404 page not found\n'],
  ])('%s', async (path, status, text) => {
    const { port } = await started();
    const { status: got, headers, body } = await askHttp(port, path);
    expect([got, body.toString()]).toEqual([status, text]);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test.each(['', '?gc=1', '?gc=x'])('heap%s is a sampling heap profile', async (query) => {
    const { port } = await started();
    const { status, headers, body } = await askHttp(port, `/debug/pprof/heap${query}`);
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(headers['content-disposition']).toBe('attachment; filename="heap.heapprofile"');
    const { head, samples } = JSON.parse(body.toString());
    expect([head.callFrame.functionName, Array.isArray(samples)]).toEqual(['(root)', true]);
  });

  test.each([
    ['', 30],
    ['?seconds=2', 2],
    ['?seconds=-1', 30],
    ['?seconds=0', 30],
    ['?seconds=x', 30],
    ['?seconds=9999', 300],
  ])('profile%s is a CPU profile of %i s', async (query, seconds) => {
    const { clock, port } = await started();
    const asked = askHttp(port, `/debug/pprof/profile${query}`);
    await begun(clock);
    clock.advance(seconds * 1000 - 1);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(1);
    const { status, headers, body } = await asked;
    expect(status).toBe(200);
    expect(headers['content-disposition']).toBe('attachment; filename="profile.cpuprofile"');
    const profile = JSON.parse(body.toString());
    expect(profile.nodes[0].callFrame.functionName).toBe('(root)');
    expect(profile.samples).toHaveLength(profile.timeDeltas.length);
    expect(profile.endTime).toBeGreaterThan(profile.startTime);
  });

  test('a second CPU profile at a time is refused, a third one after the first is not', async () => {
    const { clock, port } = await started();
    const first = askHttp(port, '/debug/pprof/profile');
    await begun(clock);
    const { status, body } = await askHttp(port, '/debug/pprof/profile');
    expect([status, body.toString()]).toEqual([
      500,
      'Could not enable CPU profiling: cpu profiling already in use\n',
    ]);
    clock.advance(30_000);
    expect((await first).status).toBe(200);
    const third = askHttp(port, '/debug/pprof/profile');
    await begun(clock);
    clock.advance(30_000);
    expect((await third).status).toBe(200);
  });
});

/** A thread by the name of a serving thread, which has a function of its own. */
async function startThread(name: string): Promise<Worker> {
  const code = `
    const { parentPort } = require('node:worker_threads');
    const kept = [];
    function busyBody() { for (let i = 0; i < 200; i++) kept.push(new Array(1000).fill(i)); }
    parentPort.on('message', () => { busyBody(); parentPort.postMessage('done'); });
    parentPort.postMessage('ready');`;
  const worker = new Worker(code, { eval: true, name });
  onTestFinished(async () => void (await worker.terminate()));
  await once(worker, 'message');
  return worker;
}

describe('thread=N: a profile of a serving thread', () => {
  test.each([
    ['profile?thread=0&seconds=2', 'profile.cpuprofile'],
    ['heap?thread=0&seconds=2', 'heap.heapprofile'],
    ['heap?thread=0&seconds=2&gc=1', 'heap.heapprofile'],
  ])('%s', async (page, fileName) => {
    await startThread('serving-1');
    const worker = await startThread('serving-0');
    const { clock, port } = await started();
    const asked = askHttp(port, `/debug/pprof/${page}`);
    await begun(clock);
    for (let turn = 0; turn < 20; turn++) {
      const done = once(worker, 'message');
      worker.postMessage('go');
      await done;
    }
    clock.advance(2000);
    const { status, headers, body } = await asked;
    expect(status).toBe(200);
    expect(headers['content-disposition']).toBe(`attachment; filename="${fileName}"`);
    expect(body.toString()).toContain('busyBody');
    expect(() => JSON.parse(body.toString())).not.toThrow();
  });

  test('ends with status 500 when the thread ends, and others can be taken', async () => {
    const worker = await startThread('serving-0');
    const { clock, port } = await started();
    const asked = askHttp(port, '/debug/pprof/profile?thread=0');
    await begun(clock);
    await worker.terminate();
    clock.advance(30_000);
    const { status, body } = await asked;
    expect([status, body.toString()]).toEqual([500, 'the thread has ended\n']);
    expect((await askHttp(port, '/debug/pprof/profile?thread=0')).status).toBe(404);
    expect((await askHttp(port, '/debug/pprof/heap')).status).toBe(200);
  });

  test('a session says what its thread cannot do', async () => {
    await startThread('serving-0');
    const thread = await workerThread('serving-0');
    await expect(thread?.post('Nosuch.thing')).rejects.toThrow("'Nosuch.thing' wasn't found");
    thread?.disconnect();
    await expect(thread?.post('Profiler.enable')).rejects.toThrow('the thread has ended');
  });
});

describe('life of the endpoint', () => {
  test('a reload closes it and cuts a profile short, a failed one opens it again', async () => {
    const { bench, clock, port } = await started();
    const asked = askHttp(port, '/debug/pprof/profile?seconds=300');
    await begun(clock);
    await bench.run('restart');
    expect(JSON.parse((await asked).body.toString()).nodes).toBeDefined();
    expect(clock.pendingTimers).toBe(0);
    await expect(askHttp(port, '/debug/pprof/')).rejects.toThrow('ECONNREFUSED');
    await bench.run('restartFailed');
    expect((await askHttp(port, '/debug/pprof/heap')).status).toBe(200);
  });

  test('a closed profiler rejects', async () => {
    const profiler = new Profiler(systemClock);
    await expect(profiler.profileCpu(1)).rejects.toThrow('the profiler is closed');
    await expect(profiler.profileHeap(false)).rejects.toThrow('the profiler is closed');
    const thread = profiler.profileHeapOf('serving-0', false, 1);
    await expect(thread).rejects.toThrow('the profiler is closed');
  });
});
