// Serving half of nsid: says which server answered, to clients that ask for it (RFC 5001; CoreDNS: plugin/nsid/nsid.go).

import { EdnsOption } from '../../dns/codes/edns-option.ts';
import { type Edns, findOption } from '../../dns/edns.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { after, type Handler, type Later, type Outcome } from '../../plugin/handler.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';
import type { NsidOptions } from './setup.ts';

/** Puts the NSID option into replies to queries that carry one. */
export class NsidHandler implements Handler {
  readonly name = 'nsid';
  /** Queries of the short path carry no options. */
  readonly directRole: DirectRole = { kind: 'pass' };
  readonly #data: Uint8Array;
  readonly #next: Handler;

  constructor({ data }: NsidOptions, next: Handler) {
    this.#data = new TextEncoder().encode(data);
    this.#next = next;
  }

  serve(exchange: Exchange): Later<Outcome> {
    const { edns } = exchange;
    if (edns === undefined || findOption(edns, EdnsOption.NSID) === undefined) {
      return this.#next.serve(exchange);
    }
    return after(this.#next.serve(exchange), (outcome) => {
      const { reply } = exchange;
      if (reply.isWritten) reply.edns = this.#named(reply.edns ?? emptyReplyEdns(exchange));
      return outcome;
    });
  }

  /** Replaces an upstream's identifier. */
  #named(edns: Edns): Edns {
    const option = { code: EdnsOption.NSID, data: this.#data };
    const isNamed = findOption(edns, EdnsOption.NSID) !== undefined;
    const options = isNamed
      ? edns.options.map((each) => (each.code === EdnsOption.NSID ? option : each))
      : [...edns.options, option];
    return { ...edns, options };
  }
}

/** CoreDNS sets DO here, whatever the client said. */
function emptyReplyEdns(exchange: Exchange): Edns {
  const udpSize = exchange.edns?.udpSize ?? 0;
  return { udpSize, version: 0, isDnssecOk: true, extendedRcode: 0, options: [] };
}

/** Makes nsid handlers. */
export const nsidServing: ServingPlugin = {
  name: 'nsid',
  create: (options, next) => new NsidHandler(options as NsidOptions, next),
};
