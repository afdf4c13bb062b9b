// RRSIG: the signature of one RRset (RFC 4034, section 3). SIG has the same form.
// Signing and checking signatures are not here.

import { rrTypeCode, rrTypeName } from '../codes/rr-type.ts';
import { defineCodec, type RdataCodec } from './codec.ts';
import type { RdataField } from './field.ts';
import { nameField } from './fields/name-field.ts';
import { u8Field, u16Field, u32Field } from './fields/numbers.ts';
import { base64Field } from './fields/octets-field.ts';
import { timestampField } from './fields/timestamp.ts';
import { u16At } from './octets.ts';

/** The type that is signed, in text its mnemonic. */
const coveredField: RdataField = {
  label: 'TypeCovered',
  isName: false,
  length: () => 2,
  parse(cursor, out) {
    const type = rrTypeCode(cursor.next()?.text ?? '');
    if (type !== undefined) out.u16(type);
    return type !== undefined;
  },
  format: (rdata, offset) => rrTypeName(u16At(rdata, offset)),
};

/** The codec of RRSIG and of SIG; `word` is the mnemonic. */
export function signatureCodec(word: string): RdataCodec {
  return defineCodec({
    word,
    fields: [
      coveredField,
      u8Field('Algorithm'),
      u8Field('Labels'),
      u32Field('OrigTtl'),
      timestampField('Expiration'),
      timestampField('Inception'),
      u16Field('KeyTag'),
      nameField('SignerName'),
      base64Field('Signature'),
    ],
  });
}

export const rrsigCodec: RdataCodec = signatureCodec('RRSIG');

/** The type that an RRSIG covers. */
export function rrsigCovered(rdata: Uint8Array): number {
  return u16At(rdata, 0);
}
