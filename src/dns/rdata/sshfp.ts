// SSHFP: the fingerprint of a host's SSH key (RFC 4255, section 3.1).
// The fingerprint is carried as it is.

import { defineCodec, type RdataCodec } from './codec.ts';
import { u8Field } from './fields/numbers.ts';
import { hexField } from './fields/octets-field.ts';

export const sshfpCodec: RdataCodec = defineCodec({
  word: 'SSHFP',
  fields: [u8Field('Algorithm'), u8Field('Type'), hexField('Fingerprint')],
});
