// All records of one name in a zone, by type (CoreDNS: plugin/file/tree/elem.go).

import { RRType } from '../dns/codes/rr-type.ts';
import type { Name } from '../dns/name.ts';
import { u16At } from '../dns/rdata/octets.ts';
import type { ResourceRecord } from '../dns/record.ts';

/** The empty set of records. */
export const NO_RECORDS: readonly ResourceRecord[] = [];

/** Types of which CoreDNS drops records that are there already. */
const DEDUPLICATED: ReadonlySet<number> = new Set([RRType.A, RRType.AAAA, RRType.MX]);

/** One name of a zone that owns records. */
export class ZoneNode {
  /** Lower case. */
  readonly name: Name;
  readonly #byType = new Map<number, ResourceRecord[]>();

  constructor(name: Name) {
    this.name = name;
  }

  /** Adds a record in the order of the file; addresses and MX that are there already are dropped. */
  add(record: ResourceRecord): void {
    const records = this.#byType.get(record.type);
    if (records === undefined) {
      this.#byType.set(record.type, [record]);
      return;
    }
    const isThere =
      DEDUPLICATED.has(record.type) &&
      records.some(({ rdata }) => Buffer.compare(rdata, record.rdata) === 0);
    if (!isThere) records.push(record);
  }

  /** The records of a type, none if there are none. */
  records(type: number): readonly ResourceRecord[] {
    return this.#byType.get(type) ?? NO_RECORDS;
  }

  /** All records of the name, by type in order of first occurrence. */
  all(): ResourceRecord[] {
    return [...this.#byType.values()].flat();
  }

  /** The signatures over a type (RRSIG, RFC 4034 section 3). */
  signatures(type: number): readonly ResourceRecord[] {
    const signatures = this.#byType.get(RRType.RRSIG);
    return signatures?.filter((record) => coveredType(record) === type) ?? NO_RECORDS;
  }

  /** The records of a type and, for a client that wants DNSSEC, the signatures over them. */
  signedRecords(type: number, isDnssecOk: boolean): readonly ResourceRecord[] {
    const records = this.records(type);
    const signatures = isDnssecOk ? this.signatures(type) : NO_RECORDS;
    return signatures.length === 0 ? records : [...records, ...signatures];
  }
}

/** The type that an RRSIG record signs. */
export function coveredType(signature: ResourceRecord): number {
  return u16At(signature.rdata, 0);
}
