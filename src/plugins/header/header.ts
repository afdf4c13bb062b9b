// Serving half of header: sets and clears header flags of queries on their way in and of replies on their way out
// (CoreDNS: plugin/header). Replies of plugins in front of it, and errors that the server writes, are not touched.

import type { Exchange } from '../../plugin/exchange.ts';
import { after, type Handler, type Later, type Outcome } from '../../plugin/handler.ts';
import type { Reply } from '../../plugin/reply.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';
import type { HeaderOptions, HeaderRule } from './options.ts';

/** Changes flags by two lists of rules. */
export class HeaderHandler implements Handler {
  readonly name = 'header';
  readonly #options: HeaderOptions;
  readonly #next: Handler;

  constructor(options: HeaderOptions, next: Handler) {
    this.#options = options;
    this.#next = next;
  }

  serve(exchange: Exchange): Later<Outcome> {
    const { query, response } = this.#options;
    for (const rule of query) changeFlag(exchange, rule);
    const outcome = this.#next.serve(exchange);
    if (response.length === 0) return outcome;
    return after(outcome, (code) => {
      if (exchange.reply.isWritten) for (const rule of response) changeFlag(exchange.reply, rule);
      return code;
    });
  }
}

function changeFlag(header: Exchange | Reply, { flag, isSet }: HeaderRule): void {
  switch (flag) {
    case 'aa':
      header.isAuthoritative = isSet;
      break;
    case 'ra':
      header.isRecursionAvailable = isSet;
      break;
    case 'rd':
      header.isRecursionDesired = isSet;
      break;
  }
}

/** Makes header handlers. */
export const headerServing: ServingPlugin = {
  name: 'header',
  create: (options, next) => new HeaderHandler(options as HeaderOptions, next),
};
