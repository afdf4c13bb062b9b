// Serving half of bufsize: lowers the UDP size that a client offers (CoreDNS: plugin/bufsize/bufsize.go). The lower size
// is what upstreams are asked with and what the reply's OPT says.

import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';
import type { BufsizeOptions } from './setup.ts';

/** Never raises a size and never adds an OPT. */
export class BufsizeHandler implements Handler {
  readonly name = 'bufsize';
  readonly directRole: DirectRole = {
    kind: 'screen',
    passes: ({ udpSize }) => udpSize <= this.#size,
  };
  readonly #size: number;
  readonly #next: Handler;

  constructor({ size }: BufsizeOptions, next: Handler) {
    this.#size = size;
    this.#next = next;
  }

  serve(exchange: Exchange): Later<Outcome> {
    const { edns } = exchange;
    if (edns !== undefined && edns.udpSize > this.#size) {
      exchange.edns = { ...edns, udpSize: this.#size };
    }
    return this.#next.serve(exchange);
  }
}

/** Makes bufsize handlers. */
export const bufsizeServing: ServingPlugin = {
  name: 'bufsize',
  create: (options, next) => new BufsizeHandler(options as BufsizeOptions, next),
};
