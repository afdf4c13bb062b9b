// Serving half of cache: answers from stored replies, and stores those of the plugins behind it (CoreDNS:
// plugin/cache/handler.go). One cache a handler and thread. Replies from local data only have their TTLs limited: they are neither
// stored nor counted.

import type { Clock, Timer } from '../../base/clock.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import type { Name } from '../../dns/name.ts';
import { pluginLogger } from '../../log/logger.ts';
import type { DirectExchange } from '../../plugin/direct.ts';
import type { DirectRole, Recall } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { after, type Handler, type Later, type Outcome } from '../../plugin/handler.ts';
import type { PassedReply } from '../../plugin/passed-reply.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import { matchZone, zoneNames } from '../../plugin/zones.ts';
import { randomUint32 } from '../../upstream/random.ts';
import type { Entry } from './entry.ts';
import { directKey, questionKey } from './key.ts';
import { CACHE_PREFETCHES, CACHE_SERVED_STALE, CacheMetrics } from './metrics.ts';
import type { CacheOptions } from './options.ts';
import { backgroundCopy, foregroundCopy, type Refreshed, Refresher } from './refresh.ts';
import { ReplyKeeper } from './reply-keeper.ts';
import { ReplyStores } from './reply-stores.ts';
import { untouchedTtls } from './verdict.ts';

/** What the handler takes from its thread. */
export type CacheContext = Pick<ServingContext, 'clock' | 'metrics' | 'log' | 'onClose'>;

const PERCENT = 100;
const AT_ONCE = Number.NEGATIVE_INFINITY;

/** Caches the replies of the plugins behind it. */
export class CacheHandler implements Handler {
  readonly name = 'cache';
  /** Answers from local data are not cached, but their TTLs are limited (docs/parity.md). */
  readonly directRole: DirectRole;
  readonly #next: Handler;
  readonly #options: CacheOptions;
  readonly #clock: Clock;
  readonly #zones: readonly Name[];
  readonly #seed: number = randomUint32() >>> 1;
  readonly #stores: ReplyStores;
  readonly #metrics: CacheMetrics;
  readonly #keeper: ReplyKeeper;
  readonly #refresher: Refresher;
  #isClosed = false;

