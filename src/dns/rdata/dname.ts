// DNAME: another name for a whole subtree (RFC 6672). Its target is never compressed.
// Making the CNAME that goes with it is the work of whoever answers.

import type { Name } from '../name.ts';
import { defineCodec, type RdataCodec } from './codec.ts';
import { nameField } from './fields/name-field.ts';
import { nameAt } from './octets.ts';

export const dnameCodec: RdataCodec = defineCodec({ word: 'DNAME', fields: [nameField('Target')] });

/** The rdata of a DNAME record out of its target (shared, not copied). */
export function dnameRdata(target: Name): Uint8Array {
  return target;
}

/** The name that replaces the owner, sharing the rdata's memory. */
export function dnameTarget(rdata: Uint8Array): Name {
  return nameAt(rdata, 0);
}
