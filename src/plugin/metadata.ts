// Values that log formats, rewrite, template and view can use, by key (`kubernetes/namespace`; CoreDNS: plugin/metadata). The
// plugin metadata asks the handlers of its block for them before views and chain run; a handler that knows a value only
// later sets it on its way.

import type { Exchange } from './exchange.ts';
import type { Handler } from './handler.ts';

/** Makers of values by key, called when somebody reads one. */
export type Metadata = Map<string, () => string>;

/** A handler that knows values of a query before it is answered. */
export interface MetadataProvider {
  /** Sets values of the client's query, as it came. */
  addMetadata(exchange: Exchange, metadata: Metadata): void;
}

/** The handler that collects for its block. */
export interface MetadataCollector {
  /** Gives the exchange a map and fills it. */
  collectMetadata(exchange: Exchange): void;
}

/** Whether a handler provides values. */
export function isMetadataProvider(handler: Handler): handler is Handler & MetadataProvider {
  return 'addMetadata' in handler;
}

/** Whether a handler collects values. */
export function isMetadataCollector(handler: Handler): handler is Handler & MetadataCollector {
  return 'collectMetadata' in handler;
}