  constructor(options: CacheOptions, next: Handler, context: CacheContext) {
    this.#next = next;
    this.#options = options;
    this.#clock = context.clock;
    this.#zones = zoneNames(options.zones);
    this.#stores = new ReplyStores(options);
    this.#metrics = new CacheMetrics(context.metrics, options.zones);
    const tools = { stores: this.#stores, metrics: this.#metrics, clock: context.clock };
    this.#keeper = new ReplyKeeper(options, tools);
    this.directRole = {
      kind: 'limit',
      ...untouchedTtls(options),
      lowersNames: (direct) => !this.#keeper.keepsNothing((zones) => direct.isInSome(zones)),
      // Prefetching needs an exchange to ask with.
      recall: options.prefetch.amount > 0 ? undefined : (direct) => this.#recall(direct),
      keep: (direct, reply) => this.#keepDirect(direct, reply),
    };
    const log = pluginLogger(context.log, 'cache');
    this.#refresher = new Refresher(next, this.#keeper, options.stale.isPositivePreferred, log);
    context.onClose(() => {
      this.#isClosed = true;
    });
  }

  serve(exchange: Exchange): Later<Outcome> {
    if (matchZone(this.#zones, exchange.name) === undefined) return this.#next.serve(exchange);
    const key = questionKey(exchange, this.#seed);
    const nowMs = this.#clock.monotonicMs();
    const entry = this.#stores.find(key, exchange, nowMs);
    if (entry === undefined) return this.#ask(exchange, key);
    this.#metrics.at(exchange).addHit(entry.store);
    const ttl = entry.ttlAt(nowMs);
    return ttl > 0
      ? this.#answer(exchange, key, entry, ttl)
      : this.#answerExpired(exchange, key, entry);
  }

  /** A hit on the short path, or a miss. */
  #recall(direct: DirectExchange): Recall {
    if (!direct.isInSome(this.#zones)) return 'unsuitable';
    const { nowMs } = direct;
    const entry = this.#stores.recall(directKey(direct, this.#seed), direct, nowMs);
    if (typeof entry === 'string') return entry;
    const ttl = this.#options.isTtlKept ? entry.ttlSeconds : entry.ttlAt(nowMs);
    if (!entry.writeDirect(direct, ttl)) return 'unsuitable';
    this.#metrics.at(direct).addHit(entry.store);
    return 'answered';
  }

  /** What `#finish` does, on the short path. */
  #keepDirect(direct: DirectExchange, reply: PassedReply): void {
    this.#metrics.at(direct).addMiss();
    this.#keeper.keepDirect(direct, reply, directKey(direct, this.#seed));
    if (!direct.isAuthenticDataWanted) direct.isAuthenticData = false;
  }

  /** AD tells the upstream that we understand it (RFC 6840 section 5.7); clients see it only if they do. */
  #ask(exchange: Exchange, key: number): Later<Outcome> {
    const isAuthenticAsked = exchange.isAuthenticData;
    exchange.isAuthenticData = true;
    const outcome = this.#next.serve(exchange);
    if (outcome instanceof Promise) {
      return outcome.then((code) => this.#finish(exchange, key, isAuthenticAsked, code));
    }
    return this.#finish(exchange, key, isAuthenticAsked, outcome);
  }

  #finish(
    exchange: Exchange,
    key: number,
    isAuthenticAsked: boolean,
    outcome: Outcome,
  ): Later<Outcome> {
    const { reply } = exchange;
    exchange.isAuthenticData = isAuthenticAsked;
    if (reply.isLocal) return reply.isWritten ? this.#passLocal(exchange, outcome) : outcome;
    this.#metrics.at(exchange).addMiss();
    if (!reply.isWritten) return outcome;
    this.#keeper.keep(exchange, key);
    if (!(isAuthenticAsked || exchange.isDnssecOk)) reply.isAuthenticData = false;
    return outcome;
  }

  /**
   * A cache gives names as they were first asked for, which is nearly always in lower case: local data is asked again like that
   * when a query has capitals, so that its names do not change from reply to reply. Where nothing is stored (option `disable`),
   * names are as they were asked for.
   */
  #passLocal(exchange: Exchange, outcome: Outcome): Later<Outcome> {
    const { reply, name } = exchange;
    if (Buffer.compare(exchange.askedName, name) === 0 || !this.#keeper.wouldKeep(exchange)) {
      this.#keeper.limitTtl(reply);
      return outcome;
    }
    const copy = exchange.withName(name);
    return after(this.#next.serve(copy), (code) => {
      if (copy.reply.isWritten) reply.takeOver(copy.reply);
      this.#keeper.limitTtl(reply);
      return code;
    });
  }

  #answer(exchange: Exchange, key: number, entry: Entry, ttl: number): Outcome {
    const { prefetch, isTtlKept } = this.#options;
    if (prefetch.amount > 0) {
      const hits = entry.countHit(this.#clock.monotonicMs(), prefetch.spanMs);
      const threshold = Math.ceil((prefetch.percentage / PERCENT) * entry.ttlSeconds);
      if (hits >= prefetch.amount && ttl <= threshold) {
        this.#refreshLater(exchange, key, entry, false);
      }
    }
    entry.write(exchange, isTtlKept ? entry.ttlSeconds : ttl);
    return Rcode.NOERROR;
  }

  #answerExpired(exchange: Exchange, key: number, entry: Entry): Later<Outcome> {
    const { isVerified, recheckMs } = this.#options.stale;
    if (!isVerified) {
      this.#refreshLater(exchange, key, entry, true);
      return this.#answerStale(exchange, entry);
    }
    const nowMs = this.#clock.monotonicMs();
    // Without a pause after failures every query asks, however many do.
    if (recheckMs > 0 && !entry.beginRefresh(nowMs)) return this.#answerStale(exchange, entry);
    return this.#verify(exchange, key, entry);
  }

