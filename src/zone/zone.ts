// One zone's data: apex records apart, everything else by name (CoreDNS: plugin/file/zone.go). Filled once from
// records, then only read. Neither reads files nor answers queries: zone/load.ts and zone/lookup.ts do.

import { RRType } from '../dns/codes/rr-type.ts';
import { equalNames, formatName, lowerName, type Name } from '../dns/name.ts';
import { soaSerial } from '../dns/rdata/soa.ts';
import type { ResourceRecord } from '../dns/record.ts';
import { NameTree } from './name-tree.ts';
import { coveredType, NO_RECORDS } from './zone-node.ts';

const MX_TARGET_OFFSET = 2;
/** The five numbers behind a SOA's two names. */
const SOA_NUMBER_OCTETS = 20;

/** A zone. All owners are in lower case. */
export class Zone {
  readonly origin: Name;
  /** Every name but the apex's SOA and NS sets. */
  readonly tree: NameTree = new NameTree();
  readonly #nameServers: ResourceRecord[] = [];
  readonly #soaSignatures: ResourceRecord[] = [];
  readonly #nsSignatures: ResourceRecord[] = [];
  #soa: ResourceRecord | undefined = undefined;

  constructor(origin: Name) {
    this.origin = lowerName(origin);
  }

  /** The SOA serial, -1 while the zone has no SOA. */
  get serial(): number {
    return this.#soa === undefined ? -1 : soaSerial(this.#soa.rdata);
  }

  /** Whether the zone has a SOA: without one it answers SERVFAIL. */
  get isLoaded(): boolean {
    return this.#soa !== undefined;
  }

  /** The SOA, with its signatures for a client that wants DNSSEC. */
  soa(isDnssecOk: boolean): readonly ResourceRecord[] {
    if (this.#soa === undefined) return NO_RECORDS;
    return isDnssecOk ? [this.#soa, ...this.#soaSignatures] : [this.#soa];
  }

  /** The apex NS set, with its signatures for a client that wants DNSSEC. */
  nameServers(isDnssecOk: boolean): readonly ResourceRecord[] {
    return isDnssecOk ? [...this.#nameServers, ...this.#nsSignatures] : this.#nameServers;
  }

  /**
   * Adds a record. Owners and the targets of NS, CNAME, MX and SOA become lower case, as CoreDNS does. Any SOA
   * counts as the zone's, whoever owns it. Returns an error text for NSEC3 records.
   */
  add(record: ResourceRecord): string | undefined {
    const lowered = lowerRecord(record);
    const isApex = equalNames(lowered.name, this.origin);
    if (isNsec3(lowered.type)) {
      const names = `${formatName(lowered.name)} for zone: ${formatName(this.origin)}`;
      return `NSEC3 zone is not supported, dropping RR: ${names}`;
    }
    const covered = lowered.type === RRType.RRSIG ? coveredType(lowered) : undefined;
    if (lowered.type === RRType.SOA) this.#soa = lowered;
    else if (lowered.type === RRType.NS && isApex) this.#nameServers.push(lowered);
    else if (covered === RRType.SOA) this.#soaSignatures.push(lowered);
    else if (covered === RRType.NS && isApex) this.#nsSignatures.push(lowered);
    else this.tree.ensure(lowered.name).add(lowered);
    return undefined;
  }
}

/** The zone of records that were loaded before (in another thread). */
export function zoneOf(origin: Name, records: readonly ResourceRecord[]): Zone {
  const zone = new Zone(origin);
  for (const record of records) zone.add(record);
  return zone;
}

function isNsec3(type: number): boolean {
  return type === RRType.NSEC3 || type === RRType.NSEC3PARAM;
}

function lowerRecord(record: ResourceRecord): ResourceRecord {
  const name = lowerName(record.name);
  const rdata = lowerRdata(record);
  if (name === record.name && rdata === record.rdata) return record;
  return { name, type: record.type, class: record.class, ttl: record.ttl, rdata };
}

function lowerRdata({ type, rdata }: ResourceRecord): Uint8Array {
  if (type === RRType.NS || type === RRType.CNAME) return lowerName(rdata);
  if (type === RRType.MX) return lowerBetween(rdata, MX_TARGET_OFFSET, rdata.length);
  if (type === RRType.SOA) return lowerBetween(rdata, 0, rdata.length - SOA_NUMBER_OCTETS);
  return rdata;
}

/** The octets with A-Z in lower case from `start` to `end`; the same array if there are none. */
function lowerBetween(rdata: Uint8Array, start: number, end: number): Uint8Array {
  const part = rdata.subarray(start, end);
  const lowered = lowerName(part);
  if (lowered === part) return rdata;
  const out = rdata.slice();
  out.set(lowered, start);
  return out;
}
