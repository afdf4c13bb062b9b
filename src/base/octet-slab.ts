// Copies of short octet strings, many in one allocation: a Uint8Array with memory of its own costs some ten times as much to
// make and to collect as a view. For copies that live for a query or so: one that stays keeps its whole slab.

const SHORT_OCTETS = 128;

/** Makes copies. */
export class OctetSlab {
  readonly #octets: number;
  #slab: Uint8Array;
  #used = 0;

  /** Slabs have so many octets; a longer copy gets memory of its own. */
  constructor(octets: number) {
    this.#octets = octets;
    this.#slab = new Uint8Array(octets);
  }

  /** The octets from `start` to before `end`; nobody else will write to them. */
  copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    if (length > this.#octets) return bytes.slice(start, end);
    if (this.#used + length > this.#octets) {
      this.#slab = new Uint8Array(this.#octets);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += length;
    const slab = this.#slab;
    // Octet by octet: for so few of them, a view to copy from costs more.
    if (length <= SHORT_OCTETS)
      for (let i = 0; i < length; i++) slab[at + i] = bytes[start + i] ?? 0;
    else slab.set(bytes.subarray(start, end), at);
    return slab.subarray(at, at + length);
  }
}
