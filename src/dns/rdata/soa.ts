// SOA: the start of a zone of authority (RFC 1035, section 3.3.13). Times are in seconds.
// In text the times may have units (`1h30m`); they are written as plain seconds.

import type { Name } from '../name.ts';
import { defineCodec, type RdataCodec } from './codec.ts';
import { nameField } from './fields/name-field.ts';
import { u32Field } from './fields/numbers.ts';
import { ttlField } from './fields/ttl.ts';
import { OctetSink } from './octet-sink.ts';
import { nameAt, u32At } from './octets.ts';

/** The parts of a SOA; the four times are in seconds. */
export interface SoaData {
  readonly mname: Name;
  readonly rname: Name;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  /** The TTL of negative answers (RFC 2308, section 4). */
  readonly minimum: number;
}

export const soaCodec: RdataCodec = defineCodec({
  word: 'SOA',
  fields: [
    nameField('Ns'),
    nameField('Mbox'),
    u32Field('zone parameter'),
    ttlField('zone parameter'),
    ttlField('zone parameter'),
    ttlField('zone parameter'),
    ttlField('zone parameter'),
  ],
  compressible: true,
});

/** The rdata of a SOA record. */
export function soaRdata(soa: SoaData): Uint8Array {
  const out = new OctetSink();
  out.bytes(soa.mname);
  out.bytes(soa.rname);
  for (const value of [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum]) out.u32(value);
  return out.toBytes();
}

/** The parts of a SOA record; its names share the rdata's memory. */
export function readSoa(rdata: Uint8Array): SoaData {
  const mname = nameAt(rdata, 0);
  const rname = nameAt(rdata, mname.length);
  const at = mname.length + rname.length;
  return {
    mname,
    rname,
    serial: u32At(rdata, at),
    refresh: u32At(rdata, at + 4),
    retry: u32At(rdata, at + 8),
    expire: u32At(rdata, at + 12),
    minimum: u32At(rdata, at + 16),
  };
}

/** The serial number of a SOA record: the first number after the two names. */
export function soaSerial(rdata: Uint8Array): number {
  return u32At(rdata, rdata.length - 20);
}

/** The minimum field of a SOA record in seconds: the rdata's last number. */
export function soaMinimum(rdata: Uint8Array): number {
  return u32At(rdata, rdata.length - 4);
}
