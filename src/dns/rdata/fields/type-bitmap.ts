// The list of RR types in NSEC, NSEC3 and CSYNC: windows of 256 types, each a number, a length and a
// bitmap without trailing zeros (RFC 4034, section 4.1.2).

import { rrTypeCode, rrTypeName } from '../../codes/rr-type.ts';
import type { RdataField } from '../field.ts';

const MAX_WINDOW_OCTETS = 32;

/** The types up to the end of the rdata, in text as mnemonics; there may be none. */
export function typeBitmapField(label: string): RdataField {
  return {
    label,
    isName: false,
    length: (rdata, offset, end) => (areWindows(rdata, offset, end) ? end - offset : -1),
    parse(cursor, out) {
      const types: number[] = [];
      for (const token of cursor.rest()) {
        const type = rrTypeCode(token.text);
        if (type === undefined) return false;
        types.push(type);
      }
      out.bytes(writeBitmap(types));
      return true;
    },
    format: (rdata, offset, end) =>
      readBitmap(rdata.subarray(offset, end)).map(rrTypeName).join(' '),
  };
}

/** Checks windows as miekg/dns does: rising numbers, 1 to 32 octets each. */
function areWindows(rdata: Uint8Array, offset: number, end: number): boolean {
  let last = -1;
  let at = offset;
  while (at + 1 < end) {
    const window = rdata[at] ?? 0;
    const length = rdata[at + 1] ?? 0;
    if (window <= last || length === 0 || length > MAX_WINDOW_OCTETS) return false;
    last = window;
    at += 2 + length;
  }
  return at === end;
}

/** The types of a bitmap, rising. The bitmap is taken to be well-formed. */
export function readBitmap(bitmap: Uint8Array): number[] {
  const types: number[] = [];
  for (let at = 0; at < bitmap.length; at += 2 + (bitmap[at + 1] ?? 0)) {
    const first = (bitmap[at] ?? 0) * 256;
    const octets = bitmap.subarray(at + 2, at + 2 + (bitmap[at + 1] ?? 0));
    for (let bit = 0; bit < octets.length * 8; bit++) {
      if (((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0) types.push(first + bit);
    }
  }
  return types;
}

/** The bitmap of types in any order, doubles allowed. */
export function writeBitmap(types: readonly number[]): Uint8Array {
  const windows = new Map<number, Uint8Array>();
  for (const type of types.toSorted((a, b) => a - b)) {
    const octets = windows.get(type >> 8) ?? new Uint8Array(MAX_WINDOW_OCTETS);
    const index = (type & 0xff) >> 3;
    octets[index] = (octets[index] ?? 0) | (0x80 >> (type & 7));
    windows.set(type >> 8, octets);
  }
  const out: number[] = [];
  for (const [window, octets] of windows) {
    const length = octets.findLastIndex((octet) => octet !== 0) + 1;
    out.push(window, length, ...octets.subarray(0, length));
  }
  return Uint8Array.from(out);
}
