// V8's own profilers for the threads of this process. Results are the JSON texts that Chrome DevTools opens. Sessions are made by
// inspected-thread.ts; time limits and HTTP are up to pages.ts.

import type { Clock, Timer } from '../../base/clock.ts';
import { type InspectedThread, ownThread, workerThread } from './inspected-thread.ts';

/** Bytes between two samples of the heap, as Go's runtime.MemProfileRate. */
const SAMPLING = { samplingInterval: 524_288 };

/** Says that a profile is under way: there is one that takes time at a time. */
export class ProfilerBusy extends Error {}

/** Says that there is no thread of that name. */
export class ThreadMissing extends Error {}

/** Takes profiles while it is open: of the control thread, and of the threads that answer queries by their names. */
export class Profiler {
  readonly #clock: Clock;
  #own: InspectedThread | undefined;
  /** Ends the wait for the profile under way. */
  #cutShort: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to sample the heap, which costs little: one allocation in half a megabyte is looked at. No-op when open. */
  async open(): Promise<void> {
    if (this.#own !== undefined) return;
    this.#own = ownThread();
    await this.#own.post('Profiler.enable');
    await this.#own.post('HeapProfiler.startSampling', SAMPLING);
  }

  /** Ends sampling; a profile under way is cut short and still delivered. No-op when closed. */
  async close(): Promise<void> {
    const own = this.#own;
    if (own === undefined) return;
    this.#own = undefined;
    this.#cutShort?.();
    await own.post('HeapProfiler.stopSampling');
    // What the profile under way still has to post went into the session before this.
    own.disconnect();
  }

  /** A CPU profile (`.cpuprofile`) of the next `durationMs` milliseconds. Rejects with ProfilerBusy, ThreadMissing. */
  async profileCpu(durationMs: number, threadName?: string): Promise<string> {
    const own = this.#opened();
    return this.#withWait(durationMs, (wait) =>
      threadName === undefined
        ? cpuProfile(own, wait)
        : withThread(threadName, async (thread) => {
            await thread.post('Profiler.enable');
            return cpuProfile(thread, wait);
          }),
    );
  }

  /** What is on the control thread's heap of that which was allocated since `open` (`.heapprofile`). */
  async profileHeap(isCollectedFirst: boolean): Promise<string> {
    return heapProfile(this.#opened(), isCollectedFirst);
  }

  /** The same for a thread, which is sampled for the next `durationMs` milliseconds. Rejects as `profileCpu` does. */
  async profileHeapOf(
    threadName: string,
    isCollectedFirst: boolean,
    durationMs: number,
  ): Promise<string> {
    this.#opened();
    return this.#withWait(durationMs, (wait) =>
      withThread(threadName, async (thread) => {
        await thread.post('HeapProfiler.startSampling', SAMPLING);
        await wait();
        const profile = await heapProfile(thread, isCollectedFirst);
        await thread.post('HeapProfiler.stopSampling');
        return profile;
      }),
    );
  }

  #opened(): InspectedThread {
    if (this.#own === undefined) throw new Error('the profiler is closed');
    return this.#own;
  }

  /** Runs a profile that takes time; the time begins when it calls `wait`, and ends early when the profiler is closed. */
  async #withWait(
    durationMs: number,
    take: (wait: () => Promise<void>) => Promise<string>,
  ): Promise<string> {
    if (this.#cutShort !== undefined) throw new ProfilerBusy();
    const end = Promise.withResolvers<void>();
    this.#cutShort = end.resolve;
    let timer: Timer | undefined;
    try {
      return await take(() => {
        timer = this.#clock.setTimeout(end.resolve, durationMs);
        return end.promise;
      });
    } finally {
      if (timer !== undefined) this.#clock.clearTimeout(timer);
      this.#cutShort = undefined;
    }
  }
}

/** Attaches to a thread for the time of one task. */
async function withThread(
  name: string,
  run: (thread: InspectedThread) => Promise<string>,
): Promise<string> {
  const thread = await workerThread(name);
  if (thread === undefined) throw new ThreadMissing();
  try {
    return await run(thread);
  } finally {
    thread.disconnect();
  }
}

async function cpuProfile(thread: InspectedThread, wait: () => Promise<void>): Promise<string> {
  await thread.post('Profiler.start');
  await wait();
  return profileIn(await thread.post('Profiler.stop'));
}

async function heapProfile(thread: InspectedThread, isCollectedFirst: boolean): Promise<string> {
  if (isCollectedFirst) await thread.post('HeapProfiler.collectGarbage');
  return profileIn(await thread.post('HeapProfiler.getSamplingProfile'));
}

/** Both kinds come as `{ profile }`. */
function profileIn(answer: unknown): string {
  return JSON.stringify((answer as { readonly profile: object }).profile);
}
