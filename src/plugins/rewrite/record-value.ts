// Where the name stands that rules call the value of a record (plugin/rewrite/reverter.go, getRecordValueForRewrite).

import { RRType } from '../../dns/codes/rr-type.ts';
import { rdataCodec } from '../../dns/rdata/table.ts';
import type { ResourceRecord } from '../../dns/record.ts';

/** Types with a value; of a SOA it is the first name, the server. */
const VALUE_TYPES: ReadonlySet<number> = new Set([
  RRType.SRV,
  RRType.MX,
  RRType.CNAME,
  RRType.NS,
  RRType.DNAME,
  RRType.NAPTR,
  RRType.SOA,
  RRType.PTR,
]);

/** Octets from the start of the rdata to its value; -1 if there is none. */
export function valueOffset({ type, rdata }: ResourceRecord): number {
  if (!VALUE_TYPES.has(type)) return -1;
  return rdataCodec(type).nameOffsets(rdata)[0] ?? -1;
}
