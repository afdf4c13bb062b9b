import { describe, expect, test } from 'vitest';
import { MemoryKeeper, memoryTools } from '../../../src/cli/memory-keeper.ts';
import { loadUdpAddon } from '../../../src/native/udp-addon.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A heap of a number of octets that a collection brings down to its live part. */
function bench({ hasAddon = true, hasGc = true } = {}) {
  const clock = new FakeClock();
  const heap = { used: 100, live: 50 };
  const done: string[] = [];
  const keeper = new MemoryKeeper(
    {
      usedHeap: () => heap.used,
      collect: hasGc
        ? () => {
            done.push('collect');
            heap.used = heap.live;
          }
        : undefined,
      release: hasAddon ? () => done.push('release') : undefined,
    },
    clock,
  );
  return { clock, heap, done, keeper };
}

describe('memory', () => {
  test('is collected and released soon after the start', () => {
    const { clock, done, keeper } = bench();
    keeper.start();
    expect(done).toEqual([]);
    clock.advance(2000);
    expect(done).toEqual(['collect', 'release']);
  });

  test('is collected again only when the heap has grown', () => {
    const { clock, heap, done, keeper } = bench();
    keeper.start();
    clock.advance(2000);
    done.length = 0;
    heap.used = 55;
    clock.advance(5000);
    expect(done).toEqual(['release']);
    heap.used = 60;
    clock.advance(5000);
    expect(done).toEqual(['release', 'collect', 'release']);
  });

  test('is left alone without the addon and without --expose-gc', () => {
    const { clock, done, keeper } = bench({ hasAddon: false, hasGc: false });
    keeper.start();
    clock.advance(60_000);
    expect(done).toEqual([]);
  });

  test('is looked at no more after a stop', () => {
    const { clock, done, keeper } = bench();
    keeper.start();
    clock.advance(2000);
    keeper.stop();
    done.length = 0;
    clock.advance(60_000);
    expect(done).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the tools of this process', () => {
  test('tell the heap', () => {
    expect(memoryTools(undefined).usedHeap()).toBeGreaterThan(0);
    expect(memoryTools(undefined).release).toBeUndefined();
  });

  const addon = loadUdpAddon();
  test.skipIf(typeof addon === 'string')('give memory back, and the process goes on', () => {
    const tools = memoryTools(typeof addon === 'string' ? undefined : addon);
    tools.release?.();
    expect(JSON.parse('{"a":[1,2]}')).toEqual({ a: [1, 2] });
  });
});
