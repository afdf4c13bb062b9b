// Addresses that help the client: glue of name servers and the hosts of MX, SRV, SVCB and HTTPS records, as far
// as the zone holds them (plugin/file/lookup.go additionalProcessing, plugin/file/tree/glue.go).

import { RRType } from '../dns/codes/rr-type.ts';
import { isSubdomain, lowerName, type Name } from '../dns/name.ts';
import { mxTarget } from '../dns/rdata/mx.ts';
import { nsTarget } from '../dns/rdata/ns.ts';
import { nameAt } from '../dns/rdata/octets.ts';
import { srvTarget } from '../dns/rdata/srv.ts';
import type { ResourceRecord } from '../dns/record.ts';
import type { Zone } from './zone.ts';
import { NO_RECORDS } from './zone-node.ts';

/** The target stands behind the 16-bit priority (RFC 9460 section 2.2). */
const SVCB_TARGET_OFFSET = 2;

/** Addresses of the name servers that lie below the owner of their NS record. */
export function glueRecords(
  zone: Zone,
  nsRecords: readonly ResourceRecord[],
  isDnssecOk: boolean,
): ResourceRecord[] {
  const glue: ResourceRecord[] = [];
  for (const record of nsRecords) {
    if (record.type !== RRType.NS) continue;
    const host = nsTarget(record.rdata);
    if (isSubdomain(host, record.name)) addAddresses(zone, host, isDnssecOk, glue);
  }
  return glue;
}

/** Addresses of the hosts that the answer names, when they are in the zone. */
export function additionalRecords(
  zone: Zone,
  answer: readonly ResourceRecord[],
  isDnssecOk: boolean,
): readonly ResourceRecord[] {
  let additional: ResourceRecord[] | undefined;
  for (const record of answer) {
    const host = hostOf(record);
    if (host === undefined || !isSubdomain(host, zone.origin)) continue;
    additional ??= [];
    addAddresses(zone, host, isDnssecOk, additional);
  }
  return additional ?? NO_RECORDS;
}

function hostOf({ type, rdata }: ResourceRecord): Name | undefined {
  switch (type) {
    case RRType.MX:
      return mxTarget(rdata);
    case RRType.SRV:
      return srvTarget(rdata);
    case RRType.SVCB:
    case RRType.HTTPS:
      return nameAt(rdata, SVCB_TARGET_OFFSET);
    default:
      return undefined;
  }
}

function addAddresses(zone: Zone, host: Name, isDnssecOk: boolean, out: ResourceRecord[]): void {
  const node = zone.tree.find(lowerName(host));
  if (node === undefined) return;
  out.push(...node.signedRecords(RRType.A, isDnssecOk));
  out.push(...node.signedRecords(RRType.AAAA, isDnssecOk));
}
