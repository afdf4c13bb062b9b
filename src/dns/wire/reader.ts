// Reads a message front to back. A read past the end or a bad name sets a sticky failed state and gives
// zeros; callers test `hasFailed` once at the end of a part. Nothing is copied but compressed names.

import { MAX_NAME_OCTETS, type Name, ROOT } from '../name.ts';

/**
 * Pointers followed in one name before it counts as a loop: as many as a name of one-octet labels
 * could hold (miekg/dns msg.go). Pointers may lead forwards as well as backwards, as CoreDNS has it.
 */
const MAX_POINTERS = 126;

const scratch = new Uint8Array(MAX_NAME_OCTETS);

/** A position in a message. `end` is the first octet that does not belong to it. */
export class WireReader {
  readonly bytes: Uint8Array;
  offset: number;
  end: number;
  hasFailed: boolean;

  constructor(bytes: Uint8Array, length: number) {
    this.bytes = bytes;
    this.offset = 0;
    this.end = length;
    this.hasFailed = false;
  }

  get isAtEnd(): boolean {
    return this.offset === this.end;
  }

  /** Gives up: this and every later read fails. */
  fail(): void {
    this.hasFailed = true;
    this.offset = this.end;
  }

  u8(): number {
    if (!this.#has(1)) return 0;
    return this.bytes[this.offset++] ?? 0;
  }

  u16(): number {
    if (!this.#has(2)) return 0;
    return (this.u8() << 8) | this.u8();
  }

  u32(): number {
    if (!this.#has(4)) return 0;
    return this.u16() * 0x10000 + this.u16();
  }

  /** The next `length` octets, sharing the message's memory. */
  take(length: number): Uint8Array {
    if (!this.#has(length)) return ROOT;
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  /**
   * A name, uncompressed. It shares the message's memory where it stood there in one piece. Fails on
   * labels of a reserved kind, more than 255 octets, pointers out of the message or in a loop.
   */
  name(): Name {
    const start = this.offset;
    let at = start;
    while (at < this.end) {
      const length = this.bytes[at] ?? 0;
      if (length > 0x3f) return this.#compressedName();
      at += length + 1;
      if (length !== 0) continue;
      if (at - start > MAX_NAME_OCTETS) break;
      this.offset = at;
      return this.bytes.subarray(start, at);
    }
    this.fail();
    return ROOT;
  }

  #has(octets: number): boolean {
    if (this.offset + octets <= this.end) return true;
    this.fail();
    return false;
  }

  /** Gathers the labels of a name in the scratch space, following pointers. */
  #compressedName(): Name {
    let at = this.offset;
    let written = 0;
    let after = 0;
    for (let pointers = 0; pointers <= MAX_POINTERS; ) {
      const length = this.bytes[at] ?? 0;
      if (length >= 0xc0 && at + 1 < this.end) {
        after = ++pointers === 1 ? at + 2 : after;
        at = ((length & 0x3f) << 8) | (this.bytes[at + 1] ?? 0);
        continue;
      }
      if (!this.#isLabel(at, length, written)) break;
      this.#copyLabel(at, length, written);
      written += length + 1;
      at += length + 1;
      if (length !== 0) continue;
      this.offset = after;
      return scratch.slice(0, written);
    }
    this.fail();
    return ROOT;
  }

  /** Octet by octet: for so few of them, a view to copy from costs more. */
  #copyLabel(at: number, length: number, written: number): void {
    for (let i = 0; i <= length; i++) scratch[written + i] = this.bytes[at + i] ?? 0;
  }

  /** Says whether a whole label stands there, and fits behind `written` octets of its name. */
  #isLabel(at: number, length: number, written: number): boolean {
    if (length > 0x3f || at + length + 1 > this.end) return false;
    // Room for the root label must be left after any other.
    return written + length + (length === 0 ? 1 : 2) <= MAX_NAME_OCTETS;
  }
}
