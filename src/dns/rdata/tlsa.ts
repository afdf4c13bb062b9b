// TLSA: what a TLS server's certificate must match (RFC 6698, section 2.1). SMIMEA has the same form.
// Matching certificates is not done here.

import { defineCodec, type RdataCodec } from './codec.ts';
import { u8Field } from './fields/numbers.ts';
import { hexField } from './fields/octets-field.ts';

/** The codec of TLSA and SMIMEA; `word` is the mnemonic. */
export function certificateMatchCodec(word: string): RdataCodec {
  return defineCodec({
    word,
    fields: [
      u8Field('Usage'),
      u8Field('Selector'),
      u8Field('MatchingType'),
      hexField('Certificate'),
    ],
  });
}

export const tlsaCodec: RdataCodec = certificateMatchCodec('TLSA');
