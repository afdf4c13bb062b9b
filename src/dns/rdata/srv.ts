// SRV: host and port of a service (RFC 2782). The target is never compressed.
// Choosing among targets by priority and weight is the client's work, not done here.

import type { Name } from '../name.ts';
import { defineCodec, type RdataCodec } from './codec.ts';
import { nameField } from './fields/name-field.ts';
import { u16Field } from './fields/numbers.ts';
import { nameAt, u16At } from './octets.ts';

const WEIGHT_OFFSET = 2;
const PORT_OFFSET = 4;
const TARGET_OFFSET = 6;

export const srvCodec: RdataCodec = defineCodec({
  word: 'SRV',
  fields: [u16Field('Priority'), u16Field('Weight'), u16Field('Port'), nameField('Target')],
});

/** The rdata of an SRV record. */
export function srvRdata(priority: number, weight: number, port: number, target: Name): Uint8Array {
  const out = new Uint8Array(TARGET_OFFSET + target.length);
  for (const [index, value] of [priority, weight, port].entries()) {
    out[index * 2] = value >> 8;
    out[index * 2 + 1] = value;
  }
  out.set(target, TARGET_OFFSET);
  return out;
}

/** The priority of an SRV record; lower is tried first. */
export function srvPriority(rdata: Uint8Array): number {
  return u16At(rdata, 0);
}

/** The weight of an SRV record among those of its priority. */
export function srvWeight(rdata: Uint8Array): number {
  return u16At(rdata, WEIGHT_OFFSET);
}

/** The port of an SRV record. */
export function srvPort(rdata: Uint8Array): number {
  return u16At(rdata, PORT_OFFSET);
}

/** The host of an SRV record, sharing the rdata's memory. */
export function srvTarget(rdata: Uint8Array): Name {
  return nameAt(rdata, TARGET_OFFSET);
}
