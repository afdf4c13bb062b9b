// What a link of a plugin chain looks like. The chain is built from the registry when a configuration is
// compiled (server/chain); afterwards only `serve` runs.

import type { DirectRole } from './direct-role.ts';
import type { Exchange } from './exchange.ts';

/**
 * A response code, as CoreDNS's ServeDNS returns it. With an unwritten reply, SERVFAIL, REFUSED, FORMERR and
 * NOTIMP make the server write that error, any other code means silence (plugin.go, ClientWrite).
 */
export type Outcome = number;

/** Outcomes may come late; callers test for a promise once and stay synchronous otherwise. */
export type Later<T> = T | Promise<T>;

/** One link of a chain. */
export interface Handler {
  /** The Corefile word, as in `coredns_plugin_enabled`. */
  readonly name: string;
  serve(exchange: Exchange): Later<Outcome>;
  /** Its part on the short path of plain queries (plugin/direct.ts); without one such queries go the general way. */
  readonly directRole?: DirectRole | undefined;
}

/** Runs `then` on a result that may come late, without making a promise of one that is there. */
export function after<T, R>(result: Later<T>, then: (value: T) => Later<R>): Later<R> {
  return result instanceof Promise ? result.then(then) : then(result);
}
