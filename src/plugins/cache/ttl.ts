// TTLs of whole replies (CoreDNS: plugin/pkg/dnsutil/ttl.go): the cache knows one number for all records of a reply.

import type { ResourceRecord } from '../../dns/record.ts';
import type { Reply } from '../../plugin/reply.ts';

/** TTL in seconds of replies that have no records, and of kinds that are not stored. */
export const MIN_REPLY_TTL_SECONDS = 5;

/** The lowest TTL in seconds of all records, at most `limit`; five seconds for a reply without records. */
export function lowestTtl({ answer, authority, additional }: Reply, limit: number): number {
  if (answer.length + authority.length + additional.length === 0) return MIN_REPLY_TTL_SECONDS;
  return lowestOf(additional, lowestOf(authority, lowestOf(answer, limit)));
}

function lowestOf(records: readonly ResourceRecord[], limit: number): number {
  let lowest = limit;
  for (const { ttl } of records) if (ttl < lowest) lowest = ttl;
  return lowest;
}

/** Gives all records of a reply one TTL. Sections and records that have it already stay as they are. */
export function setReplyTtl(reply: Reply, ttl: number): void {
  reply.answer = withTtl(reply.answer, ttl);
  reply.authority = withTtl(reply.authority, ttl);
  reply.additional = withTtl(reply.additional, ttl);
}

function withTtl(records: ResourceRecord[], ttl: number): ResourceRecord[] {
  return records.every((record) => record.ttl === ttl) ? records : recordsWithTtl(records, ttl);
}

/** New records with another TTL. */
export function recordsWithTtl(records: readonly ResourceRecord[], ttl: number): ResourceRecord[] {
  return records.map(({ name, type, class: recordClass, rdata }) => ({
    name,
    type,
    class: recordClass,
    ttl,
    rdata,
  }));
}
