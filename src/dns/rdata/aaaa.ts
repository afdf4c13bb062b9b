// AAAA: an IPv6 address (RFC 3596, section 2.2).
// Text is read as RFC 4291 allows and written as RFC 5952 wants.

import { defineCodec, type RdataCodec } from './codec.ts';
import { ipv6Field } from './fields/address-field.ts';

export const aaaaCodec: RdataCodec = defineCodec({ word: 'AAAA', fields: [ipv6Field('AAAA')] });

/** The rdata of an AAAA record out of the 16 octets of its address (shared, not copied). */
export function aaaaRdata(address: Uint8Array): Uint8Array {
  return address;
}
