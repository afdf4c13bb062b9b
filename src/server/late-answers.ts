// How many answers of a configuration are still to come: it is dropped when there are none.

import type { Later } from '../plugin/handler.ts';

/** Counts them. */
export class LateAnswers {
  #count = 0;
  #onIdle: (() => void) | undefined;

  /** An answer will come later. */
  begin(): void {
    this.#count += 1;
  }

  /** A late answer has been given, or will not be. */
  end(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#onIdle?.();
  }

  /** Counts an answer if it is late. */
  track(done: Later<void>): Later<void> {
    if (!(done instanceof Promise)) return undefined;
    this.begin();
    return done.finally(() => this.end());
  }

  /** Resolves when no late answer is under way. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }
}
