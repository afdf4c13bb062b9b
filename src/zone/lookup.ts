// The answer of a zone to one question, exactly as CoreDNS decides it (plugin/file/lookup.go): delegations,
// DNAME, CNAME chains, wildcards, empty non-terminals, NSEC proofs of zones that carry them. Synchronous and
// without side effects; where an alias leaves the zone, the caller asks the server and completes the answer.

import { RRType } from '../dns/codes/rr-type.ts';
import { equalNames, isSubdomain, type Name, parentName, ROOT } from '../dns/name.ts';
import type { ResourceRecord } from '../dns/record.ts';
import { additionalRecords, glueRecords } from './additional.ts';
import { followAliases, synthesizeCname } from './aliases.ts';
import type { Zone } from './zone.ts';
import { type ZoneAnswer, ZoneResult } from './zone-answer.ts';
import { NO_RECORDS, type ZoneNode } from './zone-node.ts';

/** A question to a zone. */
export interface ZoneQuestion {
  /** Lower case, at or below the zone's origin. */
  readonly name: Name;
  readonly type: number;
  readonly isDnssecOk: boolean;
}

const ASTERISK_LABEL = Uint8Array.of(1, 0x2a);

/** Answers a question from the zone's data. */
export function lookupZone(zone: Zone, question: ZoneQuestion): ZoneAnswer {
  if (!zone.isLoaded) return reply(ZoneResult.SERVER_FAILURE, NO_RECORDS, NO_RECORDS);
  const { name, type, isDnssecOk } = question;
  if (equalNames(name, zone.origin)) {
    if (type === RRType.SOA) {
      return reply(ZoneResult.SUCCESS, zone.soa(isDnssecOk), zone.nameServers(isDnssecOk));
    }
    if (type === RRType.NS) {
      const servers = zone.nameServers(isDnssecOk);
      const glue = glueRecords(zone, servers, isDnssecOk);
      return reply(ZoneResult.SUCCESS, servers, NO_RECORDS, glue);
    }
  }
  return walk(zone, question);
}

/** Goes from the origin down to the name, a label at a time: the first zone cut or DNAME decides. */
function walk(zone: Zone, question: ZoneQuestion): ZoneAnswer {
  const { name } = question;
  let wildcard: ZoneNode | undefined;
  let node: ZoneNode | undefined;
  for (let start = name.length - zone.origin.length; start >= 0; start = labelBefore(name, start)) {
    node = zone.tree.find(name, start);
    if (node === undefined) {
      // Names in between that own nothing are not in the tree: the way down goes on.
      wildcard = zone.tree.find(asteriskBelow(parentName(name.subarray(start)))) ?? wildcard;
      continue;
    }
    const answer = dnameAnswer(zone, node, question) ?? delegation(zone, node, question);
    if (answer !== undefined) return answer;
  }
  if (node !== undefined) return nodeAnswer(zone, node, question);
  if (wildcard !== undefined) return wildcardAnswer(zone, wildcard, question);
  return missingName(zone, question);
}

/** Where the label in front of the one at `start` begins; -1 when that is the first. */
function labelBefore(name: Name, start: number): number {
  let at = 0;
  let before = -1;
  while (at < start) {
    before = at;
    at += (name[at] ?? 0) + 1;
  }
  return before;
}

/** The name `*.PARENT`. */
function asteriskBelow(parent: Name): Name {
  const out = new Uint8Array(ASTERISK_LABEL.length + parent.length);
  out.set(ASTERISK_LABEL);
  out.set(parent, ASTERISK_LABEL.length);
  return out;
}

function dnameAnswer(
  zone: Zone,
  node: ZoneNode,
  { name, type, isDnssecOk }: ZoneQuestion,
): ZoneAnswer | undefined {
  const dname = node.records(RRType.DNAME)[0];
  const cname = dname === undefined ? undefined : synthesizeCname(name, dname);
  if (cname === undefined) return undefined;
  const dnames = node.signedRecords(RRType.DNAME, isDnssecOk);
  if (type === RRType.CNAME) {
    return reply(ZoneResult.SUCCESS, [...dnames, cname], zone.nameServers(isDnssecOk));
  }
  const chain = followAliases(zone, [cname], { type, isDnssecOk, wildcard: undefined });
  return { ...chain, answer: [...dnames, ...chain.answer] };
}

/** A referral when the node is a zone cut, but for the DS of the cut itself (RFC 4035 section 3.1.4.1). */
function delegation(
  zone: Zone,
  node: ZoneNode,
  { name, type, isDnssecOk }: ZoneQuestion,
): ZoneAnswer | undefined {
  const servers = node.records(RRType.NS);
  if (servers.length === 0) return undefined;
  if (type === RRType.DS && node.name.length === name.length) return undefined;
  const signers = isDnssecOk ? node.signedRecords(RRType.DS, true) : NO_RECORDS;
  const glue = glueRecords(zone, servers, isDnssecOk);
  return reply(ZoneResult.DELEGATION, NO_RECORDS, [...servers, ...signers], glue);
}

