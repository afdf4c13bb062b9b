// The two stores of a handler, answers and denials, and which of them a query is answered from (CoreDNS: plugin/cache/handler.go,
// getIfNotStale). What is least recently used goes first; CoreDNS drops at random.

import { LRUCache } from 'lru-cache';
import { Rcode } from '../../dns/codes/rcode.ts';
import type { DirectExchange } from '../../plugin/direct.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { Entry } from './entry.ts';
import type { StoreKind } from './metrics.ts';
import { type CacheBlock, type StaleOptions, storeCapacity } from './options.ts';

/** What the short path finds: nothing that could be an answer, or something that only the general path can give. */
export type Recalled = Entry | 'missing' | 'unsuitable';

/** A larger store would take its time from a query, and one that cannot be made must end a start, not answers. */
const LARGEST_LATER = 10_000;

/** Stored replies by key (key.ts). Throws RangeError for a capacity that no array can have. */
export class ReplyStores {
  /** One of the usual size is made with its first entry: it takes 5 ms, which a start need not wait for. */
  readonly #stores: Record<StoreKind, LRUCache<number, Entry> | undefined> = {
    success: undefined,
    denial: undefined,
  };
  readonly #capacities: Readonly<Record<StoreKind, number>>;
  readonly #stale: StaleOptions;
  /** The last one that was thrown out and may be filled again. */
  #blank: Entry | undefined = undefined;
  #hasEvicted = false;

  constructor({ success, denial, stale }: Pick<CacheBlock, 'success' | 'denial' | 'stale'>) {
    this.#capacities = { success: success.capacity, denial: denial.capacity };
    this.#stale = stale;
    for (const kind of ['success', 'denial'] as const) {
      if (this.#capacities[kind] > LARGEST_LATER) this.#storeOf(kind);
    }
  }

  /** Entries of a store, expired ones counted. */
  count(kind: StoreKind): number {
    return this.#stores[kind]?.size ?? 0;
  }

  /** The entry that answers an exchange, which may be stale; undefined when it has to be asked for. */
  find(key: number, exchange: Exchange, nowMs: number): Entry | undefined {
    return shared(this.#find(key, exchange, nowMs));
  }

  #find(key: number, exchange: Exchange, nowMs: number): Entry | undefined {
    if (this.#stale.isPositivePreferred && this.#stale.upToSeconds > 0) {
      const answer = answerOf(this.#stores.success?.get(key), exchange);
      if (answer !== undefined && this.#isUsable(answer, nowMs)) return answer;
    }
    const denial = this.#usable('denial', key, exchange, nowMs);
    // A failure passes; it shall not hide an answer that is still there.
    if (denial !== undefined && denial.rcode !== Rcode.SERVFAIL) return denial;
    return this.#usable('success', key, exchange, nowMs) ?? denial;
  }

  /**
   * What `find` would give, for a query of the short path. It must not be held on to. Stale entries, failures and
   * `serve_stale_policy` are for the general path.
   */
  recall(key: number, direct: DirectExchange, nowMs: number): Recalled {
    if (this.#stale.isPositivePreferred) return 'unsuitable';
    const entry =
      this.#usableDirect('denial', key, direct, nowMs) ??
      this.#usableDirect('success', key, direct, nowMs);
    if (entry === undefined) return 'missing';
    const { rcode } = entry;
    const isSuitable = rcode === Rcode.NOERROR || rcode === Rcode.NXDOMAIN;
    return isSuitable && entry.ttlAt(nowMs) > 0 ? entry : 'unsuitable';
  }

  /** What is stored under a key, used or not; undefined for another question's entry. */
  peek(key: number, exchange: Exchange): Entry | undefined {
    const { denial, success } = this.#stores;
    const entry = denial?.peek(key) ?? success?.peek(key);
    return entry?.isFor(exchange) === true ? shared(entry) : undefined;
  }

  /** The answer under a key that an entry without one is about to replace. */
  lastAnswer(key: number, exchange: Exchange): Entry | undefined {
    return shared(answerOf(this.#stores.success?.peek(key), exchange));
  }

  /** Stores an entry; true when another one had to go for it. An answer ends a denial. */
  add(key: number, entry: Entry): boolean {
    this.#hasEvicted = false;
    this.#storeOf(entry.store).set(key, entry);
    const isNewest = entry.isAnswering || !this.#stale.isPositivePreferred;
    if (entry.store === 'success' && isNewest) this.#stores.denial?.delete(key);
    return this.#hasEvicted;
  }

  /** An entry to fill and add: one that was thrown out, or a new one. */
  blank(): Entry {
    const entry = this.#blank ?? new Entry();
    this.#blank = undefined;
    return entry;
  }

  #storeOf(kind: StoreKind): LRUCache<number, Entry> {
    const known = this.#stores[kind];
    if (known !== undefined) return known;
    const store = new LRUCache<number, Entry>({
      max: storeCapacity(this.#capacities[kind]),
      dispose: (entry, _key, reason) => {
        if (reason === 'evict') this.#hasEvicted = true;
        if (!entry.isShared) this.#blank = entry;
      },
    });
    this.#stores[kind] = store;
    return store;
  }

  #usable(kind: StoreKind, key: number, exchange: Exchange, nowMs: number): Entry | undefined {
    const entry = this.#stores[kind]?.get(key);
    if (entry === undefined || !this.#isUsable(entry, nowMs)) return undefined;
    return entry.isFor(exchange) ? entry : undefined;
  }

  #usableDirect(
    kind: StoreKind,
    key: number,
    direct: DirectExchange,
    nowMs: number,
  ): Entry | undefined {
    const entry = this.#stores[kind]?.get(key);
    if (entry === undefined || !this.#isUsable(entry, nowMs)) return undefined;
    return entry.isForDirect(direct) ? entry : undefined;
  }

  #isUsable(entry: Entry, nowMs: number): boolean {
    const ttl = entry.ttlAt(nowMs);
    return ttl > 0 || -ttl < this.#stale.upToSeconds;
  }
}

/** Marks an entry that the caller may hold on to. */
function shared(entry: Entry | undefined): Entry | undefined {
  if (entry !== undefined) entry.isShared = true;
  return entry;
}

/** The entry, or the one that it has replaced, if it holds what was asked for. */
function answerOf(entry: Entry | undefined, exchange: Exchange): Entry | undefined {
  for (const each of [entry, entry?.lastAnswer]) {
    if (each?.isAnswering === true && each.isFor(exchange)) return each;
  }
  return undefined;
}
