// DS: the digest of a child zone's key (RFC 4034, section 5). CDS, DLV and TA have the same form.
// The digest is carried, not computed: this room knows no cryptography.

import { defineCodec, type RdataCodec } from './codec.ts';
import { u8Field, u16Field } from './fields/numbers.ts';
import { hexField } from './fields/octets-field.ts';
import { OctetSink } from './octet-sink.ts';

/** The parts of a DS record. */
export interface DsData {
  readonly keyTag: number;
  readonly algorithm: number;
  readonly digestType: number;
  readonly digest: Uint8Array;
}

/** The codec of a type that has the form of DS; `word` is its mnemonic. */
export function digestCodec(word: string): RdataCodec {
  return defineCodec({
    word,
    fields: [u16Field('KeyTag'), u8Field('Algorithm'), u8Field('DigestType'), hexField('Digest')],
  });
}

export const dsCodec: RdataCodec = digestCodec('DS');

/** The rdata of a DS record. */
export function dsRdata(ds: DsData): Uint8Array {
  const out = new OctetSink();
  out.u16(ds.keyTag);
  out.u8(ds.algorithm);
  out.u8(ds.digestType);
  out.bytes(ds.digest);
  return out.toBytes();
}
