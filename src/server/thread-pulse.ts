// Whether the serving threads still answer: each is asked once a second, and one that leaves the questions of five seconds
// unanswered is silent. What counts is questions, not the clock: a control thread that was busy itself blames nobody.

import type { Clock, Timer } from '../base/clock.ts';

const PERIOD_MS = 1000;
/** Seconds without an answer until a thread is silent. */
const PATIENCE_SECONDS = 5;
/** No question waits; the next beat asks one, which has then waited for 0 seconds. */
const ANSWERED = -1;

/** A thread that can be asked. */
export interface PulseTarget {
  /** Whether a configuration was ever in force there. */
  readonly hasServed: boolean;
  /** Resolves to whether it answered: false when it ended. */
  probe(): Promise<boolean>;
}

/** What a pulse works with. */
export interface PulseContext {
  readonly clock: Clock;
  /** The threads by index; successors take the place of those that ended. */
  readonly threads: readonly PulseTarget[];
  /** A thread has become silent, or answers again. */
  onChange(index: number, isSilent: boolean): void;
}

/** Asks while it is started. */
export class ThreadPulse {
  readonly #context: PulseContext;
  /** By index of a thread that has served: seconds for which the last question has been waiting. */
  readonly #waiting = new Map<number, number>();
  readonly #asked = new Set<PulseTarget>();
  #timer: Timer | undefined;

  constructor(context: PulseContext) {
    this.#context = context;
  }

  /** Whether no thread is silent. True before any has served. */
  get isSteady(): boolean {
    return [...this.#waiting.values()].every((seconds) => seconds < PATIENCE_SECONDS);
  }

  /** Begins to ask; again is harmless. */
  start(): void {
    if (this.#timer === undefined) this.#schedule();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#context.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    this.#timer = this.#context.clock.setTimeout(() => {
      this.#schedule();
      for (const [index, thread] of this.#context.threads.entries()) this.#beat(index, thread);
    }, PERIOD_MS);
    this.#timer.unref();
  }

  #beat(index: number, thread: PulseTarget): void {
    // A first thread may take its time; the successor of one that served may not.
    if (!thread.hasServed && !this.#waiting.has(index)) return;
    this.#note(index, this.#waitedFor(index) + 1);
    if (this.#asked.has(thread)) return;
    this.#asked.add(thread);
    void thread.probe().then((hasAnswered) => {
      this.#asked.delete(thread);
      const isCurrent = this.#context.threads[index] === thread;
      // One without a configuration answers, but not the clients.
      if (hasAnswered && isCurrent && thread.hasServed) this.#note(index, ANSWERED);
    });
  }

  #note(index: number, seconds: number): void {
    const before = this.#waitedFor(index);
    this.#waiting.set(index, seconds);
    if (seconds === PATIENCE_SECONDS) this.#context.onChange(index, true);
    if (seconds === ANSWERED && before >= PATIENCE_SECONDS) this.#context.onChange(index, false);
  }

  #waitedFor(index: number): number {
    return this.#waiting.get(index) ?? ANSWERED;
  }
}
