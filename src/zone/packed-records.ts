// Records in one flat piece of shared memory: how zone data travels from the control thread to the serving
// threads, which then all share one copy. Layout, numbers in network order:
//
//   count u32 | per record: name (wire form) | type u16 | class u16 | ttl u32 | length u16 | rdata

import { nameLength } from '../dns/name.ts';
import { u16At, u32At } from '../dns/rdata/octets.ts';
import type { ResourceRecord } from '../dns/record.ts';

const COUNT_OCTETS = 4;
/** Type, class, TTL and rdata length. */
const FIXED_OCTETS = 10;

/** Packs records; the order is kept. */
export function packRecords(records: readonly ResourceRecord[]): SharedArrayBuffer {
  let length = COUNT_OCTETS;
  for (const { name, rdata } of records) length += name.length + FIXED_OCTETS + rdata.length;
  const buffer = new SharedArrayBuffer(length);
  const out = new Uint8Array(buffer);
  const view = new DataView(buffer);
  view.setUint32(0, records.length);
  let at = COUNT_OCTETS;
  for (const { name, type, class: klass, ttl, rdata } of records) {
    out.set(name, at);
    at += name.length;
    view.setUint16(at, type);
    view.setUint16(at + 2, klass);
    view.setUint32(at + 4, ttl);
    view.setUint16(at + 8, rdata.length);
    out.set(rdata, at + FIXED_OCTETS);
    at += FIXED_OCTETS + rdata.length;
  }
  return buffer;
}

/** Unpacks records; names and rdata share the buffer's memory. */
export function unpackRecords(buffer: SharedArrayBuffer): ResourceRecord[] {
  const bytes = new Uint8Array(buffer);
  const records: ResourceRecord[] = [];
  let at = COUNT_OCTETS;
  for (let left = u32At(bytes, 0); left > 0; left--) {
    const fixed = at + nameLength(bytes, at);
    const start = fixed + FIXED_OCTETS;
    const end = start + u16At(bytes, fixed + 8);
    records.push({
      name: bytes.subarray(at, fixed),
      type: u16At(bytes, fixed),
      class: u16At(bytes, fixed + 2),
      ttl: u32At(bytes, fixed + 4),
      rdata: bytes.subarray(start, end),
    });
    at = end;
  }
  return records;
}
