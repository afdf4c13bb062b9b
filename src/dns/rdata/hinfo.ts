// HINFO: kind of machine and operating system (RFC 1035, section 3.3.2); also the answer to ANY of
// RFC 8482.

import { defineCodec, type RdataCodec } from './codec.ts';
import { stringField } from './fields/strings.ts';
import { txtRdata } from './txt.ts';

export const hinfoCodec: RdataCodec = defineCodec({
  word: 'HINFO',
  fields: [stringField('Fields'), stringField('Fields')],
});

/** The rdata of a HINFO record; each string has at most 255 octets. */
export function hinfoRdata(cpu: Uint8Array, os: Uint8Array): Uint8Array {
  return txtRdata([cpu, os]);
}
