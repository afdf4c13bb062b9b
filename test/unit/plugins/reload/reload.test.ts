import { expect, test } from 'vitest';
import { reloadControl } from '../../../../src/plugins/reload/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

interface Bench {
  readonly bench: ControlBench;
  readonly clock: FakeClock;
  readonly reloads: string[];
  hash: () => string;
  hasWorked: boolean;
}

async function started(corefile: string): Promise<Bench> {
  const clock = new FakeClock();
  const bench = new ControlBench(clock);
  const state: Bench = { bench, clock, reloads: [], hash: () => 'one', hasWorked: true };
  Object.assign(bench.instance, {
    configuration: {
      loadedHash: () => 'one',
      currentHash: () => state.hash(),
      reload: async (trigger: string) => {
        state.reloads.push(trigger);
        return state.hasWorked;
      },
    },
  });
  await bench.load(reloadControl, corefile);
  await bench.run('started');
  return state;
}

/** Lets the look that a timer began come to its end. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function pass(state: Bench, milliseconds: number): Promise<void> {
  state.clock.advance(milliseconds);
  await settled();
}

test.each([
  ['reload 1s', 'interval value must be greater or equal to 2s'],
  ['reload 5s 500ms', 'jitter value must be 0 or greater or equal to 1s'],
  ['reload 5s -1s', 'jitter value must be 0 or greater or equal to 1s'],
  ['reload x', 'time: invalid duration "x"'],
  [
    'reload 5s 1s 2s',
    "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after '2s'",
  ],
])('refuses %s', async (line, text) => {
  await expect(new ControlBench().load(reloadControl, `. {\n ${line}\n}`)).rejects.toThrow(text);
});

test('prints the hash of what is running and reloads when the Corefile has another one', async () => {
  const state = await started('. {\n reload 2s 0\n}');
  expect(state.bench.log.lines).toEqual([
    '[INFO] plugin/reload: Running configuration SHA512 = one',
  ]);
  await pass(state, 2000);
  expect(state.reloads).toEqual([]);
  state.hash = () => 'two';
  await pass(state, 2000);
  expect(state.reloads).toEqual(['plugin/reload: Corefile changed but reload failed']);
  expect(await state.bench.registry.expose()).toContain(
    'coredns_reload_version_info{hash="sha512",value="two"} 1',
  );
});

test('tries a content that failed once, counts it, and tries the next content', async () => {
  const state = await started('. {\n reload 2s 0\n}');
  state.hasWorked = false;
  state.hash = () => 'bad';
  await pass(state, 2000);
  await pass(state, 2000);
  expect(state.reloads).toHaveLength(1);
  state.hash = () => 'worse';
  await pass(state, 2000);
  expect(state.reloads).toHaveLength(2);
  expect(await state.bench.registry.expose()).toContain('coredns_reload_failed_total 2');
});

test('warns at every interval while the Corefile cannot be parsed', async () => {
  const state = await started('. {\n reload 2s 0\n}');
  state.hash = () => {
    throw new Error('Corefile:1 - Error');
  };
  await pass(state, 2000);
  await pass(state, 2000);
  expect(state.bench.log.lines.slice(1)).toEqual([
    '[WARNING] plugin/reload: Corefile parse failed: Corefile:1 - Error',
    '[WARNING] plugin/reload: Corefile parse failed: Corefile:1 - Error',
  ]);
  expect(state.reloads).toEqual([]);
});

test('keeps the interval within half the jitter, and the jitter within half the interval', async () => {
  const state = await started('. {\n reload 4s 60s\n}');
  state.hash = () => 'two';
  await pass(state, 2999);
  expect(state.reloads).toHaveLength(0);
  await pass(state, 2001);
  expect(state.reloads).toHaveLength(1);
});

test('looks no more when its instance has been replaced', async () => {
  const state = await started('. {\n reload 2s 0\n}');
  await state.bench.run('shutdown');
  expect(state.clock.pendingTimers).toBe(0);
});
