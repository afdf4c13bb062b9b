// A whole zone in the order of an outgoing transfer (RFC 5936 section 2.2; plugin/file/xfr.go). Not the protocol: that is
// plugin transfer's.

import type { ResourceRecord } from '../dns/record.ts';
import type { Zone } from './zone.ts';

/**
 * SOA, apex NS set, everything else by name, and the SOA again; signatures included. The SOA alone for a `serial` other
 * than 0 that is the zone's own. Throws when the zone is not loaded.
 */
export function zoneTransfer(zone: Zone, serial: number): readonly ResourceRecord[] {
  const [soa] = zone.soa(false);
  if (soa === undefined) throw new Error('no SOA');
  if (serial !== 0 && serial === zone.serial) return [soa];
  const records = [...zone.soa(true), ...zone.nameServers(true)];
  for (const node of zone.tree.nodes()) for (const record of node.all()) records.push(record);
  records.push(soa);
  return records;
}
