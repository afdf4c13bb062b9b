// Ports of server keys, judged when listeners are grouped: after the setup of all plugins, before the overlap check.
// Follows net.ResolveTCPAddr, which CoreDNS calls there.
import { parseInteger } from '../base/go-text.ts';
import { CorefileError } from './error.ts';

/**
 * The number of a key's port. Throws CorefileError with Go's texts: `address 99999: invalid port` for numbers out of range,
 * `lookup tcp/abc: unknown port` for words. '' (scheme unix) is 0. Service names such as `domain` are not looked up.
 */
export function portNumber(port: string): number {
  if (port === '') return 0;
  const number = parseInteger(port);
  if (typeof number === 'string') throw new CorefileError(`lookup tcp/${port}: unknown port`);
  if (number < 0 || number > 65_535) throw new CorefileError(`address ${port}: invalid port`);
  return number;
}
