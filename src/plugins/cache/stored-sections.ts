// The records of an entry as they stand in a reply, for the short path: copied whole, with the TTL put in. Nothing is compressed,
// as in every reply that fits.

import { RRType } from '../../dns/codes/rr-type.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { DirectSections } from '../../plugin/direct.ts';

/** In front of the data of a record: type, class, TTL, length (RFC 1035 section 4.1.3). */
const RECORD_HEAD = 10;
const TTL_OFFSET = 4;
const LENGTH_OFFSET = 8;
/** The short path has one octet for the count. */
const MAX_AUTHORITIES = 255;

/** Sections of records; undefined when a reply of the short path cannot hold so many. */
export function storeSections(
  answer: readonly ResourceRecord[],
  authority: readonly ResourceRecord[],
  additional: readonly ResourceRecord[],
): DirectSections | undefined {
  if (authority.length > MAX_AUTHORITIES) return undefined;
  const records = [...answer, ...authority, ...additional];
  const octets = new Uint8Array(records.reduce((sum, record) => sum + sizeOf(record), 0));
  const ttlOffsets: number[] = [];
  let at = 0;
  for (const record of records) {
    ttlOffsets.push(at + record.name.length + TTL_OFFSET);
    writeRecord(record, octets, at);
    at += sizeOf(record);
  }
  return {
    octets,
    ttlOffsets,
    answers: answer.length,
    authorities: authority.length,
    additionals: additional.length,
  };
}

/** Whether loadbalance would leave every section as it is: aliases, other records, one address, one MX record, in this order. */
export function isSettled(...sections: readonly (readonly ResourceRecord[])[]): boolean {
  return sections.every((section) =>
    section.every((record, at) => at === 0 || isBehind(record, section[at - 1])),
  );
}

function isBehind({ type }: ResourceRecord, before: ResourceRecord | undefined): boolean {
  const rank = rankOf(type);
  const rankBefore = rankOf(before?.type ?? RRType.CNAME);
  return rank < ADDRESS_RANK ? rank >= rankBefore : rank > rankBefore;
}

const ADDRESS_RANK = 2;

function rankOf(type: number): number {
  if (type === RRType.CNAME) return 0;
  if (type === RRType.A || type === RRType.AAAA) return ADDRESS_RANK;
  return type === RRType.MX ? ADDRESS_RANK + 1 : 1;
}

function sizeOf({ name, rdata }: ResourceRecord): number {
  return name.length + RECORD_HEAD + rdata.length;
}

function writeRecord(record: ResourceRecord, octets: Uint8Array, start: number): void {
  const { name, type, rdata } = record;
  octets.set(name, start);
  const at = start + name.length;
  const view = new DataView(octets.buffer);
  view.setUint16(at, type);
  view.setUint16(at + 2, record.class);
  view.setUint16(at + LENGTH_OFFSET, rdata.length);
  octets.set(rdata, at + RECORD_HEAD);
}
