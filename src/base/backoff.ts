// Growing delays between retries, with jitter, so that many clients of one API server do not come back together.
// The rule is that of client-go's exponential backoff manager (wait/backoff.go). Holds no timer itself.
import type { Clock } from './clock.ts';

export interface BackoffOptions {
  /** First delay in milliseconds, before jitter. */
  readonly initialMs: number;
  /** Upper limit of a delay in milliseconds, before jitter. */
  readonly maxMs: number;
  /** Growth from one delay to the next, for example 2. */
  readonly factor: number;
  /** A delay becomes `delay * (1 + jitter * random())`; 0 switches jitter off. */
  readonly jitter: number;
  /** Start again from `initialMs` when the last delay was asked for longer ago than this; never when absent. */
  readonly resetAfterMs?: number;
  /** Uniform in [0, 1), as Math.random. */
  readonly random: () => number;
  readonly clock: Clock;
}

/** The delays of one retry loop. */
export class Backoff {
  readonly #options: BackoffOptions;
  #baseMs: number;
  #lastAskedMs: number;

  constructor(options: BackoffOptions) {
    this.#options = options;
    this.#baseMs = options.initialMs;
    this.#lastAskedMs = options.clock.monotonicMs();
  }

  /** The milliseconds to wait before the next try; grows with every call. */
  nextDelayMs(): number {
    const {
      maxMs,
      factor,
      jitter,
      random,
      clock,
      resetAfterMs = Number.POSITIVE_INFINITY,
    } = this.#options;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#lastAskedMs > resetAfterMs) this.reset();
    this.#lastAskedMs = nowMs;
    const delayMs = Math.min(this.#baseMs, maxMs);
    this.#baseMs = Math.min(this.#baseMs * factor, maxMs);
    return delayMs * (1 + jitter * random());
  }

  /** Back to the first delay; to be called after a success. */
  reset(): void {
    this.#baseMs = this.#options.initialMs;
  }
}
