// Names outside the cluster: what Nodens forwards to NSD for, and what NSD answers itself as its peer.

import type { ZoneText } from './nsd.ts';
import type { KnownAnswer } from './peers.ts';

const ZONE = 'external.example';
/** More than are asked in a run: no answer is in the cache (9,984 entries) when its name comes again. */
const NAMES = 400_000;
/** Few enough to stay in the cache. */
const CACHED_NAMES = 1000;
const TTL_SECONDS = 3600;

/** The zone's records. */
export function externalZone(): ZoneText {
  const head = [
    `$ORIGIN ${ZONE}.`,
    `$TTL ${TTL_SECONDS}`,
    '@ IN SOA ns hostmaster 1 7200 1800 86400 30',
    '@ IN NS ns',
    'ns IN A 192.0.2.1',
  ];
  const hosts = Array.from({ length: NAMES }, (_, i) => `host-${i} IN A ${address(i)}`);
  return { name: ZONE, text: [...head, ...hosts, ''].join('\n') };
}

/** An answer that says that the zone is served. */
export const EXTERNAL_ANSWER: KnownAnswer = {
  name: `host-${NAMES - 1}.${ZONE}.`,
  address: address(NAMES - 1),
};

/** Queries whose answers are in the cache after the first second. */
export function cachedQueries(): string[] {
  return queries(CACHED_NAMES);
}

/** Queries whose answers never are. */
export function uncachedQueries(): string[] {
  return queries(NAMES);
}

function queries(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `host-${i}.${ZONE}. A`);
}

function address(i: number): string {
  return `172.${16 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;
}
