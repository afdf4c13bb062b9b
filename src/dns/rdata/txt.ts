// TXT: one or more character strings (RFC 1035, section 3.3.14). SPF, AVC, NINFO and RESINFO have
// the same form.

import { defineCodec, type RdataCodec } from './codec.ts';
import { stringsField } from './fields/strings.ts';

/** The codec of a type made of character strings; `word` is its mnemonic. */
export function stringsCodec(word: string): RdataCodec {
  return defineCodec({ word, fields: [stringsField('Txt')] });
}

export const txtCodec: RdataCodec = stringsCodec('TXT');

/** The rdata of a TXT record; each string has at most 255 octets (the rest is cut off). */
export function txtRdata(strings: readonly Uint8Array[]): Uint8Array {
  const parts = strings.map((each) => each.subarray(0, 255));
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length + 1, 0));
  let at = 0;
  for (const part of parts) {
    out[at] = part.length;
    out.set(part, at + 1);
    at += part.length + 1;
  }
  return out;
}

/** The strings of a TXT record, sharing the rdata's memory. */
export function txtStrings(rdata: Uint8Array): Uint8Array[] {
  const strings: Uint8Array[] = [];
  for (let at = 0; at < rdata.length; at += 1 + (rdata[at] ?? 0)) {
    strings.push(rdata.subarray(at + 1, at + 1 + (rdata[at] ?? 0)));
  }
  return strings;
}
