// Serving half of any: gives ANY queries a minimal answer, so that they are no use for amplification (RFC 8482 section 4.2;
// CoreDNS: plugin/any/any.go).

import { Rcode } from '../../dns/codes/rcode.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { hinfoRdata } from '../../dns/rdata/hinfo.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';

const encoder = new TextEncoder();
const RDATA = hinfoRdata(encoder.encode('ANY obsoleted'), encoder.encode('See RFC 8482'));
/** Seconds. */
const TTL = 8482;

/** Answers ANY, passes on all else. */
export class AnyHandler implements Handler {
  readonly name = 'any';
  readonly directRole: DirectRole = {
    kind: 'screen',
    passes: ({ type }) => type !== RRType.ANY,
  };
  readonly #next: Handler;

  constructor(next: Handler) {
    this.#next = next;
  }

  serve(exchange: Exchange): Later<Outcome> {
    if (exchange.type !== RRType.ANY) return this.#next.serve(exchange);
    exchange.reply.answer.push({
      name: exchange.askedName,
      type: RRType.HINFO,
      class: RRClass.IN,
      ttl: TTL,
      rdata: RDATA,
    });
    return exchange.reply.write(Rcode.NOERROR);
  }
}

/** Makes any handlers. */
export const anyServing: ServingPlugin = {
  name: 'any',
  create: (_options, next) => new AnyHandler(next),
};
