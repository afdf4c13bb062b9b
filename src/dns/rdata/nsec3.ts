// NSEC3: the next hashed name of a signed zone and the types that stand at this one; NSEC3PARAM: how names are hashed
// (RFC 5155, sections 3 and 4). Only the records: hashing is done where zones are signed.

import { base32Octets, toBase32 } from '../text/base32.ts';
import { hexOctets, toHex } from '../text/hex.ts';
import { defineCodec, type RdataCodec } from './codec.ts';
import type { RdataField } from './field.ts';
import { u8Field, u16Field } from './fields/numbers.ts';
import { sizedField } from './fields/octets-field.ts';
import { typeBitmapField } from './fields/type-bitmap.ts';

/** No salt is written as a dash. */
const saltField = sizedField('Salt', {
  read: (text) => (text === '' ? undefined : hexOctets(text === '-' ? '' : text)),
  write: (octets) => (octets.length === 0 ? '-' : toHex(octets).toUpperCase()),
});

const nextField = sizedField('NextDomain', {
  read: (text) => (text === '' ? undefined : base32Octets(text)),
  write: toBase32,
});

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
