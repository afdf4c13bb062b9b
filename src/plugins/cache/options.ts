// What the control half of cache hands to its handlers: plain data. The Corefile's options that fill it are in
// option-rows.ts.

/** One of the two stores. */
export interface StoreOptions {
  /** Entries asked for; see `storeCapacity`. */
  capacity: number;
  maxTtlSeconds: number;
  minTtlSeconds: number;
  /** Names at and below these are not stored; absolute, lower case. */
  disabledZones: readonly string[];
}

/** When an entry that is asked for often is fetched again before it expires. */
export interface PrefetchOptions {
  /** Hits that make an entry popular; 0 switches prefetching off. */
  amount: number;
  /** A longer pause between two hits starts the count again, in milliseconds. */
  spanMs: number;
  /** Share of the TTL, in percent, that is left when it is fetched again. */
  percentage: number;
}

/** How entries are used after their TTL has run out. */
export interface StaleOptions {
  /** Seconds after the expiry; 0 switches stale answers off. */
  upToSeconds: number;
  /** Ask first, and use the entry only when that fails. */
  isVerified: boolean;
  /** Longest wait for that in milliseconds, 0 without limit. */
  verifyTimeoutMs: number;
  /** TTL of stale answers, 0 for none of its own. */
  ttlSeconds: number;
  /** After a failed refresh the next one waits so many milliseconds. */
  recheckMs: number;
  /** Whether an answer, even a stale one, wins over a denial (serve_stale_policy). */
  isPositivePreferred: boolean;
}

/** The options that are the same in a block and in a handler. */
export interface CacheBlock {
  readonly success: StoreOptions;
  readonly denial: StoreOptions;
  /** Milliseconds for which SERVFAIL and NOTIMP are kept; 0 never keeps them. */
  servfailMs: number;
  readonly prefetch: PrefetchOptions;
  readonly stale: StaleOptions;
  /** Whether hits show the first TTL instead of what is left of it. */
  isTtlKept: boolean;
  /** Whether the options were given at all; only the setup looks at these. */
  hasStale: boolean;
  hasStalePolicy: boolean;
}

/** Options of one cache handler. */
export interface CacheOptions extends CacheBlock {
  /** Names at and below these are cached; absolute, lower case. */
  readonly zones: readonly string[];
}

const DEFAULT_CAPACITY = 10_000;
/** CoreDNS stores in so many parts, each of which has room for a whole number of entries, at least four. */
const PARTS = 256;
const MIN_PART_CAPACITY = 4;

/** The options of a stanza without arguments or block (plugin/cache/cache.go, New). */
export function defaultCacheBlock(): CacheBlock {
  const store = { capacity: DEFAULT_CAPACITY, minTtlSeconds: 5, disabledZones: [] };
  return {
    success: { ...store, maxTtlSeconds: 3600 },
    denial: { ...store, maxTtlSeconds: 1800 },
    servfailMs: 5000,
    prefetch: { amount: 0, spanMs: 60_000, percentage: 10 },
    stale: {
      upToSeconds: 0,
      isVerified: false,
      verifyTimeoutMs: 0,
      ttlSeconds: 0,
      recheckMs: 0,
      isPositivePreferred: false,
    },
    isTtlKept: false,
    hasStale: false,
    hasStalePolicy: false,
  };
}

/** The entries that a store of CoreDNS has room for: 9984 where 10000 were asked for. */
export function storeCapacity(asked: number): number {
  return PARTS * Math.max(Math.trunc(asked / PARTS), MIN_PART_CAPACITY);
}
