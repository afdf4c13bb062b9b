// NSEC3: the next hashed name of a signed zone and the types that stand at this one; NSEC3PARAM: how names are hashed
// (RFC 5155, sections 3 and 4). Only the records: hashing is done where zones are signed.

import { base32Octets, toBase32 } from '../text/base32.ts';
import { hexOctets, toHex } from '../text/hex.ts';
import { defineCodec, type RdataCodec } from './codec.ts';
import type { RdataField } from './field.ts';
import { u8Field, u16Field } from './fields/numbers.ts';
import { typeBitmapField } from './fields/type-bitmap.ts';

/** Octets behind a length octet, in a text form of their own. */
function sizedField(
  label: string,
  read: (text: string) => Uint8Array | undefined,
  write: (octets: Uint8Array) => string,
): RdataField {
  return {
    label,
    isName: false,
    length: (rdata, offset) => 1 + (rdata[offset] ?? 0),
    parse(cursor, out) {
      const octets = read(cursor.next()?.text ?? '');
      if (octets === undefined || octets.length > 0xff) return false;
      out.u8(octets.length);
      out.bytes(octets);
      return true;
    },
    format: (rdata, offset, end) => write(rdata.subarray(offset + 1, end)),
  };
}

/** No salt is written as a dash. */
const saltField = sizedField(
  'Salt',
  (text) => (text === '' ? undefined : hexOctets(text === '-' ? '' : text)),
  (octets) => (octets.length === 0 ? '-' : toHex(octets).toUpperCase()),
);

const nextField = sizedField(
  'NextDomain',
  (text) => (text === '' ? undefined : base32Octets(text)),
  toBase32,
);

const hashFields: readonly RdataField[] = [
  u8Field('Hash'),
  u8Field('Flags'),
  u16Field('Iterations'),
  saltField,
];

export const nsec3Codec: RdataCodec = defineCodec({
  word: 'NSEC3',
  fields: [...hashFields, nextField, typeBitmapField('TypeBitMap')],
});

export const nsec3ParamCodec: RdataCodec = defineCodec({
  word: 'NSEC3PARAM',
  fields: hashFields,
});
