// Work that is done again and again for as long as something lives: looks at files, mostly. The next look is only waited for
// when the last one has ended, so looks never overlap, however slow a disk is.

import type { Clock, Timer } from './clock.ts';

/** One series of looks. It does not keep the process alive. */
export class Poll {
  readonly #clock: Clock;
  #timer: Timer | undefined = undefined;
  #isStopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it was stopped. A look that was under way then should change nothing any more. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /**
   * Begins, once, with a pause. `look` must never reject; `pauseMs` is asked before each pause for its milliseconds, where 0
   * or less looks no more. After `stop` nothing begins.
   */
  start(look: () => Promise<void>, pauseMs: () => number): void {
    if (this.#isStopped) return;
    const delayMs = pauseMs();
    if (delayMs <= 0) return;
    this.#timer = this.#clock.setTimeout(() => {
      void look().then(() => this.start(look, pauseMs));
    }, delayMs);
    this.#timer.unref();
  }

  /** Ends it for good; a look that is under way still comes to its end. */
  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
