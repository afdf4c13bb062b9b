// Space for the records of a name table, in units of 8 octets: freed space waits until every reader
// has passed an epoch, then goes to a free list of its exact size (small records) or to merged
// extents (large ones). The top only rises when nothing free fits, so the memory touched stays near
// the peak of what was live. Writer side only.
import { UNIT_BYTES } from './buffers.ts';
import type { Epochs } from './epochs.ts';
import { Extents } from './extents.ts';

/** Up to 4 KiB a record has a free list of its exact size; above, extents are split and merged. */
const SMALL_UNITS = 512;
/** Retired records are sealed into a batch when this many, or this much, wait. */
const BATCH_RECORDS = 64;
const BATCH_UNITS = 32 * 1024;

interface RetiredBatch {
  readonly epoch: number;
  readonly places: readonly number[];
}

/** Allocates and retires places of an arena; a place is the number of its first unit, never 0. */
export class Arena {
  readonly #epochs: Epochs;
  readonly #endUnit: number;
  readonly #small = new Map<number, number[]>();
  readonly #large = new Extents();
  readonly #sealed: RetiredBatch[] = [];
  /** Pairs: place, units. */
  #open: number[] = [];
  #openUnits = 0;
  #top = 1;

  constructor(arenaBytes: number, epochs: Epochs) {
    this.#epochs = epochs;
    this.#endUnit = Math.floor(arenaBytes / UNIT_BYTES);
  }

  /** Octets from the start of the arena to the highest place ever used. */
  get touchedBytes(): number {
    return this.#top * UNIT_BYTES;
  }

  /** A place of `units` units, or 0 when the arena is full. */
  allocate(units: number): number {
    const free = this.#takeFree(units);
    if (free !== 0) return free;
    if (this.#openUnits > 0 || this.#sealed.length > 0) {
      this.reclaim();
      const reclaimed = this.#takeFree(units);
      if (reclaimed !== 0) return reclaimed;
    }
    if (this.#top + units > this.#endUnit) return 0;
    const place = this.#top;
    this.#top += units;
    return place;
  }

  /** Gives a place back once no reader can see it; call it after the slot no longer points there. */
  retire(place: number, units: number): void {
    this.#open.push(place, units);
    this.#openUnits += units;
    if (this.#open.length >= 2 * BATCH_RECORDS || this.#openUnits >= BATCH_UNITS) this.reclaim();
  }

  /** Seals what was retired and frees every batch that all readers have passed. */
  reclaim(): void {
    if (this.#open.length > 0) {
      this.#sealed.push({ epoch: this.#epochs.advance(), places: this.#open });
      this.#open = [];
      this.#openUnits = 0;
    }
    let passed = 0;
    for (const batch of this.#sealed) {
      if (!this.#epochs.hasPassed(batch.epoch)) break;
      this.#free(batch.places);
      passed++;
    }
    if (passed > 0) this.#sealed.splice(0, passed);
  }

  #takeFree(units: number): number {
    if (units > SMALL_UNITS) return this.#large.take(units);
    return this.#small.get(units)?.pop() ?? 0;
  }

  #free(places: readonly number[]): void {
    for (let index = 0; index < places.length; index += 2) {
      const place = places[index] ?? 0;
      const units = places[index + 1] ?? 0;
      if (units > SMALL_UNITS) this.#large.give(place, units);
      else this.#smallList(units).push(place);
    }
  }

  #smallList(units: number): number[] {
    const known = this.#small.get(units);
    if (known !== undefined) return known;
    const made: number[] = [];
    this.#small.set(units, made);
    return made;
  }
}
