// The records that erratic answers with: fixed addresses, and a small zone for transfers.

import { parseIp } from '../../base/ip.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { joinLabels, type Name } from '../../dns/name.ts';
import { aRdata } from '../../dns/rdata/a.ts';
import { aaaaRdata } from '../../dns/rdata/aaaa.ts';
import { soaRdata } from '../../dns/rdata/soa.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { zoneNames } from '../../plugin/zones.ts';

const encoder = new TextEncoder();
const IPV4: Uint8Array = parseIp('192.0.2.53') ?? new Uint8Array(4);
const IPV6: Uint8Array = parseIp('2001:db8::53') ?? new Uint8Array(16);

/** Rdata of every name by type. */
export const ADDRESSES: ReadonlyMap<number, Uint8Array> = new Map([
  [RRType.A, aRdata(IPV4)],
  [RRType.AAAA, aaaaRdata(IPV6)],
]);

/** A record of class IN with TTL 0. */
export function record(name: Name, type: number, rdata: Uint8Array): ResourceRecord {
  return { name, type, class: RRClass.IN, ttl: 0, rdata };
}

/** SOA, two name servers and their addresses. The SOA that ends a transfer is not there. */
export function zoneRecords(zone: Name): ResourceRecord[] {
  const below = (label: string): Name => joinLabels([encoder.encode(label)], zone) ?? zone;
  const soa = soaRdata({
    mname: below('a'),
    rname: below('hostmaster'),
    serial: 1,
    refresh: 7200,
    retry: 3600,
    expire: 1_209_600,
    minimum: 3600,
  });
  const servers = ['a', 'b'].map(below);
  return [
    record(zone, RRType.SOA, soa),
    ...servers.map((server) => record(zone, RRType.NS, server)),
    ...servers.map((server) => record(server, RRType.AAAA, aaaaRdata(IPV6))),
  ];
}

/** Zones that every client is taken to search (autopath @erratic), the root last. */
export const SEARCH_PATH: readonly Name[] = zoneNames(['a.example.org.', 'b.example.org.', '.']);
