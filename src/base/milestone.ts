// Something that happens once, and who waits for it.

/** Reached or not yet. */
export class Milestone {
  readonly #waiting: (() => void)[] = [];
  #isReached = false;

  get isReached(): boolean {
    return this.#isReached;
  }

  /** Runs `run` when it is reached, in the order of these calls, or at once when it is. */
  onReached(run: () => void): void {
    if (this.#isReached) run();
    else this.#waiting.push(run);
  }

  reach(): void {
    this.#isReached = true;
    for (const run of this.#waiting.splice(0)) run();
  }
}
