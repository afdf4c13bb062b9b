// NS: a name server of a zone (RFC 1035, section 3.3.11).
// The target may be compressed when written.

import type { Name } from '../name.ts';
import { defineCodec, type RdataCodec } from './codec.ts';
import { nameField } from './fields/name-field.ts';
import { nameAt } from './octets.ts';

export const nsCodec: RdataCodec = defineCodec({
  word: 'NS',
  fields: [nameField('Ns')],
  compressible: true,
});

/** The rdata of an NS record out of its target (shared, not copied). */
export function nsRdata(target: Name): Uint8Array {
  return target;
}

/** The name that an NS record points at, sharing the rdata's memory. */
export function nsTarget(rdata: Uint8Array): Name {
  return nameAt(rdata, 0);
}
