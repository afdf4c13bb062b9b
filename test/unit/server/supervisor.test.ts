// The life of the process: order of hooks and orders, reloads that fail, reloads that come together, the end.

import { beforeEach, describe, expect, test } from 'vitest';
import type { ControlPlugin, Hooks } from '../../../src/plugin/control.ts';
import { Supervisor } from '../../../src/server/supervisor.ts';
import { controlPlugin, InstanceBench, ThreadsDouble } from '../../support/instance-bench.ts';

const MOMENTS: readonly (keyof Hooks)[] = [
  'startup',
  'started',
  'restart',
  'restartFailed',
  'shutdown',
  'finalShutdown',
];

let events: string[];
let threads: ThreadsDouble;
let text: string;
let readError: Error | undefined;
beforeEach(() => {
  events = [];
  threads = new ThreadsDouble(events);
  text = 'one.test {\n hooked\n}\n';
  readError = undefined;
});

/** A plugin that notes its moments by zone; the arguments of its directive name the moments that fail. */
const hooked: ControlPlugin = controlPlugin('hooked', (dispenser, block) => {
  const failing: string[] = [];
  while (dispenser.next()) failing.push(...dispenser.remainingArgs());
  for (const moment of MOMENTS) {
    block.instance.hooks[moment].push(async () => {
      await Promise.resolve();
      events.push(`${moment} ${block.zones[0]}`);
      if (failing.includes(moment)) throw new Error(`${moment} failed`);
    });
  }
  return [undefined];
});

function make(...plugins: readonly ControlPlugin[]): { supervisor: Supervisor; lines: string[] } {
  const bench = new InstanceBench([hooked, ...plugins]);
  const supervisor = new Supervisor({
    services: bench,
    loader: bench.loader,
    threads: threads.asThreads,
    readCorefile: () => {
      if (readError !== undefined) throw readError;
      return { fileName: 'Corefile', text };
    },
  });
  return { supervisor, lines: bench.log.lines };
}
const started = async (...plugins: readonly ControlPlugin[]): Promise<ReturnType<typeof make>> => {
  const made = make(...plugins);
  await made.supervisor.start({ fileName: 'Corefile', text });
  await made.supervisor.afterStart();
  events.splice(0);
  return made;
};

describe('the first start', () => {
  test('runs startup hooks, opens sockets, then runs the hooks that wait for them', async () => {
    const { supervisor } = make();
    expect(supervisor.hasListeners).toBe(false);
    expect(await supervisor.start({ fileName: 'Corefile', text })).toEqual(['one.test.:53']);
    await supervisor.afterStart();
    expect(events).toEqual([
      'load 1',
      'startup one.test.',
      'prepare 1',
      'commit 1',
      'started one.test.',
    ]);
    expect(supervisor.hasListeners).toBe(true);
    expect(threads.size).toBe(1);
  });

  test.each([
    ['a Corefile that does not parse', '{', 'Corefile:'],
    ['a plugin that cannot be set up', '. {\n bad\n}\n', 'plugin/bad: no'],
    ['a startup hook that fails', '. {\n hooked startup\n}\n', 'startup failed'],
  ])('%s ends it', async (_what, corefile, message) => {
    const bad = controlPlugin('bad', () => {
      throw new Error('no');
    });
    const { supervisor } = make(bad);
    await expect(supervisor.start({ fileName: 'Corefile', text: corefile })).rejects.toThrow(
      message,
    );
    expect(events.filter((event) => event.startsWith('prepare'))).toEqual([]);
  });

  test('sockets that do not open end it with their text', async () => {
    const { supervisor } = make();
    threads.failure = 'Listen: listen tcp :53: bind: permission denied';
    await expect(supervisor.start({ fileName: 'Corefile', text })).rejects.toThrow(threads.failure);
  });
});

