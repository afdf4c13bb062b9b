// Whether loadbalance, which may stand in front of a cache, would leave the order of records as it is: such replies need no
// general path.

import { RRType } from '../dns/codes/rr-type.ts';
import {
  type PlainSections,
  recordEnd,
  recordHead,
  recordType,
} from '../dns/wire/plain-records.ts';

/** The order that loadbalance gives: aliases, other records, one address, one mail exchange. */
const RANK = { alias: 0, other: 1, address: 2, mailExchange: 3 } as const;

/** Whether every section is in loadbalance's order, and has no two records that it would shuffle. */
export function isSettled(sections: PlainSections): boolean {
  const { octets, end, answers, authorities } = sections;
  let rank = -1;
  let at = sections.start;
  for (let index = 0; at < end; index++) {
    const head = recordHead(octets, at);
    const before = index === 0 || index === answers || index === answers + authorities ? -1 : rank;
    rank = rankOf(recordType(octets, head));
    if (rank < before || (rank === before && rank >= RANK.address)) return false;
    at = recordEnd(octets, head);
  }
  return true;
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
