// DNSKEY: a zone's public key (RFC 4034, section 2). CDNSKEY, KEY and RKEY have the same form.
// Only the record and its key tag; the key itself is carried as octets.

import { defineCodec, type RdataCodec } from './codec.ts';
import { u8Field, u16Field } from './fields/numbers.ts';
import { base64Field } from './fields/octets-field.ts';

/** The codec of a type that has the form of DNSKEY; `word` is its mnemonic. */
export function keyCodec(word: string): RdataCodec {
  return defineCodec({
    word,
    fields: [
      u16Field('Flags'),
      u8Field('Protocol'),
      u8Field('Algorithm'),
      base64Field('PublicKey'),
    ],
  });
}

export const dnskeyCodec: RdataCodec = keyCodec('DNSKEY');

/** The key tag of a DNSKEY rdata: the sum that DS and RRSIG name it by (RFC 4034, appendix B). */
export function keyTag(rdata: Uint8Array): number {
  let sum = 0;
  for (const [index, octet] of rdata.entries()) sum += index % 2 === 0 ? octet << 8 : octet;
  return ((sum & 0xffff) + (sum >>> 16)) & 0xffff;
}
