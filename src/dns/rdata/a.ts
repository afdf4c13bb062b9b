// A: an IPv4 address (RFC 1035, section 3.4.1).
// Text is a dotted quad without leading zeros.

import { defineCodec, type RdataCodec } from './codec.ts';
import { ipv4Field } from './fields/address-field.ts';

export const aCodec: RdataCodec = defineCodec({ word: 'A', fields: [ipv4Field('A')] });

/** The rdata of an A record out of the 4 octets of its address (shared, not copied). */
export function aRdata(address: Uint8Array): Uint8Array {
  return address;
}
