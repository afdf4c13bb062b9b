// A and AAAA answers: addresses of the name, and what the hosts among them lead to (ExternalName services, FQDN slices). Hosts in the
// same zone are looked up here, all others by a query to the listener itself. Follows A and AAAA of plugin/backend_lookup.go.

import { RRType } from '../../dns/codes/rr-type.ts';
import { isSubdomain, lowerName, type Name } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { after, type Later } from '../../plugin/handler.ts';
import type { Reply } from '../../plugin/reply.ts';
import { type AddressItem, record } from './rrsets.ts';
import type { AskedZone } from './zone.ts';

/** What a name answers; undefined when it does not exist. */
export type AddressAnswer =
  | { readonly records: ResourceRecord[]; isTruncated: boolean }
  | undefined;

/** What the lookup of addresses needs from the handler. */
export interface AddressLookup {
  readonly ttl: number;
  /** The items of a name of the zone, undefined when it does not exist. */
  items(name: Name, owner: Name, type: number, zone: AskedZone): readonly AddressItem[] | undefined;
  /** Asks the listener. */
  lookup(exchange: Exchange, name: Name, type: number): Later<Reply | undefined>;
}

/** One query for addresses. */
export interface AddressQuestion {
  readonly exchange: Exchange;
  /** A or AAAA. */
  readonly type: number;
  readonly zone: AskedZone;
}

/** CNAMEs that one answer may hold in a row (maxCnameChainLength of CoreDNS). */
const MAX_CHAIN = 10;

/** The addresses of `owner`, at the end of the `chain` of CNAME targets that led there. */
export function answerAddresses(
  question: AddressQuestion,
  owner: Name,
  chain: readonly Name[],
  source: AddressLookup,
): Later<AddressAnswer> {
  const { type, zone } = question;
  const items = source.items(lowerName(owner), owner, type, zone);
  if (items === undefined) return undefined;
  const answer = { records: [] as ResourceRecord[], isTruncated: false };
  const follow = (host: Name): Later<void> => {
    if (!isWorthFollowing(host, owner, chain)) return;
    const cname = record(owner, RRType.CNAME, source.ttl, host);
    if (isSubdomain(host, zone.name)) {
      const inner = answerAddresses(question, host, [...chain, host], source);
      return after(inner, (found) => {
        if (found === undefined) return;
        if (found.records.length > 0) answer.records.push(cname, ...found.records);
        answer.isTruncated ||= found.isTruncated;
      });
    }
    return after(source.lookup(question.exchange, host, type), (reply) => {
      if (reply === undefined) return;
      answer.records.push(cname, ...reply.answer);
      answer.isTruncated ||= reply.isTruncated;
    });
  };
  /** Works the items off in order, waiting only where a host makes it wait. */
  const step = (from: number): Later<AddressAnswer> => {
    for (let at = from; at < items.length; at++) {
      const item = items[at];
      if (item?.record !== undefined) answer.records.push(item.record);
      if (item?.host === undefined) continue;
      const waiting = follow(item.host);
      if (waiting instanceof Promise) return waiting.then(() => step(at + 1));
    }
    return answer;
  };
  return step(0);
}

/** A name that leads to itself or below itself, to where the chain has been, or too far, is left out. */
function isWorthFollowing(host: Name, owner: Name, chain: readonly Name[]): boolean {
  if (isSubdomain(host, owner) || chain.length > MAX_CHAIN) return false;
  return !chain.some((target) => isSameSpelling(target, host));
}

function isSameSpelling(a: Name, b: Name): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}
