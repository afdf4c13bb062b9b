// What loadbalance does, on octets: addresses of the answer take turns. Where it would change more about the order of records, the
// reply is for the general path.

import { RRType } from '../dns/codes/rr-type.ts';
import {
  type PlainSections,
  recordEnd,
  recordHead,
  recordType,
} from '../dns/wire/plain-records.ts';

/** The order that loadbalance gives: aliases, other records, addresses, one mail exchange. */
const RANK = { alias: 0, other: 1, address: 2, mailExchange: 3 } as const;

/** 2^32 by the golden ratio. */
const SCATTER = 0x9e37_79b1;
const SCATTER_SHIFT = 16;

/**
 * Which of `count` addresses comes first, by a number that moves on with every query. Resolvers ask in pairs, for A and AAAA: turns
 * are scattered, so that each type sees all of them.
 */
export function turnOf(rotation: number, count: number): number {
  return (Math.imul(rotation, SCATTER) >>> SCATTER_SHIFT) % count;
}

/**
 * Lets another address come first in a copy of sections, which lies `shift` octets further on in `copy`. False, and nothing is
 * changed, when they are in an order that loadbalance would not leave.
 */
export function takeTurns(
  sections: PlainSections,
  copy: Uint8Array,
  shift: number,
  rotation: number,
): boolean {
  const { octets, start, end, answers, authorities, additionals } = sections;
  if (answers <= 1 && authorities <= 1 && additionals <= 1) return true;
  const answersEnd = settledEnd(octets, start, answers, true);
  const authoritiesEnd = settledEnd(octets, answersEnd, authorities, false);
  if (settledEnd(octets, authoritiesEnd, additionals, false) !== end) return false;
  turnAddresses(sections, copy, shift, rotation);
  return true;
}

/**
 * Where a section of `count` records from `start` on ends, -1 if it is not in order, or `start` is -1. Several addresses are in
 * order only where they take turns.
 */
function settledEnd(octets: Uint8Array, start: number, count: number, takesTurns: boolean): number {
  let at = start;
  let before = -1;
  for (let left = start < 0 ? 0 : count; left > 0; left--) {
    const head = recordHead(octets, at);
    const rank = rankOf(recordType(octets, head));
    const mayRepeat = rank < RANK.address || (rank === RANK.address && takesTurns);
    if (rank < before || (rank === before && !mayRepeat)) return -1;
    before = rank;
    at = recordEnd(octets, head);
  }
  return at;
}

function turnAddresses(
  { octets, start, answers }: PlainSections,
  copy: Uint8Array,
  shift: number,
  rotation: number,
): void {
  let at = start;
  let count = 0;
  let first = start;
  for (let left = answers; left > 0; left--) {
    const head = recordHead(octets, at);
    const isAddress = rankOf(recordType(octets, head)) === RANK.address;
    if (isAddress && count === 0) first = at;
    // What may come behind them are mail exchanges.
    if (!isAddress && count > 0) break;
    if (isAddress) count += 1;
    at = recordEnd(octets, head);
  }
  if (count < 2) return;
  let middle = first;
  for (let left = turnOf(rotation, count); left > 0; left--)
    middle = recordEnd(octets, recordHead(octets, middle));
  // Turned round as a whole, its two parts have changed places.
  reverse(copy, first + shift, middle + shift);
  reverse(copy, middle + shift, at + shift);
  reverse(copy, first + shift, at + shift);
}

function reverse(octets: Uint8Array, start: number, end: number): void {
  for (let from = start, to = end - 1; from < to; from++, to--) {
    const octet = octets[from] ?? 0;
    octets[from] = octets[to] ?? 0;
    octets[to] = octet;
  }
}

function rankOf(type: number): number {
  switch (type) {
    case RRType.CNAME:
      return RANK.alias;
    case RRType.A:
    case RRType.AAAA:
      return RANK.address;
    case RRType.MX:
      return RANK.mailExchange;
    default:
      return RANK.other;
  }
}
