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

/** A record to be added: octets `keyStart` to `keyEnd` of `key`, and `valueStart` to `valueEnd` of `value`. */
export interface RecordDraft {
  key: Uint8Array;
  keyStart: number;
  keyEnd: number;
  value: Uint8Array;
  valueStart: number;
  valueEnd: number;
}

const NO_OCTETS = new Uint8Array(0);

/** An empty draft; its user sets what changes from one record to the next. */
export function newDraft(): RecordDraft {
  const value = NO_OCTETS;
  return { key: NO_OCTETS, keyStart: 0, keyEnd: 0, value, valueStart: 0, valueEnd: 0 };
}

/** Writes a table made by createNameTable and not written by anyone else before. */
export class NameTableWriter {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #epochs: Epochs;
  readonly #arena: Arena;
  readonly #slots: SlotTable;
  readonly #draft: RecordDraft = newDraft();
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
    const draft = this.#draftOf(key, value);
    const hash = hashBytes(key, 0, key.length);
    const slot = this.#slots.probe(hash, key, 0, key.length);
    if (slot < 0) {
      this.#insert(slot, hash, draft);
      return;
    }
    const old = this.#slots.placeAt(slot);
    if (this.#hasValue(old, value)) return;
    this.#slots.replace(slot, this.#append(hash, draft));
    this.#retire(old);
    this.#writes++;
  }

  /**
   * Adds a record whose key, of at most 255 octets, is not there yet; false, and nothing is written, when it is.
   * @throws RuntimeFault NAME_TABLE_FULL.
   */
  add(draft: RecordDraft): boolean {
    const { key, keyStart, keyEnd } = draft;
    const hash = hashBytes(key, keyStart, keyEnd - keyStart);
    const slot = this.#slots.probe(hash, key, keyStart, keyEnd - keyStart);
    if (slot >= 0) return false;
    this.#insert(slot, hash, draft);
    return true;
  }

  /** Removes a key; false if it was not there. */
  delete(key: Uint8Array): boolean {
    const slot = this.#find(key);
    if (slot < 0) return false;
    const place = this.#slots.placeAt(slot);
    this.#slots.clear(slot);
    this.#retire(place);
    this.#writes++;
    return true;
  }

  /** A copy of the value of a key. */
  get(key: Uint8Array): Uint8Array | undefined {
    const slot = this.#find(key);
    if (slot < 0) return undefined;
    const place = this.#slots.placeAt(slot);
    const start = this.#valueStart(place);
    return Uint8Array.from(this.#bytes.subarray(start, start + this.#valueLength(place)));
  }

  #find(key: Uint8Array): number {
    return this.#slots.probe(hashBytes(key, 0, key.length), key, 0, key.length);
  }

  #draftOf(key: Uint8Array, value: Uint8Array): RecordDraft {
    const draft = this.#draft;
    draft.key = key;
    draft.keyEnd = key.length;
    draft.value = value;
    draft.valueEnd = value.length;
    return draft;
  }

  /** `vacant` as probe() gave it. */
  #insert(vacant: number, hash: number, draft: RecordDraft): void {
    const isMoved = this.#slots.makeRoom();
    if (isMoved === undefined)
      throw new RuntimeFault('NAME_TABLE_FULL', 'name table: no slot left');
    const { key, keyStart, keyEnd } = draft;
    const slot = isMoved ? this.#slots.probe(hash, key, keyStart, keyEnd - keyStart) : vacant;
    this.#slots.fill(-1 - slot, this.#append(hash, draft));
    this.#writes++;
  }

  #append(hash: number, draft: RecordDraft): number {
    const { key, keyStart, keyEnd, value, valueStart, valueEnd } = draft;
    const keyLength = keyEnd - keyStart;
    const valueLength = valueEnd - valueStart;
    const place = this.#arena.allocate(unitsOf(keyLength, valueLength));
    if (place === 0) throw new RuntimeFault('NAME_TABLE_FULL', 'name table: no space left');
    const bytes = this.#bytes;
    let at = place * UNIT_BYTES;
    this.#words[place * WORDS_PER_UNIT] = hash;
    this.#words[place * WORDS_PER_UNIT + 1] = valueLength;
    bytes[at + KEY_LENGTH_OFFSET] = keyLength;
    at += KEY_OFFSET;
    // Most are short: loops are faster than copies.
    for (let from = keyStart; from < keyEnd; from++) bytes[at++] = key[from] ?? 0;
    for (let from = valueStart; from < valueEnd; from++) bytes[at++] = value[from] ?? 0;
    return place;
  }

  #retire(place: number): void {
    const units = unitsOf(this.#keyLength(place), this.#valueLength(place));
    this.#arena.retire(place, units);
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
