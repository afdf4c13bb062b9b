// Free space for large records: a list of extents sorted by place, merged with their neighbours
// when they come back, best fit on the way out. Knows numbers only, not the memory. Large records
// are rare (a headless service of hundreds of endpoints), so plain arrays and linear search do.

/** Free extents in units; `take` and `give` keep them sorted, apart and merged. */
export class Extents {
  readonly #starts: number[] = [];
  readonly #sizes: number[] = [];

  /** The number of separate extents. */
  get count(): number {
    return this.#starts.length;
  }

  /** The start of `units` free units, or 0 if no extent is large enough. */
  take(units: number): number {
    let best = -1;
    let bestSize = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.#sizes.length; index++) {
      const size = this.#sizes[index] ?? 0;
      if (size >= units && size < bestSize) {
        best = index;
        bestSize = size;
      }
    }
    if (best < 0) return 0;
    const start = this.#starts[best] ?? 0;
    if (bestSize === units) {
      this.#remove(best);
    } else {
      this.#starts[best] = start + units;
      this.#sizes[best] = bestSize - units;
    }
    return start;
  }

  /** Puts `units` units from `start` back. */
  give(start: number, units: number): void {
    const index = this.#indexAfter(start);
    const touchesNext = this.#starts[index] === start + units;
    const before = index - 1;
    const touchesBefore =
      index > 0 && (this.#starts[before] ?? 0) + (this.#sizes[before] ?? 0) === start;
    const merged = units + (touchesNext ? (this.#sizes[index] ?? 0) : 0);
    if (touchesBefore) {
      this.#sizes[before] = (this.#sizes[before] ?? 0) + merged;
      if (touchesNext) this.#remove(index);
    } else if (touchesNext) {
      this.#starts[index] = start;
      this.#sizes[index] = merged;
    } else {
      this.#starts.splice(index, 0, start);
      this.#sizes.splice(index, 0, units);
    }
  }

  #remove(index: number): void {
    this.#starts.splice(index, 1);
    this.#sizes.splice(index, 1);
  }

  #indexAfter(start: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