describe('a reload', () => {
  test('starts the new instance whole before the old one ends', async () => {
    const { supervisor, lines } = await started();
    text = 'two.test {\n hooked\n}\n';
    await supervisor.reload('SIGUSR1');
    expect(events).toEqual([
      'restart one.test.',
      'load 2',
      'startup two.test.',
      'prepare 2',
      'commit 2',
      'shutdown one.test.',
      'started two.test.',
    ]);
    expect(lines).toEqual(['[INFO] Reloading', '[INFO] Reloading complete']);
  });

  test.each([
    [
      'does not parse',
      '. {\n nosuch\n}\n',
      "Corefile:2 - Error during parsing: Unknown directive 'nosuch'",
      [],
    ],
    [
      'has a failing startup hook',
      'two.test {\n hooked startup\n}\n',
      'startup failed',
      ['load 2', 'startup two.test.', 'shutdown two.test.'],
    ],
  ])('of a Corefile that %s leaves the old instance', async (_what, corefile, error, between) => {
    const { supervisor, lines } = await started();
    text = corefile;
    await supervisor.reload('SIGUSR1');
    expect(events).toEqual(['restart one.test.', ...between, 'restartFailed one.test.']);
    expect(lines).toEqual([
      '[INFO] Reloading',
      `[ERROR] Restart failed: ${error}`,
      `[ERROR] SIGUSR1: starting with listener file descriptors: ${error}`,
    ]);
    // The old one is still the one that ends with the process.
    events.splice(0);
    await supervisor.stop();
    expect(events).toEqual(['stop', 'shutdown one.test.']);
  });

  test('that needs a port that is taken leaves the old instance', async () => {
    const { supervisor, lines } = await started();
    text = 'two.test {\n hooked\n}\n';
    threads.failure = 'Listen: listen tcp :54: bind: address already in use';
    await supervisor.reload('SIGUSR1');
    expect(events).toEqual([
      'restart one.test.',
      'load 2',
      'startup two.test.',
      'prepare 2',
      'shutdown two.test.',
      'restartFailed one.test.',
    ]);
    expect(lines[1]).toBe(
      '[ERROR] Restart failed: Listen: listen tcp :54: bind: address already in use',
    );
    await supervisor.reload('SIGUSR1');
    expect(threads.configs.map(({ generation }) => generation)).toEqual([1, 3]);
  });

  test('bug: after a restart hook that failed, what the others had closed stayed closed', async () => {
    text = 'one.test {\n hooked restart\n}\n';
    const { supervisor, lines } = await started();
    await supervisor.reload('SIGUSR1');
    expect(events).toEqual(['restart one.test.', 'restartFailed one.test.']);
    expect(lines[1]).toBe('[ERROR] Restart failed: restart failed');
  });

  test('of a Corefile that cannot be read begins nothing', async () => {
    const { supervisor, lines } = await started();
    readError = new Error('open Corefile: no such file or directory');
    await supervisor.reload('SIGUSR1');
    expect(events).toEqual([]);
    expect(lines).toEqual([
      '[ERROR] SIGUSR1: loading updated Caddyfile: open Corefile: no such file or directory',
    ]);
  });

  test('begins when the one before it is over', async () => {
    const { supervisor } = await started();
    const all = [
      supervisor.reload('SIGUSR1'),
      supervisor.reload('SIGUSR1'),
      supervisor.reload('SIGUSR1'),
    ];
    await Promise.all(all);
    const starts = events.filter((event) => /^(startup|commit|shutdown)/.test(event));
    expect(starts).toEqual(
      [2, 3, 4].flatMap((n) => ['startup one.test.', `commit ${n}`, 'shutdown one.test.']),
    );
  });

  test('goes on after a hook of the old instance has failed', async () => {
    text = 'one.test {\n hooked shutdown\n}\n';
    const { supervisor, lines } = await started();
    await supervisor.reload('SIGUSR1');
    expect(lines.at(-1)).toBe('[INFO] Reloading complete');
  });

  test('before the first start does nothing', async () => {
    const { supervisor, lines } = make();
    await supervisor.reload('SIGUSR1');
    expect(lines).toEqual([]);
  });

  test('asks for as many threads as multisocket says', async () => {
    const multisocket = controlPlugin('multisocket', (_dispenser, { settings }) => {
      settings.sockets = 4;
      return [];
    });
    const { supervisor } = await started(multisocket);
    text = '. {\n multisocket\n}\n';
    await supervisor.reload('SIGUSR1');
    expect(threads.size).toBe(4);
  });
});

describe('the end', () => {
  test('first the final hooks, then the threads, then the rest', async () => {
    const { supervisor } = await started();
    expect(await supervisor.finalShutdown()).toEqual([]);
    await supervisor.stop();
    expect(events).toEqual(['finalShutdown one.test.', 'stop', 'shutdown one.test.']);
  });

  test('tells which final hooks failed and runs the others', async () => {
    text = 'one.test {\n hooked finalShutdown\n}\ntwo.test {\n hooked\n}\n';
    const { supervisor } = await started();
    expect(await supervisor.finalShutdown()).toEqual(['finalShutdown failed']);
    expect(events).toEqual(['finalShutdown one.test.', 'finalShutdown two.test.']);
  });

  test('bug: a reload that waited for its turn began during the lameduck time', async () => {
    const { supervisor, lines } = await started();
    const reloads = [supervisor.reload('SIGUSR1'), supervisor.reload('SIGUSR1')];
    await supervisor.finalShutdown();
    await Promise.all(reloads);
    expect(lines.filter((line) => line === '[INFO] Reloading').length).toBeLessThan(2);
  });
});
