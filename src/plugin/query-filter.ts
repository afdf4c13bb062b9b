// Handlers that choose the queries of their block: plugin view (CoreDNS: plugin/view, core/dnsserver/view.go). The router
// asks them before the chain runs; a block all of whose filters accept serves the query.

import type { Exchange } from './exchange.ts';
import type { Handler } from './handler.ts';

/** Says which queries of a block's zones the block takes. */
export interface QueryFilter {
  /** Name of the view: a label of metrics. */
  readonly viewName: string;
  accepts(exchange: Exchange): boolean;
}

/** Whether a handler filters. */
export function isQueryFilter(handler: Handler): handler is Handler & QueryFilter {
  return 'accepts' in handler;
}
