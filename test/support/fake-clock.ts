// A clock that moves only when a test says so. Timers run in the order of their due time, inside advance().
import type { Clock, Timer } from '../../src/base/clock.ts';

class FakeTimer implements Timer {
  readonly run: () => void;
  readonly dueMs: number;

  constructor(run: () => void, dueMs: number) {
    this.run = run;
    this.dueMs = dueMs;
  }

  unref(): this {
    return this;
  }
}

export class FakeClock implements Clock {
  #nowMs = 0;
  readonly #startEpochMs: number;
  #timers: FakeTimer[] = [];

  /** `startEpochMs` is what epochMs() says before the first advance. */
  constructor(startEpochMs = 1_700_000_000_000) {
    this.#startEpochMs = startEpochMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  epochMs(): number {
    return this.#startEpochMs + this.#nowMs;
  }

  setTimeout(run: () => void, delayMs: number): Timer {
    const timer = new FakeTimer(run, this.#nowMs + Math.max(0, delayMs));
    this.#timers.push(timer);
    return timer;
  }

  clearTimeout(timer: Timer): void {
    this.#timers = this.#timers.filter((pending) => pending !== timer);
  }

  /** Timers that have neither run nor been cleared. */
  get pendingTimers(): number {
    return this.#timers.length;
  }

  /** Milliseconds until the next timer is due, undefined when none is pending. */
  get nextDueInMs(): number | undefined {
    const due = this.#earliest();
    return due === undefined ? undefined : due.dueMs - this.#nowMs;
  }

  /** Moves time on by `ms`; runs what falls due on the way, also timers that those set. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let rounds = 0; rounds < 100_000; rounds++) {
      const due = this.#earliest();
      if (due === undefined || due.dueMs > endMs) {
        this.#nowMs = endMs;
        return;
      }
      this.#nowMs = Math.max(this.#nowMs, due.dueMs);
      this.clearTimeout(due);
      due.run();
    }
    throw new Error('a timer is set again and again with no delay');
  }

  #earliest(): FakeTimer | undefined {
    let earliest: FakeTimer | undefined;
    for (const timer of this.#timers) {
      if (earliest === undefined || timer.dueMs < earliest.dueMs) earliest = timer;
    }
    return earliest;
  }
}
