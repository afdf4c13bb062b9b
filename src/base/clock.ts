// The clock as a parameter: whoever waits or measures takes a Clock, so that tests run on a fake one
// (test/support/fake-clock.ts) and never sleep. Bottom of the base room; imports nothing.

/** A pending timer. `unref` lets the process end although the timer has not run. */
export interface Timer {
  unref(): unknown;
}

/** Time and timers. All values are milliseconds; fractions are allowed. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. For measuring and time-outs. */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01 UTC; may jump. For serials and log lines. */
  epochMs(): number;
  /** Runs `run` once after `delayMs`. The timer keeps the process alive unless it is unref'ed. */
  setTimeout(run: () => void, delayMs: number): Timer;
  /** Cancels a timer; harmless when it has run already. */
  clearTimeout(timer: Timer): void;
}

/** Looked up once: the global is a getter, which costs more than the time itself. */
const { performance: timer } = globalThis;

/** The real clock of this thread. Delays above 2^31-1 ms are cut there, as Node would run them at once. */
export const systemClock: Clock = {
  monotonicMs: () => timer.now(),
  epochMs: () => Date.now(),
  setTimeout: (run, delayMs) => setTimeout(run, Math.min(delayMs, 0x7fff_ffff)),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
