// Objects that have served and may serve again. Only so many are kept: what a burst needed more is given up.

/** Kept objects of one kind. */
export class Spares<T> {
  readonly #most: number;
  readonly #kept: T[] = [];

  /** Keeps `most` at any time. */
  constructor(most: number) {
    this.#most = most;
  }

  /** One to use again, undefined when there is none. */
  take(): T | undefined {
    return this.#kept.pop();
  }

  /** Takes one back; its owner must not use it any more. */
  giveBack(object: T): void {
    if (this.#kept.length < this.#most) this.#kept.push(object);
  }
}
