// CNAME and DNAME: chains inside a zone, and what becomes of the answer when the chain leaves it
// (plugin/file/lookup.go externalLookup, plugin/file/dname.go).

import { Rcode } from '../dns/codes/rcode.ts';
import { RRType } from '../dns/codes/rr-type.ts';
import { equalNames, isSubdomain, MAX_NAME_OCTETS, type Name } from '../dns/name.ts';
import { cnameTarget } from '../dns/rdata/cname.ts';
import { nameAt } from '../dns/rdata/octets.ts';
import type { ResourceRecord } from '../dns/record.ts';
import type { Zone } from './zone.ts';
import { type ZoneAnswer, ZoneResult } from './zone-answer.ts';
import { NO_RECORDS } from './zone-node.ts';

/** Rounds of an in-zone chain after the first alias; a loop so shows ten CNAMEs. */
const MAX_ROUNDS = 9;

/** What a question about an alias wants. */
export interface AliasQuestion {
  readonly type: number;
  readonly isDnssecOk: boolean;
  readonly wildcard: Name | undefined;
}

/** The CNAME that a DNAME makes of a name below its owner; undefined at the owner or where it grows too long. */
export function synthesizeCname(name: Name, dname: ResourceRecord): ResourceRecord | undefined {
  if (equalNames(name, dname.name) || !isSubdomain(name, dname.name)) return undefined;
  const prefixLength = name.length - dname.name.length;
  const suffix = nameAt(dname.rdata, 0);
  if (prefixLength + suffix.length > MAX_NAME_OCTETS) return undefined;
  const target = new Uint8Array(prefixLength + suffix.length);
  target.set(name.subarray(0, prefixLength));
  target.set(suffix, prefixLength);
  return { name, type: RRType.CNAME, class: dname.class, ttl: dname.ttl, rdata: target };
}

/** Follows the first CNAME of `aliases` as long as the zone's tree holds the targets. */
export function followAliases(
  zone: Zone,
  aliases: readonly ResourceRecord[],
  question: AliasQuestion,
): ZoneAnswer {
  const { type, isDnssecOk, wildcard } = question;
  const answer = [...aliases];
  let target = aliases[0] === undefined ? undefined : cnameTarget(aliases[0].rdata);
  for (let round = 0; target !== undefined; round++) {
    const node = zone.tree.find(target);
    const isTooLong = round === MAX_ROUNDS;
    if (node === undefined || isTooLong) {
      return reply(zone, answer, isTooLong ? undefined : target, question);
    }
    const next = node.records(RRType.CNAME)[0];
    if (next === undefined) {
      answer.push(...node.signedRecords(type, isDnssecOk));
      break;
    }
    answer.push(...node.signedRecords(RRType.CNAME, isDnssecOk));
    target = cnameTarget(next.rdata);
  }
  return reply(zone, answer, undefined, { type, isDnssecOk, wildcard });
}

function reply(
  zone: Zone,
  answer: readonly ResourceRecord[],
  target: Name | undefined,
  { isDnssecOk, wildcard }: AliasQuestion,
): ZoneAnswer {
  return {
    result: ZoneResult.SUCCESS,
    answer,
    authority: zone.nameServers(isDnssecOk),
    additional: NO_RECORDS,
    target,
    wildcard,
  };
}

/** What the server said about a target; undefined when it stayed silent. */
export interface TargetReply {
  readonly rcode: number;
  readonly answer: readonly ResourceRecord[];
}

/**
 * Completes an answer whose alias leads out of the tree: NXDOMAIN and empty replies put the zone's SOA into
 * authority, SERVFAIL is kept for the reply (RFC 6604 section 3), anything else counts as success.
 */
export function withTarget(
  zone: Zone,
  partial: ZoneAnswer,
  target: TargetReply | undefined,
  isDnssecOk: boolean,
): ZoneAnswer {
  const result = target === undefined ? ZoneResult.SUCCESS : targetResult(target);
  const isNegative = result === ZoneResult.NAME_ERROR || result === ZoneResult.NO_DATA;
  return {
    ...partial,
    result,
    answer: [...partial.answer, ...(target?.answer ?? NO_RECORDS)],
    authority: isNegative ? zone.soa(isDnssecOk) : partial.authority,
    target: undefined,
  };
}

function targetResult({ rcode, answer }: TargetReply): ZoneResult {
  if (rcode === Rcode.NXDOMAIN) return ZoneResult.NAME_ERROR;
  if (rcode === Rcode.SERVFAIL) return ZoneResult.SERVER_FAILURE;
  return rcode === Rcode.NOERROR && answer.length === 0 ? ZoneResult.NO_DATA : ZoneResult.SUCCESS;
}
