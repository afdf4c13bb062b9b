// CNAME: the canonical name of an alias (RFC 1035, section 3.3.1).
// The target may be compressed when written.

import type { Name } from '../name.ts';
import { defineCodec, type RdataCodec } from './codec.ts';
import { nameField } from './fields/name-field.ts';
import { nameAt } from './octets.ts';

export const cnameCodec: RdataCodec = defineCodec({
  word: 'CNAME',
  fields: [nameField('Target')],
  compressible: true,
});

/** The rdata of a CNAME record out of its target (shared, not copied). */
export function cnameRdata(target: Name): Uint8Array {
  return target;
}

/** The name that a CNAME record points at, sharing the rdata's memory. */
export function cnameTarget(rdata: Uint8Array): Name {
  return nameAt(rdata, 0);
}
