// Record sets out of a found value: owner and zone in the query's spelling, TTL of the block. Everything is copied out of shared
// memory here. Which set goes into which section is the handler's business.

import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { joinLabels, type Name } from '../../dns/name.ts';
import { soaRdata } from '../../dns/rdata/soa.ts';
import { srvRdata } from '../../dns/rdata/srv.ts';
import { txtRdata } from '../../dns/rdata/txt.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { NodeReader } from '../../names/node-reader.ts';

const encoder = new TextEncoder();

/** Version of the schema of cluster names (kubernetes/dns, docs/specification.md), and how long it is good for, in seconds. */
const SCHEMA_VERSION = txtRdata([encoder.encode('1.1.0')]);
const SCHEMA_TTL = 28_800;

/** Times of the SOA in seconds, as every CoreDNS backend has them. */
const REFRESH = 7200;
const RETRY = 1800;
const EXPIRE = 86_400;
/** Upper bound of the SOA's own TTL; its minimum field has none. */
export const MAX_SOA_TTL = 300;

const NAME_SERVER_LABELS = [encoder.encode('ns'), encoder.encode('dns')];
/** In front of the zone: the mailbox of its SOA. */
export const HOSTMASTER_LABELS: readonly Uint8Array[] = [encoder.encode('hostmaster')];

/** One step of an address answer: an address, or a name to look up in its place. */
export type AddressItem =
  | { readonly record: ResourceRecord; readonly host?: undefined }
  | { readonly host: Name; readonly record?: undefined };

/** A record of class IN. */
export function record(name: Name, type: number, ttl: number, rdata: Uint8Array): ResourceRecord {
  return { name, type, class: RRClass.IN, ttl, rdata };
}

/** The addresses of one family under `owner`, in order, with the hosts that stand among them. */
export function addressItems(
  node: NodeReader,
  type: number,
  owner: Name,
  ttl: number,
): AddressItem[] {
  const isIpv6 = type === RRType.AAAA;
  const first = isIpv6 ? node.ipv4Count : 0;
  const count = isIpv6 ? node.ipv6Count : node.ipv4Count;
  const hosts = node.hostCount === 0 ? [] : node.hosts(isIpv6);
  const items: AddressItem[] = [];
  let nextHost = 0;
  for (let index = 0; index <= count; index++) {
    while (hosts[nextHost]?.before === index) {
      const host = hosts[nextHost++]?.name;
      if (host !== undefined) items.push({ host });
    }
    if (index < count) {
      items.push({ record: record(owner, type, ttl, node.address(first + index)) });
    }
  }
  return items;
}

/** SRV records under `owner`; their targets end in `zone`. */
export function srvRecords(
  node: NodeReader,
  targets: readonly (Name | undefined)[],
  owner: Name,
  ttl: number,
): ResourceRecord[] {
  const records: ResourceRecord[] = [];
  for (let index = 0; index < node.serviceCount; index++) {
    const target = targets[node.serviceTarget(index)];
    if (target === undefined) continue;
    const rdata = srvRdata(0, node.weight, node.servicePort(index), target);
    records.push(record(owner, RRType.SRV, ttl, rdata));
  }
  return records;
}

/** Addresses of the targets of SRV and NS records. */
export function extraRecords(
  node: NodeReader,
  targets: readonly (Name | undefined)[],
  ttl: number,
): ResourceRecord[] {
  const records: ResourceRecord[] = [];
  for (let index = 0; index < node.extraCount; index++) {
    const target = targets[node.extraTarget(index)];
    if (target === undefined) continue;
    const number = node.extraAddress(index);
    const type = node.isIpv6(number) ? RRType.AAAA : RRType.A;
    records.push(record(target, type, ttl, node.address(number)));
  }
  return records;
}

/** Records whose rdata is one target: PTR and NS. */
export function targetRecords(
  targets: readonly (Name | undefined)[],
  type: number,
  owner: Name,
  ttl: number,
): ResourceRecord[] {
  return targets
    .filter((target): target is Name => target !== undefined)
    .map((target) => record(owner, type, ttl, target));
}

/** The TXT record of `dns-version`. */
export function versionRecord(owner: Name): ResourceRecord {
  return record(owner, RRType.TXT, SCHEMA_TTL, SCHEMA_VERSION);
}

/** The SOA of a zone, for apex and negative answers (plugin/backend_lookup.go, SOA). */
export function soaRecord(zone: Name, serial: number, ttl: number): ResourceRecord {
  const rdata = soaRdata({
    mname: joinLabels(NAME_SERVER_LABELS, zone) ?? zone,
    rname: joinLabels(HOSTMASTER_LABELS, zone) ?? zone,
    serial,
    refresh: REFRESH,
    retry: RETRY,
    expire: EXPIRE,
    minimum: ttl,
  });
  return record(zone, RRType.SOA, Math.min(ttl, MAX_SOA_TTL), rdata);
}
