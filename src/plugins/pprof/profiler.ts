// V8's own profilers for the thread that it runs on, through an inspector session inside the process: no debugger port is
// opened. Results are the JSON texts that Chrome DevTools opens. Time limits and HTTP are up to pages.ts.

import { type HeapProfiler, Session } from 'node:inspector/promises';
import type { Clock } from '../../base/clock.ts';

/** Bytes between two samples of the heap, as Go's runtime.MemProfileRate. */
const HEAP_SAMPLING_BYTES = 524_288;

/** Says that a CPU profile is under way: there is one profiler a thread. */
export class ProfilerBusy extends Error {}

/** Takes profiles while it is open. */
export class Profiler {
  readonly #clock: Clock;
  #session: Session | undefined;
  /** Ends the CPU profile under way. */
  #cutShort: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to sample the heap, which costs little: one allocation in half a megabyte is looked at. No-op when open. */
  async open(): Promise<void> {
    if (this.#session !== undefined) return;
    const session = new Session();
    this.#session = session;
    session.connect();
    await session.post('Profiler.enable');
    await session.post('HeapProfiler.startSampling', { samplingInterval: HEAP_SAMPLING_BYTES });
  }

  /** Ends sampling; a CPU profile under way is cut short and still delivered. No-op when closed. */
  async close(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    this.#session = undefined;
    this.#cutShort?.();
    await session.post('HeapProfiler.stopSampling');
    // What the profile under way still has to post went into the session before this.
    session.disconnect();
  }

  /** A CPU profile (`.cpuprofile`) of the next `durationMs` milliseconds. Rejects with ProfilerBusy. */
  async profileCpu(durationMs: number): Promise<string> {
    if (this.#cutShort !== undefined) throw new ProfilerBusy();
    const session = this.#opened();
    const wait = Promise.withResolvers<void>();
    this.#cutShort = wait.resolve;
    const timer = this.#clock.setTimeout(wait.resolve, durationMs);
    try {
      await session.post('Profiler.start');
      await wait.promise;
      const { profile } = await session.post('Profiler.stop');
      return JSON.stringify(profile);
    } finally {
      this.#clock.clearTimeout(timer);
      this.#cutShort = undefined;
    }
  }

  /** What is on the heap of that which was allocated since `open` (`.heapprofile`), after a collection if told so. */
  async profileHeap(isCollectedFirst: boolean): Promise<string> {
    const session = this.#opened();
    if (isCollectedFirst) await session.post('HeapProfiler.collectGarbage');
    const sampled = await session.post('HeapProfiler.getSamplingProfile');
    const { profile }: HeapProfiler.GetSamplingProfileReturnType = sampled;
    return JSON.stringify(profile);
  }

  #opened(): Session {
    if (this.#session === undefined) throw new Error('the profiler is closed');
    return this.#session;
  }
}
