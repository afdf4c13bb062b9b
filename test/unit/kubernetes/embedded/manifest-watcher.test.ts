import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../../src/base/clock.ts';
import { ManifestWatcher } from '../../../../src/kubernetes/embedded/manifest-watcher.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { manifestFolder } from '../../../support/manifests.ts';

/** A watcher on a fake clock; `events` are the callbacks of its folder watches. */
function fakeWatcher(paths: string[], hasEvents = true) {
  const clock = new FakeClock();
  const state = { changes: 0, closed: 0, events: [] as (() => void)[] };
  const watcher = new ManifestWatcher(
    paths,
    clock,
    () => state.changes++,
    (_folder, onEvent) => {
      if (!hasEvents) throw new Error('no watch left');
      state.events.push(onEvent);
      return { close: () => state.closed++ };
    },
  );
  watcher.start();
  return { clock, state, watcher };
}

test('a poll finds changes when no event comes, within a second', () => {
  const folder = manifestFolder({ 'a.yaml': 'x' });
  const { clock, state } = fakeWatcher([folder], false);
  clock.advance(5000);
  expect(state.changes).toBe(0);
  writeFileSync(join(folder, 'a.yaml'), 'changed');
  clock.advance(900);
  expect(state.changes).toBe(1);
  clock.advance(5000);
  expect(state.changes).toBe(1);
});

test('an event hastens the look, and a burst of events makes one', () => {
  const folder = manifestFolder({ 'a.yaml': 'x' });
  const { clock, state } = fakeWatcher([folder]);
  writeFileSync(join(folder, 'a.yaml'), 'changed');
  for (let i = 0; i < 5; i++) state.events[0]?.();
  expect(clock.nextDueInMs).toBeLessThan(100);
  clock.advance(200);
  expect(state.changes).toBe(1);
});

test('a file that is still being written is left alone until it rests', () => {
  const folder = manifestFolder({ 'a.yaml': 'whole' });
  const { clock, state } = fakeWatcher([folder]);
  for (let i = 1; i <= 5; i++) {
    writeFileSync(join(folder, 'a.yaml'), 'x'.repeat(i));
    state.events[0]?.();
    clock.advance(80);
  }
  expect(state.changes).toBe(0);
  clock.advance(80);
  expect(state.changes).toBe(1);
});

test('a change that is taken back is none', () => {
  const folder = manifestFolder({ 'a.yaml': 'x' });
  const { clock, state } = fakeWatcher([folder]);
  renameSync(join(folder, 'a.yaml'), join(folder, 'b.yaml'));
  state.events[0]?.();
  clock.advance(80);
  renameSync(join(folder, 'b.yaml'), join(folder, 'a.yaml'));
  clock.advance(2000);
  expect(state.changes).toBe(0);
});

test('watches are opened anew after a change, and closed at the end', () => {
  const folder = manifestFolder({ 'a.yaml': 'x' });
  const { clock, state, watcher } = fakeWatcher([folder, join(folder, 'a.yaml')]);
  expect(state.events).toHaveLength(1);
  rmSync(join(folder, 'a.yaml'));
  clock.advance(1000);
  expect([state.events.length, state.closed]).toEqual([2, 1]);
  watcher.stop();
  state.events[1]?.();
  expect([state.closed, clock.pendingTimers]).toEqual([2, 0]);
  watcher.stop();
});

test('the system tells changes of a real folder', { timeout: 10_000 }, async () => {
  const folder = manifestFolder({ 'a.yaml': 'x' });
  const changed = Promise.withResolvers<void>();
  const watcher = new ManifestWatcher([folder], systemClock, changed.resolve);
  watcher.start();
  onTestFinished(() => watcher.stop());
  const startMs = performance.now();
  writeFileSync(join(folder, 'b.yaml'), 'y');
  await changed.promise;
  expect(performance.now() - startMs).toBeLessThan(1000);
});
