// A cache handler on a fake clock, in front of an upstream that a test scripts: what it answers, how often it was asked, with which
// flags. Replies are compared as lines of text.
import { Rcode } from '../../src/dns/codes/rcode.ts';
import { recordText } from '../../src/dns/record.ts';
import type { Exchange } from '../../src/plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../src/plugin/handler.ts';
import { CacheHandler } from '../../src/plugins/cache/cache.ts';
import { type CacheBlock, defaultCacheBlock } from '../../src/plugins/cache/options.ts';
import { type AskedQuery, exchangeFor, PluginBench } from './chain-doubles.ts';
import { FakeClock } from './fake-clock.ts';
import { record } from './record-lines.ts';

/** What the upstream says. */
export interface Script {
  readonly rcode?: number;
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly additional?: readonly string[];
  readonly isTruncated?: boolean;
  readonly isAuthenticData?: boolean;
  readonly isLocal?: boolean;
  /** Anything else, done last. */
  readonly change?: (exchange: Exchange) => void;
}

/** Options as a test writes them. */
export type Overrides = { [K in keyof CacheBlock]?: Partial<CacheBlock[K]> } & {
  readonly zones?: readonly string[];
};

const LABELS = ['dns://:53', '.', ''];

/** The handler, its upstream and its counters. */
export class CacheBench {
  readonly clock: FakeClock = new FakeClock();
  readonly bench: PluginBench = new PluginBench(this.clock);
  readonly handler: CacheHandler;
  /** Queries that reached the upstream. */
  readonly asked: Exchange[] = [];
  script: Script | ((exchange: Exchange) => Later<Outcome>) = {};

  constructor(overrides: Overrides = {}) {
    const block = defaultCacheBlock();
    for (const [key, value] of Object.entries(overrides)) {
      const known = block[key as keyof CacheBlock];
      if (typeof known === 'object') Object.assign(known, value);
      else Object.assign(block, { [key]: value });
    }
    const next: Handler = { name: 'next', serve: (exchange) => this.#serve(exchange) };
    const options = { ...block, zones: overrides.zones ?? ['.'] };
    this.handler = new CacheHandler(options, next, this.bench.context());
  }

  #serve(exchange: Exchange): Later<Outcome> {
    this.asked.push(exchange);
    return typeof this.script === 'function' ? this.script(exchange) : play(exchange, this.script);
  }

  /** Asks and resolves to the exchange, once what runs in the background has come to rest. */
  async ask(query: AskedQuery | string): Promise<Exchange> {
    const exchange = exchangeFor(typeof query === 'string' ? { name: query } : query);
    exchange.server = 'dns://:53';
    await this.handler.serve(exchange);
    await this.settle();
    return exchange;
  }

  /** Lets what runs in the background come to rest. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 20; turns++) await Promise.resolve();
  }

  /** A counter or gauge without a type. */
  count(name: string): number {
    return this.bench.count(`coredns_cache_${name}`, LABELS);
  }

  /** A counter or gauge of one store. */
  countOf(name: string, type: 'success' | 'denial'): number {
    return this.bench.count(`coredns_cache_${name}`, ['dns://:53', type, '.', '']);
  }
}

/** Writes a scripted reply, with RA as upstreams have it. */
export function play(exchange: Exchange, script: Script): Outcome {
  const { reply } = exchange;
  reply.answer = (script.answer ?? []).map(record);
  reply.authority = (script.authority ?? []).map(record);
  reply.additional = (script.additional ?? []).map(record);
  reply.isRecursionAvailable = true;
  reply.isTruncated = script.isTruncated ?? false;
  reply.isAuthenticData = script.isAuthenticData ?? false;
  reply.isLocal = script.isLocal ?? false;
  reply.write(script.rcode ?? Rcode.NOERROR);
  script.change?.(exchange);
  return Rcode.NOERROR;
}

/** All records of a reply, section by section. */
export function lines({ reply }: Exchange): string[] {
  return [...reply.answer, ...reply.authority, ...reply.additional].map(recordText);
}