  #answerStale(exchange: Exchange, entry: Entry): Outcome {
    const { stale, isTtlKept } = this.#options;
    this.#metrics.at(exchange).add(CACHE_SERVED_STALE);
    const keptTtl = isTtlKept ? entry.ttlSeconds : 0;
    entry.write(exchange, stale.ttlSeconds > 0 ? stale.ttlSeconds : keptTtl);
    return Rcode.NOERROR;
  }

  /** Asks with a copy, as the client may have its answer before the copy has one. */
  async #verify(exchange: Exchange, key: number, entry: Entry): Promise<Outcome> {
    const { verifyTimeoutMs } = this.#options.stale;
    const copy = foregroundCopy(exchange);
    const refreshing = this.#refresher.replace(copy, key).then((refreshed) => {
      entry.endRefresh(this.#retryAtMs(refreshed));
      return refreshed;
    });
    const refreshed = await this.#within(refreshing, verifyTimeoutMs);
    if (refreshed?.isAccepted !== true) return this.#answerStale(exchange, entry);
    const isHit = verifyTimeoutMs > 0 && refreshed.entry !== undefined;
    if (isHit) refreshed.entry.write(exchange, refreshed.entry.ttlSeconds);
    else takeReply(exchange, copy);
    return refreshed.outcome;
  }

  /** What comes in time; undefined for what is late. 0 waits as long as it takes. */
  async #within(work: Promise<Refreshed>, limitMs: number): Promise<Refreshed | undefined> {
    if (limitMs === 0) return work;
    let timer: Timer | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = this.#clock.setTimeout(() => resolve(undefined), limitMs);
    });
    const first = await Promise.race([work, late]);
    if (timer !== undefined) this.#clock.clearTimeout(timer);
    return first;
  }

  /** Begins once this query is answered. */
  #refreshLater(exchange: Exchange, key: number, entry: Entry, isStale: boolean): void {
    if (this.#isClosed || !entry.beginRefresh(this.#clock.monotonicMs())) return;
    this.#metrics.at(exchange).add(CACHE_PREFETCHES);
    const copy = backgroundCopy(exchange);
    queueMicrotask(() => void this.#refresh(copy, key, entry, isStale));
  }

  async #refresh(copy: Exchange, key: number, entry: Entry, isStale: boolean): Promise<void> {
    const refresher = this.#refresher;
    const refreshed = await (isStale ? refresher.replace(copy, key) : refresher.fetch(copy, key));
    if (refreshed.isAccepted) {
      this.#stores.peek(key, copy)?.inheritHits(entry, this.#clock.monotonicMs());
    }
    entry.endRefresh(isStale ? this.#retryAtMs(refreshed) : AT_ONCE);
  }

  #retryAtMs({ isAccepted }: Refreshed): number {
    const { recheckMs } = this.#options.stale;
    return isAccepted ? AT_ONCE : this.#clock.monotonicMs() + recheckMs;
  }
}

/** Answers with the reply of a copy, as if it had been asked first. */
function takeReply(exchange: Exchange, copy: Exchange): void {
  exchange.reply.takeOver(copy.reply);
  exchange.error = copy.error;
  const isAuthenticWanted = exchange.isDnssecOk || exchange.isAuthenticData;
  if (!(isAuthenticWanted || copy.reply.isLocal)) exchange.reply.isAuthenticData = false;
}

/** Makes cache handlers. */
export const cacheServing: ServingPlugin = {
  name: 'cache',
  create: (options, next, context) => new CacheHandler(options as CacheOptions, next, context),
};
