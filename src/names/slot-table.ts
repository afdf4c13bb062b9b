// The writer's side of the slots: open addressing with linear probing, deletion marks, and
// rehashing into a second region that one store makes the live one. Readers may look at the old
// region meanwhile; it is written again only after they all have passed an epoch. Records are in
// the arena; this file sees only their places and hashes.
import {
  CONTROL_REGION,
  KEY_LENGTH_OFFSET,
  KEY_OFFSET,
  largestSlotBits,
  type NameTableBuffers,
  regionStart,
  SLOT_DELETED,
  SLOT_EMPTY,
  UNIT_BYTES,
  WORDS_PER_UNIT,
} from './buffers.ts';
import type { Epochs } from './epochs.ts';

/**
 * Slots in use, deletion marks included, are kept under 5/8: 1.8 probes a hit, 4.1 a miss at the
 * worst.
 */
const MAX_LOAD = 5 / 8;

/**
 * The slots of one table, for its only writer. Slot numbers are words of the slots buffer; a rehash
 * makes them stale.
 */
export class SlotTable {
  readonly #control: Int32Array;
  readonly #slots: Int32Array;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #epochs: Epochs;
  readonly #maxBits: number;
  /** Regions used before, by selector, and the epoch that ended when they were left. */
  readonly #left = new Map<number, number>();
  #selector: number;
  #start = 0;
  #mask = 0;
  #live = 0;
  /** Live slots and deletion marks. */
  #used = 0;

  constructor(table: NameTableBuffers, epochs: Epochs) {
    this.#control = new Int32Array(table.control);
    this.#slots = new Int32Array(table.slots);
    this.#words = new Int32Array(table.arena);
    this.#bytes = new Uint8Array(table.arena);
    this.#epochs = epochs;
    this.#maxBits = largestSlotBits(table.slots);
    this.#selector = Atomics.load(this.#control, CONTROL_REGION);
    this.#setRegion(this.#selector);
  }

  /** The number of live slots. */
  get live(): number {
    return this.#live;
  }

  /** The number of slots of the live region. */
  get capacity(): number {
    return this.#mask + 1;
  }

  /** The place that a slot holds. */
  placeAt(slot: number): number {
    return this.#slots[slot] ?? SLOT_EMPTY;
  }

  /**
   * The slot whose record has this hash and key; else -1 - slot, where slot is the one to
   * fill.
   */
  probe(hash: number, key: Uint8Array, keyOffset: number, keyLength: number): number {
    let index = hash & this.#mask;
    let vacant = -1;
    for (;;) {
      const slot = this.#start + index;
      const place = this.placeAt(slot);
      if (place === SLOT_EMPTY) return -1 - (vacant < 0 ? slot : vacant);
      if (place === SLOT_DELETED) {
        if (vacant < 0) vacant = slot;
      } else if (
        this.#words[place * WORDS_PER_UNIT] === hash &&
        this.#hasKey(place, key, keyOffset, keyLength)
      ) {
        return slot;
      }
      index = (index + 1) & this.#mask;
    }
  }

  #hasKey(place: number, key: Uint8Array, keyOffset: number, keyLength: number): boolean {
    const bytes = this.#bytes;
    const record = place * UNIT_BYTES;
    if (bytes[record + KEY_LENGTH_OFFSET] !== keyLength) return false;
    for (let at = 0; at < keyLength; at++) {
      if (bytes[record + KEY_OFFSET + at] !== key[keyOffset + at]) return false;
    }
    return true;
  }

  /**
   * Makes room for one more; true if slot numbers changed. @returns undefined when every region is
   * exhausted.
   */
  makeRoom(): boolean | undefined {
    if (this.#used + 1 <= this.capacity * MAX_LOAD) return false;
    const target = this.#freeRegion();
    if (target !== undefined) {
      this.#rehash(target);
      return true;
    }
    // No region is free: fill the live one, but keep one empty slot, on which every probe ends.
    return this.#used + 2 <= this.capacity ? false : undefined;
  }

  /** Publishes a place in a vacant slot (from probe, after makeRoom). */
  fill(slot: number, place: number): void {
    if (this.placeAt(slot) === SLOT_EMPTY) this.#used++;
    this.#live++;
    Atomics.store(this.#slots, slot, place);
  }

  /** Publishes a new place for the same key. */
  replace(slot: number, place: number): void {
    Atomics.store(this.#slots, slot, place);
  }

  /** Empties a slot. Marks before an empty slot lead nowhere, so they are cleared with it. */
  clear(slot: number): void {
    this.#live--;
    if (this.placeAt(this.#neighbour(slot, 1)) !== SLOT_EMPTY) {
      Atomics.store(this.#slots, slot, SLOT_DELETED);
      return;
    }
    let at = slot;
    do {
      Atomics.store(this.#slots, at, SLOT_EMPTY);
      this.#used--;
      at = this.#neighbour(at, -1);
    } while (this.placeAt(at) === SLOT_DELETED);
  }

  #neighbour(slot: number, step: number): number {
    return this.#start + ((slot - this.#start + step) & this.#mask);
  }

  /**
   * The other region of this size when marks fill it, a larger one when names do; undefined if none
   * may be written yet.
   */
  #freeRegion(): number | undefined {
    const bits = this.#selector >> 1;
    const isCrowded = this.#live >= (this.capacity * MAX_LOAD) / 2;
    const first = isCrowded ? (bits + 1) * 2 : this.#selector ^ 1;
    for (let selector = first; selector <= this.#maxBits * 2 + 1; selector++) {
      const left = this.#left.get(selector);
      if (selector === this.#selector) continue;
      if (left === undefined || this.#epochs.hasPassed(left)) return selector;
    }
    // At the largest size a crowded table can still get rid of its marks.
    const other = this.#selector ^ 1;
    const left = this.#left.get(other);
    const isOther = this.#used > this.#live && (left === undefined || this.#epochs.hasPassed(left));
    return isOther ? other : undefined;
  }

  #rehash(target: number): void {
    const from = this.#start;
    const end = from + this.capacity;
    const before = this.#selector;
    this.#setRegion(target);
    if (this.#left.delete(target))
      this.#slots.fill(SLOT_EMPTY, this.#start, this.#start + this.capacity);
    for (let slot = from; slot < end; slot++) {
      const place = this.placeAt(slot);
      if (place > 0) this.#slots[this.#emptySlot(this.#words[place * WORDS_PER_UNIT] ?? 0)] = place;
    }
    this.#used = this.#live;
    // Everything above is plain writes into a region that nobody reads; this store publishes all of it.
    Atomics.store(this.#control, CONTROL_REGION, target);
    this.#left.set(before, this.#epochs.advance());
  }

  #emptySlot(hash: number): number {
    let index = hash & this.#mask;
    while (this.#slots[this.#start + index] !== SLOT_EMPTY) index = (index + 1) & this.#mask;
    return this.#start + index;
  }

  #setRegion(selector: number): void {
    this.#selector = selector;
    this.#start = regionStart(selector);
    this.#mask = (1 << (selector >> 1)) - 1;
  }
}
