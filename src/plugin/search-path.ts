// Handlers that know a client's search list: what `autopath @PLUGIN` asks (CoreDNS: plugin/autopath, AutoPather).

import type { Name } from '../dns/name.ts';
import type { Exchange } from './exchange.ts';
import type { Handler } from './handler.ts';

/** Knows the search lists of clients. */
export interface SearchPathProvider {
  /**
   * The zones to which the client's resolver completes names, in lower case, the root last for the name itself. Undefined for a
   * client or a name that the plugin does not know.
   */
  searchPath(exchange: Exchange): readonly Name[] | undefined;
}

/** Whether a handler knows search lists. */
export function isSearchPathProvider(handler: Handler): handler is Handler & SearchPathProvider {
  return 'searchPath' in handler;
}
