// NSEC: the next name of a signed zone and the types that stand at this one (RFC 4034, section 4).
// Only the record: which names are denied with it is decided where zones are signed.

import type { Name } from '../name.ts';
import { defineCodec, type RdataCodec } from './codec.ts';
import { nameField } from './fields/name-field.ts';
import { typeBitmapField, writeBitmap } from './fields/type-bitmap.ts';

export const nsecCodec: RdataCodec = defineCodec({
  word: 'NSEC',
  fields: [nameField('NextDomain'), typeBitmapField('TypeBitMap')],
});

/** The rdata of an NSEC record; the types may come in any order. */
export function nsecRdata(next: Name, types: readonly number[]): Uint8Array {
  const bitmap = writeBitmap(types);
  const out = new Uint8Array(next.length + bitmap.length);
  out.set(next);
  out.set(bitmap, next.length);
  return out;
}
