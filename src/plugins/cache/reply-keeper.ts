// Takes a reply that came from behind the cache: gives its records one TTL, stores what may be stored, counts (CoreDNS:
// plugin/cache/cache.go, ResponseWriter.WriteMsg and set).

import type { Clock } from '../../base/clock.ts';
import { equalNames, type Name } from '../../dns/name.ts';
import { writeTtls } from '../../dns/wire/plain-records.ts';
import type { DirectExchange } from '../../plugin/direct.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { PassedReply } from '../../plugin/passed-reply.ts';
import type { Reply } from '../../plugin/reply.ts';
import { matchZone, zoneNames } from '../../plugin/zones.ts';
import { Entry } from './entry.ts';
import { CACHE_DROPS, type CacheMetrics, type StoreKind } from './metrics.ts';
import type { CacheOptions } from './options.ts';
import type { ReplyStores } from './reply-stores.ts';
import { setReplyTtl } from './ttl.ts';
import { judgeReply, limited, localTtl, type Verdict } from './verdict.ts';

const MS_PER_SECOND = 1000;

/** What a keeper works with. */
export interface KeeperTools {
  readonly stores: ReplyStores;
  readonly metrics: CacheMetrics;
  readonly clock: Clock;
}

/** A reply that was taken: what was thought of it, and its entry if there is one. */
export interface Kept {
  readonly verdict: Verdict;
  readonly entry: Entry | undefined;
}

/** Stores the replies of one handler. */
export class ReplyKeeper {
  readonly #options: CacheOptions;
  readonly #tools: KeeperTools;
  readonly #disabled: Readonly<Record<StoreKind, readonly Name[]>>;

  constructor(options: CacheOptions, tools: KeeperTools) {
    this.#options = options;
    this.#tools = tools;
    this.#disabled = {
      success: zoneNames(options.success.disabledZones),
      denial: zoneNames(options.denial.disabledZones),
    };
  }

  /** What is thought of a written reply; changes nothing. */
  judge(exchange: Exchange): Verdict {
    const nowSeconds = Math.floor(this.#tools.clock.epochMs() / MS_PER_SECOND);
    return judgeReply(exchange, this.#options, nowSeconds);
  }

  /** Whether a written reply would be stored, were it not from local data. */
  wouldKeep(exchange: Exchange): boolean {
    const { store } = this.judge(exchange);
    return store !== undefined && !this.#isDisabled(store, exchange.name);
  }

  /** Whether nothing about this name is ever stored; `isInSome` says whether it is in one of these zones. */
  keepsNothing(isInSome: (zones: readonly Name[]) => boolean): boolean {
    return isInSome(this.#disabled.success) && isInSome(this.#disabled.denial);
  }

  /** Gives a written reply from local data the TTL that it would have if it were stored. */
  limitTtl(reply: Reply): void {
    setReplyTtl(reply, localTtl(reply, this.#options));
  }

  /** Takes the written reply of an exchange; its records all have one TTL afterwards, and there is no OPT. */
  keep(exchange: Exchange, key: number): Kept {
    const verdict = this.judge(exchange);
    const { reply } = exchange;
    const { store, ttlSeconds } = verdict;
    setReplyTtl(reply, ttlSeconds);
    // An OPT is between neighbours (RFC 6891 section 6.2.1).
    reply.edns = undefined;
    if (store === undefined || ttlSeconds === 0) return { verdict, entry: undefined };
    if (!isForQuestion(exchange)) {
      this.#tools.metrics.at(exchange).add(CACHE_DROPS);
      return { verdict, entry: undefined };
    }
    return { verdict, entry: this.#store(exchange, key, { ...verdict, store }) };
  }

  /** The same for the reply of the short path, which is an answer or a denial. */
  keepDirect(direct: DirectExchange, reply: PassedReply, key: number): void {
    const { stores, metrics } = this.#tools;
    const store: StoreKind = reply.isDenial ? 'denial' : 'success';
    const ttlSeconds = limited(reply.lowestTtl, this.#options[store]);
    writeTtls(reply.octets, reply.start, reply.end, ttlSeconds);
    if (ttlSeconds === 0) return;
    const place = metrics.at(direct);
    if (!direct.isInSome(this.#disabled[store])) {
      const entry = stores.blank();
      entry.refill(direct, reply, { store, ttlSeconds, isAnswering: !reply.isDenial });
      if (stores.add(key, entry)) place.addEviction(store);
    }
    this.#countEntries(place);
  }

  #store(
    exchange: Exchange,
    key: number,
    verdict: Verdict & { readonly store: StoreKind },
  ): Entry | undefined {
    const { stores, metrics, clock } = this.#tools;
    const { store, isAnswering } = verdict;
    const place = metrics.at(exchange);
    let entry: Entry | undefined;
    if (!this.#isDisabled(store, exchange.name)) {
      const isAnswerLost = this.#options.stale.isPositivePreferred && !isAnswering;
      const lastAnswer =
        isAnswerLost && store === 'success' ? stores.lastAnswer(key, exchange) : undefined;
      entry = Entry.of(exchange, verdict, clock.monotonicMs(), lastAnswer);
      if (stores.add(key, entry)) place.addEviction(store);
    }
    this.#countEntries(place);
    return entry;
  }

  #countEntries(place: ReturnType<CacheMetrics['at']>): void {
    const { stores } = this.#tools;
    place.setEntries('success', stores.count('success'));
    place.setEntries('denial', stores.count('denial'));
  }

  #isDisabled(store: StoreKind, name: Name): boolean {
    return matchZone(this.#disabled[store], name) !== undefined;
  }
}

/** Whether the reply's question is the query's; spelling does not matter. */
export function isForQuestion({ reply, name, type }: Exchange): boolean {
  const { question } = reply;
  return question === undefined || (question.type === type && equalNames(question.name, name));
}