function nodeAnswer(zone: Zone, node: ZoneNode, question: ZoneQuestion): ZoneAnswer {
  const { type, isDnssecOk } = question;
  if (type !== RRType.CNAME && node.records(RRType.CNAME).length > 0) {
    const aliases = node.signedRecords(RRType.CNAME, isDnssecOk);
    return followAliases(zone, aliases, { type, isDnssecOk, wildcard: undefined });
  }
  const records = node.records(type);
  if (records.length === 0) return noData(zone, node, isDnssecOk);
  return reply(
    ZoneResult.SUCCESS,
    node.signedRecords(type, isDnssecOk),
    zone.nameServers(isDnssecOk),
    additionalRecords(zone, records, isDnssecOk),
  );
}

function noData(zone: Zone, node: ZoneNode, isDnssecOk: boolean): ZoneAnswer {
  const proof = isDnssecOk ? node.signedRecords(RRType.NSEC, true) : NO_RECORDS;
  return reply(ZoneResult.NO_DATA, NO_RECORDS, [...zone.soa(isDnssecOk), ...proof]);
}

/** Records of the wildcard with the asked name as their owner (RFC 4592). */
function wildcardAnswer(zone: Zone, node: ZoneNode, question: ZoneQuestion): ZoneAnswer {
  const { name, type, isDnssecOk } = question;
  if (type !== RRType.CNAME && node.records(RRType.CNAME).length > 0) {
    const aliases = owned(node.signedRecords(RRType.CNAME, isDnssecOk), name);
    return followAliases(zone, aliases, { type, isDnssecOk, wildcard: node.name });
  }
  if (node.records(type).length === 0) {
    return { ...noData(zone, node, isDnssecOk), wildcard: node.name };
  }
  const answer = owned(node.signedRecords(type, isDnssecOk), name);
  // The proof that no longer name exists.
  const proof = isDnssecOk ? nsecBefore(zone, name) : NO_RECORDS;
  const authority = [...zone.nameServers(isDnssecOk), ...proof];
  return { ...reply(ZoneResult.SUCCESS, answer, authority), wildcard: node.name };
}

function owned(records: readonly ResourceRecord[], name: Name): ResourceRecord[] {
  return records.map((record) => ({
    name,
    type: record.type,
    class: record.class,
    ttl: record.ttl,
    rdata: record.rdata,
  }));
}

/** NXDOMAIN, or an empty reply when something exists below the name (RFC 8020). */
function missingName(zone: Zone, { name, isDnssecOk }: ZoneQuestion): ZoneAnswer {
  const next = zone.tree.ceil(name);
  const isEmptyNonTerminal = next !== undefined && isSubdomain(next.name, name);
  const result = isEmptyNonTerminal ? ZoneResult.SUCCESS : ZoneResult.NAME_ERROR;
  const proof = isDnssecOk ? denial(zone, name, isEmptyNonTerminal) : NO_RECORDS;
  return reply(result, NO_RECORDS, [...zone.soa(isDnssecOk), ...proof]);
}

/** The NSEC records that cover the name and, unless it is an empty non-terminal, the wildcard. */
function denial(zone: Zone, name: Name, isEmptyNonTerminal: boolean): readonly ResourceRecord[] {
  const before = zone.tree.floor(name);
  if (before === undefined) return NO_RECORDS;
  const proof = before.signedRecords(RRType.NSEC, true);
  if (isEmptyNonTerminal) return proof;
  const beforeWildcard = zone.tree.floor(asteriskBelow(closestEncloser(zone, name)));
  if (beforeWildcard === undefined || beforeWildcard === before) return proof;
  return [...proof, ...beforeWildcard.signedRecords(RRType.NSEC, true)];
}

function closestEncloser(zone: Zone, name: Name): Name {
  let at = 0;
  while ((name[at] ?? 0) !== 0) {
    if (zone.tree.find(name, at) !== undefined) return name.subarray(at);
    at += (name[at] ?? 0) + 1;
  }
  return ROOT;
}

function nsecBefore(zone: Zone, name: Name): readonly ResourceRecord[] {
  return zone.tree.floor(name)?.signedRecords(RRType.NSEC, true) ?? NO_RECORDS;
}

function reply(
  result: ZoneResult,
  answer: readonly ResourceRecord[],
  authority: readonly ResourceRecord[],
  additional: readonly ResourceRecord[] = NO_RECORDS,
): ZoneAnswer {
  return { result, answer, authority, additional, target: undefined, wildcard: undefined };
}
