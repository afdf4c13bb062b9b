// The apiserver_qps, apiserver_burst and apiserver_max_inflight options: a token bucket for list requests and a number of
// slots for requests whose response headers are still awaited. One pair an API server and kubernetes block.

import type { Clock } from '../../base/clock.ts';

/** The three options; 0 means client-go's default (rest/config.go), for `maxInflight` no limit. */
export interface RequestLimits {
  /** List requests a second. */
  readonly qps: number;
  readonly burst: number;
  readonly maxInflight: number;
}

const DEFAULT_QPS = 5;
const DEFAULT_BURST = 10;

/** A token bucket that starts full. Holds no timers: it says how long to wait. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #clock: Clock;
  #tokens: number;
  #countedAtMs: number;

  constructor(limits: RequestLimits, clock: Clock) {
    this.#perMs = (limits.qps || DEFAULT_QPS) / 1000;
    this.#burst = limits.burst || DEFAULT_BURST;
    this.#clock = clock;
    this.#tokens = this.#burst;
    this.#countedAtMs = clock.monotonicMs();
  }

  /** Takes one token, if need be one of the future; returns the milliseconds until it may be used. */
  take(): number {
    const nowMs = this.#clock.monotonicMs();
    const gained = (nowMs - this.#countedAtMs) * this.#perMs;
    this.#countedAtMs = nowMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained) - 1;
    return this.#tokens >= 0 ? 0 : -this.#tokens / this.#perMs;
  }
}

/** A number of slots, given out in the order of asking. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** `count` 0 means no limit. */
  constructor(count: number) {
    this.#free = count === 0 ? Number.POSITIVE_INFINITY : count;
  }

  /** Resolves when a slot is the caller's. */
  acquire(): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a slot back, or straight to who waits longest. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
