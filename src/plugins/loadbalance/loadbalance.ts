// Serving half of loadbalance: gives the records of successful replies another order (CoreDNS:
// plugin/loadbalance/loadbalance.go). Replies with at most one record a section pass by.

import type { Cidr } from '../../base/ip.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import type { LoadbalanceOptions } from './options.ts';
import { preferredSection, shuffledSection, weightedSection } from './order.ts';
import type { Weights } from './weights.ts';

/** What the handler takes from its thread. */
export type LoadbalanceContext = Pick<ServingContext, 'subscribe'>;

/** Orders the records of replies. */
export class LoadbalanceHandler implements Handler {
  readonly name = 'loadbalance';
  readonly #next: Handler;
  readonly #preferred: readonly Cidr[];
  readonly #isWeighted: boolean;
  #weights: Weights = new Map();
  /** On the short path addresses take turns; preferences and weights need the general one. */
  readonly directRole: DirectRole | undefined;

  constructor(options: LoadbalanceOptions, next: Handler, { subscribe }: LoadbalanceContext) {
    this.#next = next;
    this.#preferred = options.preferred;
    this.#isWeighted = options.weightsChannel !== undefined;
    const isPlain = !this.#isWeighted && options.preferred.length === 0;
    this.directRole = isPlain ? { kind: 'rotate' } : undefined;
    if (options.weightsChannel === undefined) return;
    subscribe(options.weightsChannel, (data) => {
      this.#weights = data as Weights;
    });
  }

  serve(exchange: Exchange): Later<Outcome> {
    const outcome = this.#next.serve(exchange);
    if (outcome instanceof Promise) {
      return outcome.then((code) => {
        this.#order(exchange);
        return code;
      });
    }
    this.#order(exchange);
    return outcome;
  }

  #order(exchange: Exchange): void {
    const { reply } = exchange;
    if (!reply.isWritten || reply.rcode !== Rcode.NOERROR) return;
    const type = reply.question?.type ?? exchange.type;
    if (type === RRType.AXFR || type === RRType.IXFR) return;
    if (this.#isWeighted) {
      this.#orderByWeight(exchange, type);
      return;
    }
    reply.answer = shuffledSection(reply.answer);
    reply.authority = shuffledSection(reply.authority);
    reply.additional = shuffledSection(reply.additional);
    if (this.#preferred.length === 0) return;
    reply.answer = preferredSection(reply.answer, this.#preferred);
    reply.additional = preferredSection(reply.additional, this.#preferred);
  }

  #orderByWeight({ reply }: Exchange, type: number): void {
    if (type !== RRType.A && type !== RRType.AAAA && type !== RRType.SRV) return;
    reply.answer = weightedSection(reply.answer, this.#weights);
    reply.additional = weightedSection(reply.additional, this.#weights);
  }
}

/** Makes loadbalance handlers. */
export const loadbalanceServing: ServingPlugin = {
  name: 'loadbalance',
  create: (options, next, context) =>
    new LoadbalanceHandler(options as LoadbalanceOptions, next, context),
};
