// Record sets of k8s_external out of what the cluster says (CoreDNS: plugin/k8s_external, msg_to_dns.go and apex.go).
// Which set goes where is the handler's business.

import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { MAX_NAME_OCTETS, type Name } from '../../dns/name.ts';
import { soaRdata } from '../../dns/rdata/soa.ts';
import { srvRdata } from '../../dns/rdata/srv.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { ExternalEntry } from '../../names/external-node.ts';

/** Times of the SOA in seconds. */
const REFRESH = 7200;
const RETRY = 1800;
const EXPIRE = 86_400;

/** A record of class IN. */
export function record(name: Name, type: number, ttl: number, rdata: Uint8Array): ResourceRecord {
  return { name, type, class: RRClass.IN, ttl, rdata };
}

/** Labels in front of a zone; undefined when that is over 255 octets. */
export function below(labels: Uint8Array, zone: Name): Name | undefined {
  if (labels.length + zone.length > MAX_NAME_OCTETS) return undefined;
  const name = new Uint8Array(labels.length + zone.length);
  name.set(labels);
  name.set(zone, labels.length);
  return name;
}

/** The SOA of a zone. */
export function soaRecord(
  { zone, server, hostmaster }: { zone: Name; server: Name; hostmaster: Name },
  serial: number,
  ttl: number,
): ResourceRecord {
  const rdata = soaRdata({
    mname: server,
    rname: hostmaster,
    serial,
    refresh: REFRESH,
    retry: RETRY,
    expire: EXPIRE,
    minimum: ttl,
  });
  return record(zone, RRType.SOA, ttl, rdata);
}

/** A step of an answer: a record, or a host that a CNAME leads to. */
export type AnswerStep = { readonly record: ResourceRecord; readonly host: Name | undefined };

/** Addresses of one family without duplicates, and a CNAME for every host. */
export function addressSteps(
  entries: readonly ExternalEntry[],
  type: number,
  owner: Name,
  ttls: { readonly address: number; readonly alias: number },
): AnswerStep[] {
  const kind = type === RRType.A ? 'ipv4' : 'ipv6';
  const seen = new Set<string>();
  const steps: AnswerStep[] = [];
  for (const entry of entries) {
    if (entry.kind === 'name') {
      const alias = record(owner, RRType.CNAME, ttls.alias, entry.host);
      steps.push({ record: alias, host: entry.host });
    } else if (entry.kind === kind && !seen.has(entry.host.join())) {
      seen.add(entry.host.join());
      steps.push({ record: record(owner, type, ttls.address, entry.host), host: undefined });
    }
  }
  return steps;
}

/** One step of the additional section of an SRV answer: an address record, or a host to look up. */
export type ExtraStep = ResourceRecord | Name;

/** SRV records under `owner`, and what their targets are. One for each target and port. */
export function serviceSteps(
  entries: readonly ExternalEntry[],
  owner: Name,
  zone: Name,
  ttls: { readonly address: number; readonly alias: number },
): { readonly records: ResourceRecord[]; readonly extras: ExtraStep[] } {
  // Worked out before duplicates are dropped, in floating point, at least 1.
  const weight = Math.max(1, Math.floor((100 / (100 * entries.length)) * 100));
  const seen = new Set<string>();
  const isNew = (text: string): boolean => seen.size < seen.add(text).size;
  const records: ResourceRecord[] = [];
  const extras: ExtraStep[] = [];
  for (const entry of entries) {
    const { port, host, kind } = entry;
    const target = kind === 'name' ? host : below(entry.target, zone);
    if (port === undefined || target === undefined) continue;
    if (isNew(`${target.join()} ${port}`)) {
      const rdata = srvRdata(0, weight, port, target);
      records.push(record(owner, RRType.SRV, ttls.alias, rdata));
    }
    if (!isNew(`${target.join()} of ${host.join()}`)) continue;
    extras.push(kind === 'name' ? host : addressRecord(target, host, ttls.address));
  }
  return { records, extras };
}

/** An A or AAAA record. */
export function addressRecord(owner: Name, address: Uint8Array, ttl: number): ResourceRecord {
  return record(owner, address.length === 4 ? RRType.A : RRType.AAAA, ttl, address);
}
