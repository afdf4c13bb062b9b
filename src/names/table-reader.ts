// A serving thread's side of a name table: lookups that neither allocate nor wait. A reader
// brackets a batch of lookups with enter() and leave(); between the two, what find() points at
// stays as it was, whatever the writer does meanwhile. Writing is in table-writer.ts, the layout in
// buffers.ts.
import {
  CONTROL_EPOCH,
  CONTROL_REGION,
  KEY_LENGTH_OFFSET,
  KEY_OFFSET,
  type NameTableBuffers,
  READER_IDLE,
  readerCapacity,
  readerWord,
  regionStart,
  SLOT_EMPTY,
  UNIT_BYTES,
  WORDS_PER_UNIT,
} from './buffers.ts';
import { hashBytes } from './hash.ts';

/** One reader of a table; every thread needs its own index. */
export class NameTableReader {
  /** The arena: after a successful find() the value is `valueLength` octets from `valueOffset`. */
  readonly bytes: Uint8Array;
  valueOffset: number;
  valueLength: number;
  readonly #control: Int32Array;
  readonly #slots: Int32Array;
  readonly #words: Int32Array;
  readonly #ownWord: number;

  /** @throws RangeError if the table has no room for that reader. */
  constructor(table: NameTableBuffers, readerIndex: number) {
    if (!(readerIndex >= 0 && readerIndex < readerCapacity(table.control)))
      throw new RangeError(`name table has no reader ${readerIndex}`);
    this.bytes = new Uint8Array(table.arena);
    this.valueOffset = 0;
    this.valueLength = 0;
    this.#control = new Int32Array(table.control);
    this.#slots = new Int32Array(table.slots);
    this.#words = new Int32Array(table.arena);
    this.#ownWord = readerWord(readerIndex);
    // The thread that had this index may have died in a batch.
    this.leave();
  }

  /** Begins a batch of lookups: from here on no space that they may reach is reused. */
  enter(): void {
    // Both are sequentially consistent: a writer that does not see this store yet has unpublished
    // before our first look at a slot.
    Atomics.store(this.#control, this.#ownWord, Atomics.load(this.#control, CONTROL_EPOCH));
  }

  /** Ends the batch: `bytes` at the last value may be reused at any time. */
  leave(): void {
    Atomics.store(this.#control, this.#ownWord, READER_IDLE);
  }

  /** Looks a key up; on true valueOffset and valueLength are set. Only between enter() and leave(). */
  find(key: Uint8Array, keyOffset: number, keyLength: number): boolean {
    return this.findHashed(hashBytes(key, keyOffset, keyLength), key, keyOffset, keyLength);
  }

  /** As find(), for a key whose hash (hash.ts) is known already. */
  findHashed(hash: number, key: Uint8Array, keyOffset: number, keyLength: number): boolean {
    // Plain reads, for Atomics.load is a call: enter() holds them back, they do not tear, and each one's place comes from the one
    // before, which is order enough for the processors that Node 26 supports.
    const selector = this.#control[CONTROL_REGION] ?? 0;
    const start = regionStart(selector);
    const mask = (1 << (selector >> 1)) - 1;
    let index = hash & mask;
    for (;;) {
      const place = this.#slots[start + index] ?? SLOT_EMPTY;
      if (place === SLOT_EMPTY) return false;
      if (place > 0 && this.#words[place * WORDS_PER_UNIT] === hash) {
        const record = place * UNIT_BYTES;
        if (this.#hasKey(record, key, keyOffset, keyLength)) {
          this.valueOffset = record + KEY_OFFSET + keyLength;
          this.valueLength = this.#words[place * WORDS_PER_UNIT + 1] ?? 0;
          return true;
        }
      }
      index = (index + 1) & mask;
    }
  }

  #hasKey(record: number, key: Uint8Array, keyOffset: number, keyLength: number): boolean {
    const bytes = this.bytes;
    if (bytes[record + KEY_LENGTH_OFFSET] !== keyLength) return false;
    const end = keyOffset + keyLength;
    let own = record + KEY_OFFSET;
    for (let at = keyOffset; at < end; at++) if (bytes[own++] !== key[at]) return false;
    return true;
  }
}
