// Reads the parts that follow a header: questions, records, the OPT record. Counts are not trusted:
// where the message ends early at a record's border, the sections just end (miekg/dns msg.go).

import { RRType } from '../codes/rr-type.ts';
import type { Edns, EdnsOptionData } from '../edns.ts';
import type { Name } from '../name.ts';
import type { ResourceRecord } from '../record.ts';
import { readRdata } from './rdata-reader.ts';
import type { WireReader } from './reader.ts';

const DNSSEC_OK = 0x8000;
const OTHER_FLAGS = 0x7fff;

/** A question; a message that ends after the name or the type gives zeros for the rest. */
export function readQuestion(reader: WireReader): { name: Name; type: number; class: number } {
  const name = reader.name();
  const type = reader.isAtEnd ? 0 : reader.u16();
  return { name, type, class: reader.isAtEnd ? 0 : reader.u16() };
}

/** Up to `count` records; fewer if the message ends before one. The reader fails on a broken one. */
export function readRecords(reader: WireReader, count: number): ResourceRecord[] {
  const records: ResourceRecord[] = [];
  for (let left = count; left > 0 && !reader.isAtEnd; left--) {
    const name = reader.name();
    const type = reader.u16();
    const rrClass = reader.u16();
    const ttl = reader.u32();
    const rdata = readRdata(reader, type, reader.u16());
    if (reader.hasFailed) break;
    records.push({ name, type, class: rrClass, ttl, rdata });
  }
  return records;
}

/** The additional section with its OPT record taken out. */
export interface AdditionalSection {
  readonly records: readonly ResourceRecord[];
  readonly edns: Edns | undefined;
}

/** Takes the OPT records out of a section; of several the last one counts, as in CoreDNS. */
export function splitOpt(records: readonly ResourceRecord[]): AdditionalSection {
  let edns: Edns | undefined;
  for (const record of records) {
    if (record.type === RRType.OPT) edns = ednsOf(record);
  }
  if (edns === undefined) return { records, edns };
  return { records: records.filter((record) => record.type !== RRType.OPT), edns };
}

/** Reads an OPT record (RFC 6891, section 6.1.2): class is the size, TTL holds rcode, version, flags. */
function ednsOf(record: ResourceRecord): Edns {
  const otherFlags = record.ttl & OTHER_FLAGS;
  return {
    udpSize: record.class,
    version: (record.ttl >> 16) & 0xff,
    isDnssecOk: (record.ttl & DNSSEC_OK) !== 0,
    ...(otherFlags !== 0 && { otherFlags }),
    options: optionsOf(record.rdata),
    extendedRcode: record.ttl >>> 24,
  };
}

/** The options of an OPT rdata whose lengths were checked (rdata/opt.ts), sharing its memory. */
function optionsOf(rdata: Uint8Array): EdnsOptionData[] {
  const options: EdnsOptionData[] = [];
  for (let at = 0; at < rdata.length; ) {
    const code = ((rdata[at] ?? 0) << 8) | (rdata[at + 1] ?? 0);
    const start = at + 4;
    at = start + (((rdata[at + 2] ?? 0) << 8) | (rdata[at + 3] ?? 0));
    options.push({ code, data: rdata.subarray(start, at) });
  }
  return options;
}
