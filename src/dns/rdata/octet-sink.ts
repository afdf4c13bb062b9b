// Collects the octets of one rdata while its text is read or it is built. Grows; not for messages:
// those are written into buffers of known size by wire/.

/** Appends numbers in network order and octets; `toBytes` gives what was collected. */
export class OctetSink {
  readonly #octets: number[] = [];

  get length(): number {
    return this.#octets.length;
  }

  u8(value: number): void {
    this.#octets.push(value & 0xff);
  }

  u16(value: number): void {
    this.#octets.push((value >> 8) & 0xff, value & 0xff);
  }

  u32(value: number): void {
    this.u16(value >>> 16);
    this.u16(value);
  }

  bytes(values: Uint8Array): void {
    for (const value of values) this.#octets.push(value);
  }

  toBytes(): Uint8Array {
    return Uint8Array.from(this.#octets);
  }
}
