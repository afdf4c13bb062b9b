// Serving half of loop: looks out for the probe that the control half has sent (CoreDNS: plugin/loop/loop.go). The verdict is the
// control half's; here a probe that goes round is only stopped.

import { Rcode } from '../../dns/codes/rcode.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { equalNames, type Name, parseName, ROOT } from '../../dns/name.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Client, Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import { joinHostPort } from '../../plugin/host-port.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import { LOOP_SIGHTINGS, type LoopOptions, type ProbeSighting } from './options.ts';

/** What the handler takes from its thread. */
export type LoopContext = Pick<ServingContext, 'ask' | 'subscribe'>;

/** Reports each sighting of the probe, until the control half has seen enough. */
export class LoopHandler implements Handler {
  readonly name = 'loop';
  /** The probe is of this type. */
  readonly directRole: DirectRole = {
    kind: 'screen',
    passes: ({ type }) => type !== RRType.HINFO,
  };
  readonly #next: Handler;
  readonly #channel: string;
  readonly #probeName: Name;
  readonly #context: LoopContext;
  #isOver = false;
  #seen = 0;

  constructor(options: LoopOptions, next: Handler, context: LoopContext) {
    this.#next = next;
    this.#channel = options.channel;
    this.#probeName = parseName(options.probeName) ?? ROOT;
    this.#context = context;
    context.subscribe(options.channel, () => {
      this.#isOver = true;
    });
  }

  serve(exchange: Exchange): Later<Outcome> {
    const isProbe =
      exchange.type === RRType.HINFO && !this.#isOver && equalNames(exchange.name, this.#probeName);
    if (!isProbe) return this.#next.serve(exchange);
    this.#seen++;
    const reported = this.#report(exchange.client);
    // The process is about to end, or the probe is asked again after a pause: no need to turn round on and on. The verdict comes
    // first, as a reply would end the check.
    if (this.#seen % LOOP_SIGHTINGS === 0) return reported.then(() => Rcode.SERVFAIL);
    return this.#next.serve(exchange);
  }

  async #report({ address, port }: Client): Promise<void> {
    const sighting: ProbeSighting = { remote: joinHostPort(address, port) };
    // Nobody answers any more once the configuration is dropped.
    await this.#context.ask(this.#channel, sighting).catch(() => undefined);
  }
}

/** Makes loop handlers. */
export const loopServing: ServingPlugin = {
  name: 'loop',
  create: (options, next, context) => new LoopHandler(options as LoopOptions, next, context),
};
