// Reads numbers in network order from rdata, and builds rdata from parts. A read past the end gives
// zeros: rdata is checked when it enters (wire/rdata-reader.ts), but may be shorter than its type.

import { type Name, nameLength, ROOT } from '../name.ts';

/** The two octets at `offset` as a number. */
export function u16At(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

/** The four octets at `offset` as a number. */
export function u32At(bytes: Uint8Array, offset: number): number {
  return u16At(bytes, offset) * 0x10000 + u16At(bytes, offset + 2);
}

/** The name at `offset` of an rdata, sharing its memory; the root where none stands. */
export function nameAt(rdata: Uint8Array, offset: number): Name {
  const length = nameLength(rdata, offset);
  return length < 0 ? ROOT : rdata.subarray(offset, offset + length);
}
