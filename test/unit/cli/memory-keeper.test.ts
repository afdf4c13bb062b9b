import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { keepMemory, memoryTools } from '../../../src/cli/memory-keeper.ts';
import { loadUdpAddon } from '../../../src/native/udp-addon.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A heap of a number of octets that a collection brings down to its live part. */
function bench({ hasAddon = true } = {}) {
  const clock = new FakeClock();
  const heap = { used: 100, live: 50 };
  const done: string[] = [];
  const poll = keepMemory(
    {
      usedHeap: () => heap.used,
      collect: () => {
        done.push('collect');
        heap.used = heap.live;
      },
      release: hasAddon ? () => done.push('release') : undefined,
    },
    clock,
  );
  /** Lets time pass, and the next look be arranged. */
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await new Promise(setImmediate);
  };
  return { clock, heap, done, poll, pass };
}

describe('memory', () => {
  test('is collected and released soon after the start', async () => {
    const { done, pass } = bench();
    expect(done).toEqual([]);
    await pass(2000);
    expect(done).toEqual(['collect', 'release']);
  });

  test('is collected again only when the heap has grown', async () => {
    const { heap, done, pass } = bench();
    await pass(2000);
    done.length = 0;
    heap.used = 55;
    await pass(5000);
    expect(done).toEqual(['release']);
    heap.used = 60;
    await pass(5000);
    expect(done).toEqual(['release', 'collect', 'release']);
  });

  test('is only collected without the addon', async () => {
    const { done, pass } = bench({ hasAddon: false });
    await pass(60_000);
    expect(done).toEqual(['collect']);
  });

  test('is looked at no more after a stop', async () => {
    const { clock, done, poll, pass } = bench();
    await pass(2000);
    poll.stop();
    done.length = 0;
    await pass(60_000);
    expect(done).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

/** The field `shared` of statm (proc_pid_statm(5)). */
function residentFilePages(): number {
  return Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[2]);
}

describe('the tools of this process', () => {
  test('tell the heap', () => {
    expect(memoryTools(undefined).usedHeap()).toBeGreaterThan(0);
    expect(memoryTools(undefined).release).toBeUndefined();
  });

  test('collect, and leave no trace of how', async () => {
    const tools = memoryTools(undefined);
    const garbage = new WeakRef({ text: 'garbage' });
    // What a WeakRef has been asked for lives until the task ends.
    await new Promise(setImmediate);
    tools.collect();
    expect(garbage.deref()).toBeUndefined();
    expect(runInNewContext('typeof gc')).toBe('undefined');
  });

  const addon = loadUdpAddon();
  test.skipIf(typeof addon === 'string')(
    'give memory back each time, and the process goes on',
    () => {
      const tools = memoryTools(typeof addon === 'string' ? undefined : addon);
      for (const locale of ['de', 'fr']) {
        expect(new Intl.NumberFormat(locale).format(1.5)).toBe('1,5');
        const before = residentFilePages();
        tools.release?.();
        expect(residentFilePages()).toBeLessThan(before);
      }
    },
  );
});
