// Asks again for what is stored: copies of a query that go down the chain on their own, and what their replies are good
// for (CoreDNS: plugin/cache/cache.go, verifyStaleResponseWriter; RFC 8767 section 4).

import { Rcode } from '../../dns/codes/rcode.ts';
import type { Logger } from '../../log/logger.ts';
import { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Outcome } from '../../plugin/handler.ts';
import type { Entry } from './entry.ts';
import { isForQuestion, type ReplyKeeper } from './reply-keeper.ts';
import type { Verdict } from './verdict.ts';

/** How a copy fared: whether its reply may stand for the stale one, and the entry that it left. */
export interface Refreshed {
  readonly isAccepted: boolean;
  readonly outcome: Outcome;
  readonly entry: Entry | undefined;
}

const FAILED: Refreshed = { isAccepted: false, outcome: Rcode.SERVFAIL, entry: undefined };

/** Sends copies of queries down the chain. */
export class Refresher {
  readonly #next: Handler;
  readonly #keeper: ReplyKeeper;
  readonly #isPositivePreferred: boolean;
  readonly #log: Logger;

  /** `log` is the plugin's own logger. */
  constructor(next: Handler, keeper: ReplyKeeper, isPositivePreferred: boolean, log: Logger) {
    this.#next = next;
    this.#keeper = keeper;
    this.#isPositivePreferred = isPositivePreferred;
    this.#log = log;
  }

  /** Stores whatever the reply to a copy is: for entries that have not expired. Never rejects. */
  async fetch(copy: Exchange, key: number): Promise<Refreshed> {
    const outcome = await this.#ask(copy);
    if (outcome === undefined || !copy.reply.isWritten) return FAILED;
    return { isAccepted: true, outcome, entry: this.#keep(copy, key) };
  }

  /** Stores the reply to a copy only if it is better than a stale entry. Never rejects. */
  async replace(copy: Exchange, key: number): Promise<Refreshed> {
    const outcome = await this.#ask(copy);
    const { reply } = copy;
    if (outcome === undefined || !reply.isWritten || reply.isTruncated) return FAILED;
    if (!isForQuestion(copy)) return FAILED;
    const verdict = this.#keeper.judge(copy);
    const isAccepted = this.#isPositivePreferred
      ? verdict.isAnswering
      : isConclusive(verdict, reply.rcode);
    // Where answers are preferred, a denial is remembered, but does not end the stale answer.
    if (!(isAccepted || this.#isPositivePreferred)) return FAILED;
    return { isAccepted, outcome, entry: this.#keep(copy, key) };
  }

  #keep(copy: Exchange, key: number): Entry | undefined {
    return copy.reply.isLocal ? undefined : this.#keeper.keep(copy, key).entry;
  }

  /** A throw in a copy is nobody's query: it is logged, and counts as a failure. */
  async #ask(copy: Exchange): Promise<Outcome | undefined> {
    try {
      return await this.#next.serve(copy);
    } catch (error) {
      this.#log.error(`refresh failed: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
}

function isConclusive({ kind }: Verdict, rcode: number): boolean {
  if (kind === 'OTHERERROR' || kind === 'META' || kind === 'UPDATE') return false;
  return rcode === Rcode.NOERROR || rcode === Rcode.NXDOMAIN;
}

/** A copy that the client waits for. */
export function foregroundCopy(exchange: Exchange): Exchange {
  const copy = exchange.withName(exchange.askedName.slice());
  copy.isAuthenticData = true;
  return copy;
}

/**
 * A copy that nobody waits for. It comes by TCP, so that its reply is not cut to a client's size, and what it collects for
 * logs is its own.
 */
export function backgroundCopy(exchange: Exchange): Exchange {
  const model = foregroundCopy(exchange);
  const client = { ...exchange.client, protocol: 'tcp' as const };
  const copy = new Exchange(model, model.name, client, exchange.depth);
  copy.server = exchange.server;
  copy.zone = exchange.zone;
  copy.view = exchange.view;
  copy.echoedOptions = exchange.echoedOptions;
  if (exchange.metadata !== undefined) copy.metadata = new Map();
  return copy;
}
