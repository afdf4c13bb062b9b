// A resource record as everything here holds it: owner, numbers, and rdata in uncompressed wire form
// (RFC 1035, section 3.2.1). Immutable; several records may share memory.

import { rrClassName } from './codes/rr-class.ts';
import { rrTypeName } from './codes/rr-type.ts';
import { formatName, type Name } from './name.ts';
import { rdataCodec } from './rdata/table.ts';

/** One record. `ttl` is in seconds, `rdata` holds no compression pointers. */
export interface ResourceRecord {
  readonly name: Name;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

/** The record as a master-file line with single spaces: `a.test. 5 IN A 10.0.0.1`. */
export function recordText(record: ResourceRecord): string {
  const { name, ttl, type } = record;
  const rdata = rdataCodec(type).formatText(record.rdata);
  return `${formatName(name)} ${ttl} ${rrClassName(record.class)} ${rrTypeName(type)} ${rdata}`;
}
