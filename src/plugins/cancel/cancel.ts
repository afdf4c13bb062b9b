// Serving half of cancel: gives a query a time at which lookups for it give up (CoreDNS: plugin/cancel/cancel.go). It answers
// nothing itself: forward looks at the time before each attempt, and so does everything that it is asked for.

import type { Clock } from '../../base/clock.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';
import type { CancelOptions } from './setup.ts';

/** Sets `deadlineMs`. */
export class CancelHandler implements Handler {
  readonly name = 'cancel';
  /** Queries of the short path make no second attempt; the general path makes it, with the time of the first one. */
  readonly directRole: DirectRole = { kind: 'pass' };
  readonly #timeoutMs: number;
  readonly #next: Handler;
  readonly #clock: Clock;

  constructor({ timeoutMs }: CancelOptions, next: Handler, clock: Clock) {
    this.#timeoutMs = timeoutMs;
    this.#next = next;
    this.#clock = clock;
  }

  serve(exchange: Exchange): Later<Outcome> {
    const deadlineMs = (exchange.startMs ?? this.#clock.monotonicMs()) + this.#timeoutMs;
    // A lookup for another query ends with that one.
    exchange.deadlineMs = Math.min(deadlineMs, exchange.deadlineMs ?? deadlineMs);
    return this.#next.serve(exchange);
  }
}

/** Makes cancel handlers. */
export const cancelServing: ServingPlugin = {
  name: 'cancel',
  create: (options, next, { clock }) => new CancelHandler(options as CancelOptions, next, clock),
};
