// PTR: a name that an address or a service list leads to (RFC 1035, section 3.3.12).
// The target may be compressed when written.

import type { Name } from '../name.ts';
import { defineCodec, type RdataCodec } from './codec.ts';
import { nameField } from './fields/name-field.ts';
import { nameAt } from './octets.ts';

export const ptrCodec: RdataCodec = defineCodec({
  word: 'PTR',
  fields: [nameField('Ptr')],
  compressible: true,
});

/** The rdata of a PTR record out of its target (shared, not copied). */
export function ptrRdata(target: Name): Uint8Array {
  return target;
}

/** The name that a PTR record points at, sharing the rdata's memory. */
export function ptrTarget(rdata: Uint8Array): Name {
  return nameAt(rdata, 0);
}
