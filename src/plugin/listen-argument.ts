// The one argument of plugins that listen for HTTP: `health [ADDRESS]`, `prometheus [ADDRESS]`.

import type { Dispenser } from '../corefile/dispenser.ts';
import { CorefileError } from '../corefile/error.ts';
import { splitHostPort } from './host-port.ts';

/**
 * Reads `[ADDRESS]` behind the directive: the address as written, `fallback` when there is none. Throws the usual error for more
 * words, and what `errorOf` makes of Go's text for an address without a port.
 */
export function readListenArgument(
  dispenser: Dispenser,
  fallback: string,
  errorOf: (text: string) => CorefileError = (text) => new CorefileError(text),
): string {
  const [address = fallback, ...others] = dispenser.remainingArgs();
  if (others.length > 0) throw dispenser.argErr();
  const split = splitHostPort(address);
  if (typeof split === 'string') throw errorOf(split);
  return address;
}
