// Old types that are little more than names: CoreDNS follows compressed names in them, so must we.
// The mail types of RFC 1035 may also be compressed when written, the later ones not (RFC 3597).

import { defineCodec, type RdataCodec } from './codec.ts';
import { nameField } from './fields/name-field.ts';
import { u16Field } from './fields/numbers.ts';

/** A type of RFC 1035 that is one name: MB, MD, MF, MG, MR. */
export function mailNameCodec(word: string): RdataCodec {
  return defineCodec({ word, fields: [nameField('Target')], compressible: true });
}

/** MINFO: two mailboxes of a mailing list (RFC 1035, section 3.3.7). */
export const minfoCodec: RdataCodec = defineCodec({
  word: 'MINFO',
  fields: [nameField('Rmail'), nameField('Email')],
  compressible: true,
});

/** A later type that is two names: RP, TALINK. */
export function twoNamesCodec(word: string): RdataCodec {
  return defineCodec({ word, fields: [nameField('First'), nameField('Second')] });
}

/** A later type that is a number and a name: AFSDB, RT, KX, LP. */
export function numberedNameCodec(word: string): RdataCodec {
  return defineCodec({ word, fields: [u16Field('Preference'), nameField('Name')] });
}

/** PX: a number and two names (RFC 2163, section 4). */
export const pxCodec: RdataCodec = defineCodec({
  word: 'PX',
  fields: [u16Field('Preference'), nameField('Map822'), nameField('Mapx400')],
});

/** NSAP-PTR: one name (RFC 1348). */
export const nsapPtrCodec: RdataCodec = defineCodec({
  word: 'NSAP-PTR',
  fields: [nameField('Ptr')],
});
