// MX: a mail exchange with its preference (RFC 1035, section 3.3.9).
// The exchange is a name of RFC 1035: it may be compressed when written.

import type { Name } from '../name.ts';
import { defineCodec, type RdataCodec } from './codec.ts';
import { nameField } from './fields/name-field.ts';
import { u16Field } from './fields/numbers.ts';
import { OctetSink } from './octet-sink.ts';
import { nameAt, u16At } from './octets.ts';

const TARGET_OFFSET = 2;

export const mxCodec: RdataCodec = defineCodec({
  word: 'MX',
  fields: [u16Field('Pref'), nameField('Mx')],
  compressible: true,
});

/** The rdata of an MX record. */
export function mxRdata(preference: number, exchange: Name): Uint8Array {
  const out = new OctetSink();
  out.u16(preference);
  out.bytes(exchange);
  return out.toBytes();
}

/** The preference of an MX record; lower is better. */
export function mxPreference(rdata: Uint8Array): number {
  return u16At(rdata, 0);
}

/** The host of an MX record, sharing the rdata's memory. */
export function mxTarget(rdata: Uint8Array): Name {
  return nameAt(rdata, TARGET_OFFSET);
}
