// Where in the message being written each name suffix stands, for compression pointers (RFC 1035,
// section 4.1.4). Open addressing over the message's own octets: no strings, no copies, one map for
// all messages of a thread. Suffixes are compared with case, as CoreDNS does.

import type { Name } from '../name.ts';

/** Offsets from here on do not fit the 14 bits of a pointer. */
const OFFSET_LIMIT = 0x4000;

/** Twice the suffixes that can stand before the limit (each label takes at least two octets). */
const SLOTS = 0x4000;

/** Suffix offsets by hash. Call `reset` for each message, then `find` and `add` for each name. */
export class CompressionMap {
  /** After `find`: octets of the name in front of the suffix that was found (all of it if none was). */
  prefixLength: number;
  /** After `find`: where that suffix stands in the message; 0 if none was found. */
  pointer: number;

  readonly #slots: Uint16Array;
  readonly #usedSlots: Uint16Array;
  #usedCount: number;
  readonly #labelOffsets: Uint8Array;
  readonly #labelHashes: Int32Array;
  #labelCount: number;

  constructor() {
    this.prefixLength = 0;
    this.pointer = 0;
    this.#slots = new Uint16Array(SLOTS);
    this.#usedSlots = new Uint16Array(SLOTS / 2);
    this.#usedCount = 0;
    this.#labelOffsets = new Uint8Array(128);
    this.#labelHashes = new Int32Array(128);
    this.#labelCount = 0;
  }

  /** Forgets everything; costs only what the last message used. */
  reset(): void {
    for (let index = 0; index < this.#usedCount; index++) {
      this.#slots[this.#usedSlots[index] ?? 0] = 0;
    }
    this.#usedCount = 0;
  }

  /** Looks for the longest suffix of `name` that stands in `message`; the root is never looked for. */
  find(name: Name, message: Uint8Array): void {
    this.#hashSuffixes(name);
    for (let index = 0; index < this.#labelCount; index++) {
      const at = this.#labelOffsets[index] ?? 0;
      const offset = this.#lookUp(name, at, this.#labelHashes[index] ?? 0, message);
      if (offset === 0) continue;
      this.prefixLength = at;
      this.pointer = offset;
      return;
    }
    this.prefixLength = name.length;
    this.pointer = 0;
  }

  /** Enters the suffixes in front of the one that `find` found; the name stands at `offset` now. */
  add(offset: number): void {
    for (let index = 0; index < this.#labelCount; index++) {
      const at = this.#labelOffsets[index] ?? 0;
      if (at >= this.prefixLength || offset + at >= OFFSET_LIMIT) return;
      let slot = (this.#labelHashes[index] ?? 0) & (SLOTS - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
      this.#slots[slot] = offset + at;
      this.#usedSlots[this.#usedCount++] = slot;
    }
  }

  /** Hashes every suffix, from the last label to the first (FNV-1a over the octets, length included). */
  #hashSuffixes(name: Name): void {
    let count = 0;
    for (let at = 0; (name[at] ?? 0) !== 0; at += (name[at] ?? 0) + 1) {
      this.#labelOffsets[count++] = at;
    }
    this.#labelCount = count;
    let hash = 0x811c9dc5 | 0;
    let end = name.length - 1;
    for (let index = count - 1; index >= 0; index--) {
      const start = this.#labelOffsets[index] ?? 0;
      for (let at = start; at < end; at++) hash = Math.imul(hash ^ (name[at] ?? 0), 0x01000193);
      // The low bits pick the slot: bring the high ones down.
      this.#labelHashes[index] = hash ^ (hash >>> 15);
      end = start;
    }
  }

  #lookUp(name: Name, at: number, hash: number, message: Uint8Array): number {
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const offset = this.#slots[slot] ?? 0;
      if (offset === 0 || standsAt(message, offset, name, at)) return offset;
    }
  }
}

/** Says whether the suffix of `name` from `at` on is what `message` holds at `offset`. */
function standsAt(message: Uint8Array, offset: number, name: Name, at: number): boolean {
  let here = offset;
  let there = at;
  for (;;) {
    const length = message[here] ?? 0;
    if (length >= 0xc0) {
      here = ((length & 0x3f) << 8) | (message[here + 1] ?? 0);
      continue;
    }
    for (const end = here + length; here <= end; here++, there++) {
      if (message[here] !== name[there]) return false;
    }
    if (length === 0) return true;
  }
}
