// The control thread's side of a name table: the only writer there may be in a table's life. It
// appends an immutable record, then publishes it with one store, so a reader sees the old value or
// the new one and never half of one. The slots are in slot-table.ts, space in arena.ts, the layout
// in buffers.ts.
import { RuntimeFault } from '../base/runtime-error.ts';
import { Arena } from './arena.ts';
import {
  KEY_LENGTH_OFFSET,
  KEY_OFFSET,
  MAX_KEY_LENGTH,
  type NameTableBuffers,
  UNIT_BYTES,
  WORDS_PER_UNIT,
} from './buffers.ts';
import { Epochs } from './epochs.ts';
import { hashBytes } from './hash.ts';
import { SlotTable } from './slot-table.ts';

/** Writes a table made by createNameTable and not written by anyone else before. */
export class NameTableWriter {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #epochs: Epochs;
  readonly #arena: Arena;
  readonly #slots: SlotTable;
  #writes = 0;

  constructor(table: NameTableBuffers) {
    this.#bytes = new Uint8Array(table.arena);
    this.#words = new Int32Array(table.arena);
    this.#epochs = new Epochs(table.control);
    this.#arena = new Arena(table.arena.byteLength, this.#epochs);
    this.#slots = new SlotTable(table, this.#epochs);
  }

  /** The number of keys in the table. */
  get size(): number {
    return this.#slots.live;
  }

  /** How many puts and deletes changed the table; a relist that changes nothing leaves it as it was. */
  get writes(): number {
    return this.#writes;
  }

  /** Octets of records and slots in use or used before: what the table may cost in memory. */
  get touchedBytes(): number {
    return this.#arena.touchedBytes + this.#slots.capacity * Int32Array.BYTES_PER_ELEMENT;
  }

  /**
   * Sets the value of a key; writes nothing when it has that value already.
   * @throws RangeError for a key over 255 octets, RuntimeFault NAME_TABLE_FULL; the old value then
   * stays.
   */
  put(key: Uint8Array, value: Uint8Array): void {
    if (key.length > MAX_KEY_LENGTH)
      throw new RangeError(`name table: key of ${key.length} octets`);
    const hash = hashBytes(key, 0, key.length);
    let slot = this.#probe(hash, key);
    if (slot >= 0) {
      const old = this.#slots.placeAt(slot);
      if (this.#hasValue(old, value)) return;
      this.#slots.replace(slot, this.#append(hash, key, value));
      this.#retire(old);
    } else {
      const isMoved = this.#slots.makeRoom();
      if (isMoved === undefined)
        throw new RuntimeFault('NAME_TABLE_FULL', 'name table: no slot left');
      if (isMoved) slot = this.#probe(hash, key);
      this.#slots.fill(-1 - slot, this.#append(hash, key, value));
    }
    this.#writes++;
  }

  /** Removes a key; false if it was not there. */
  delete(key: Uint8Array): boolean {
    const slot = this.#probe(hashBytes(key, 0, key.length), key);
    if (slot < 0) return false;
    const place = this.#slots.placeAt(slot);
    this.#slots.clear(slot);
    this.#retire(place);
    this.#writes++;
    return true;
  }

  /** A copy of the value of a key. */
  get(key: Uint8Array): Uint8Array | undefined {
    const slot = this.#probe(hashBytes(key, 0, key.length), key);
    if (slot < 0) return undefined;
    const place = this.#slots.placeAt(slot);
    const start = this.#valueStart(place);
    return Uint8Array.from(this.#bytes.subarray(start, start + this.#valueLength(place)));
  }

  /** Tells that the thread of a reader died, perhaps inside a batch: nothing waits for it any more. */
  forgetReader(readerIndex: number): void {
    this.#epochs.forget(readerIndex);
  }

  #probe(hash: number, key: Uint8Array): number {
    return this.#slots.probe(hash, (place) => this.#hasKey(place, key));
  }

  #append(hash: number, key: Uint8Array, value: Uint8Array): number {
    const place = this.#arena.allocate(unitsOf(key.length, value.length));
    if (place === 0) throw new RuntimeFault('NAME_TABLE_FULL', 'name table: no space left');
    const record = place * UNIT_BYTES;
    this.#words[place * WORDS_PER_UNIT] = hash;
    this.#words[place * WORDS_PER_UNIT + 1] = value.length;
    this.#bytes[record + KEY_LENGTH_OFFSET] = key.length;
    this.#bytes.set(key, record + KEY_OFFSET);
    this.#bytes.set(value, record + KEY_OFFSET + key.length);
    return place;
  }

  #retire(place: number): void {
    const units = unitsOf(this.#keyLength(place), this.#valueLength(place));
    this.#arena.retire(place, units);
  }

  #hasKey(place: number, key: Uint8Array): boolean {
    return (
      this.#keyLength(place) === key.length && this.#holds(place * UNIT_BYTES + KEY_OFFSET, key)
    );
  }

  #hasValue(place: number, value: Uint8Array): boolean {
    return this.#valueLength(place) === value.length && this.#holds(this.#valueStart(place), value);
  }

  #holds(start: number, expected: Uint8Array): boolean {
    for (let at = 0; at < expected.length; at++) {
      if (this.#bytes[start + at] !== expected[at]) return false;
    }
    return true;
  }

  #keyLength(place: number): number {
    return this.#bytes[place * UNIT_BYTES + KEY_LENGTH_OFFSET] ?? 0;
  }

  #valueLength(place: number): number {
    return this.#words[place * WORDS_PER_UNIT + 1] ?? 0;
  }

  #valueStart(place: number): number {
    return place * UNIT_BYTES + KEY_OFFSET + this.#keyLength(place);
  }
}

function unitsOf(keyLength: number, valueLength: number): number {
  return Math.ceil((KEY_OFFSET + keyLength + valueLength) / UNIT_BYTES);
}
