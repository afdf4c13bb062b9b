// Keeps the process small between bursts. A start or a list of the whole cluster leaves garbage that V8 would only collect when
// something is allocated again, freed memory that malloc keeps, and pages of the program that only the start has used. All on the
// control thread: a collection there delays no answer. docs/adr/0004-memory.md has the figures.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '../base/clock.ts';
import { Poll } from '../base/poll.ts';
import { START_MS } from './late-flags.ts';

/** What the keeper works with. */
export interface MemoryTools {
  /** Octets of live and dead objects of this thread. */
  usedHeap(): number;
  /** Collects all garbage of this thread. */
  collect(): void;
  /** Hands free memory and idle program pages to the kernel; undefined without the native addon. */
  readonly release: (() => void) | undefined;
}

/** Between looks; the first one comes when the start is through. */
const LOOK_MS = 5000;
/** A heap that has grown by this much since it was collected holds garbage worth a collection. */
const GROWTH = 1.15;

/** Looks now and then whether there is memory to give back, until the poll is stopped. */
export function keepMemory({ usedHeap, collect, release }: MemoryTools, clock: Clock): Poll {
  let collectedHeap = 0;
  let pauseMs = START_MS;
  const look = async (): Promise<void> => {
    pauseMs = LOOK_MS;
    if (usedHeap() > collectedHeap * GROWTH) {
      collect();
      collectedHeap = usedHeap();
    }
    release?.();
  };
  const poll = new Poll(clock);
  poll.start(look, () => pauseMs);
  return poll;
}

/** The tools of this process. */
export function memoryTools(addon: { releaseMemory(): void } | undefined): MemoryTools {
  let collect: (() => void) | undefined;
  return {
    usedHeap: () => process.memoryUsage().heapUsed,
    collect: () => {
      collect ??= collector();
      collect();
    },
    release: addon && (() => addon.releaseMemory()),
  };
}

/** V8's collector. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
