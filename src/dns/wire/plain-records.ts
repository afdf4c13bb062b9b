// Records as they stand in a message without compression, one behind the other: for those who keep or pass on whole sections
// without an object for each record. What is in them has been checked by whoever wrote them.
//
//   owner name | type 2 | class 2 | TTL 4 | length 2 | rdata

import { u16At } from '../rdata/octets.ts';
import type { ResourceRecord } from '../record.ts';

/** Between the owner's name and the rdata (RFC 1035 section 4.1.3). */
const HEAD_OCTETS = 10;
const TTL_OFFSET = 4;
const LENGTH_OFFSET = 8;

/** The three sections of a message; their records lie in `octets` from `start` to before `end`. */
export interface PlainSections {
  readonly octets: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly answers: number;
  readonly authorities: number;
  readonly additionals: number;
}

/** Where the fixed part of the record at `at` begins: behind its owner's name. */
export function recordHead(octets: Uint8Array, at: number): number {
  let head = at;
  for (let length = octets[head] ?? 0; length !== 0; length = octets[head] ?? 0) head += length + 1;
  return head + 1;
}

/** Where the record ends whose fixed part begins at `head`. */
export function recordEnd(octets: Uint8Array, head: number): number {
  return head + HEAD_OCTETS + u16At(octets, head + LENGTH_OFFSET);
}

/** The type of the record whose fixed part begins at `head`. */
export function recordType(octets: Uint8Array, head: number): number {
  return u16At(octets, head);
}

/** Gives all records from `start` to before `end` one TTL, in seconds. */
export function writeTtls(octets: Uint8Array, start: number, end: number, ttl: number): void {
  for (let at = start; at < end; ) {
    const head = recordHead(octets, at);
    octets[head + TTL_OFFSET] = ttl >>> 24;
    octets[head + TTL_OFFSET + 1] = ttl >>> 16;
    octets[head + TTL_OFFSET + 2] = ttl >>> 8;
    octets[head + TTL_OFFSET + 3] = ttl;
    at = recordEnd(octets, head);
  }
}

/** Octets that records take. */
export function plainLength(records: readonly ResourceRecord[]): number {
  let length = 0;
  for (const { name, rdata } of records) length += name.length + HEAD_OCTETS + rdata.length;
  return length;
}

/** Writes records from `start` on, where `plainLength` octets are free; returns the offset behind them. */
export function writePlain(
  records: readonly ResourceRecord[],
  octets: Uint8Array,
  start: number,
): number {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  let at = start;
  for (const { name, type, class: recordClass, ttl, rdata } of records) {
    octets.set(name, at);
    at += name.length;
    view.setUint16(at, type);
    view.setUint16(at + 2, recordClass);
    view.setUint32(at + TTL_OFFSET, ttl);
    view.setUint16(at + LENGTH_OFFSET, rdata.length);
    octets.set(rdata, at + HEAD_OCTETS);
    at += HEAD_OCTETS + rdata.length;
  }
  return at;
}

/** The sections as records, which share their memory. */
export function plainRecords(
  sections: PlainSections,
): Record<'answer' | 'authority' | 'additional', readonly ResourceRecord[]> {
  const { octets, answers, authorities, additionals } = sections;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  let at = sections.start;
  const next = (): ResourceRecord => {
    const head = recordHead(octets, at);
    const end = recordEnd(octets, head);
    const name = octets.subarray(at, head);
    at = end;
    return {
      name,
      type: view.getUint16(head),
      class: view.getUint16(head + 2),
      ttl: view.getUint32(head + TTL_OFFSET),
      rdata: octets.subarray(head + HEAD_OCTETS, end),
    };
  };
  const section = (count: number): ResourceRecord[] => Array.from({ length: count }, next);
  return {
    answer: section(answers),
    authority: section(authorities),
    additional: section(additionals),
  };
}
