// TTLs of whole replies (CoreDNS: plugin/pkg/dnsutil/ttl.go): the cache knows one number for all records of a reply.

import type { ResourceRecord } from '../../dns/record.ts';
import type { Reply } from '../../plugin/reply.ts';

/** TTL in seconds of replies that have no records, and of kinds that are not stored. */
export const MIN_REPLY_TTL_SECONDS = 5;

/** The lowest TTL in seconds of all records, at most `limit`; five seconds for a reply without records. */
export function lowestTtl({ answer, authority, additional }: Reply, limit: number): number {
  if (answer.length + authority.length + additional.length === 0) return MIN_REPLY_TTL_SECONDS;
  let lowest = limit;
  for (const section of [answer, authority, additional]) {
    for (const { ttl } of section) lowest = Math.min(lowest, ttl);
  }
  return lowest;
}

/** Records with another TTL; those that have it already are shared. */
export function withTtl(records: readonly ResourceRecord[], ttl: number): ResourceRecord[] {
  return records.map((record) => {
    if (record.ttl === ttl) return record;
    const { name, type, class: recordClass, rdata } = record;
    return { name, type, class: recordClass, ttl, rdata };
  });
}
