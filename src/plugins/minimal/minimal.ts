// Serving half of minimal: takes authority and additional records out of answers that do not need them (CoreDNS:
// plugin/minimal/minimal.go). Denials, delegations and errors stay whole.

import type { Clock } from '../../base/clock.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { after, type Handler, type Later, type Outcome } from '../../plugin/handler.ts';
import { responseKind } from '../../plugin/response-kind.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';

const MS_PER_SECOND = 1000;

/** Shortens the replies of the handlers behind it. */
export class MinimalHandler implements Handler {
  readonly name = 'minimal';
  readonly #next: Handler;
  readonly #clock: Clock;

  constructor(next: Handler, clock: Clock) {
    this.#next = next;
    this.#clock = clock;
  }

  serve(exchange: Exchange): Later<Outcome> {
    return after(this.#next.serve(exchange), (outcome) => this.#shorten(exchange, outcome));
  }

  #shorten(exchange: Exchange, outcome: Outcome): Outcome {
    const { reply } = exchange;
    if (exchange.error !== undefined || !reply.isWritten) return outcome;
    const nowSeconds = Math.floor(this.#clock.epochMs() / MS_PER_SECOND);
    if (responseKind(exchange, reply, nowSeconds) === 'NOERROR') {
      reply.authority = [];
      reply.additional = [];
      // The server puts the client's own OPT in again.
      reply.edns = undefined;
    }
    return Rcode.NOERROR;
  }
}

/** Makes minimal handlers. */
export const minimalServing: ServingPlugin = {
  name: 'minimal',
  create: (_options, next, { clock }) => new MinimalHandler(next, clock),
};
