// Directives that a server block may have once.

import type { Dispenser } from '../corefile/dispenser.ts';
import { CorefileError } from '../corefile/error.ts';

/**
 * Goes to the directive's word and lets `read` take what is behind it, arguments and block. Returns what that returns. Throws
 * CorefileError when the directive comes again, or when words are left.
 */
export function readOnce<T>(dispenser: Dispenser, read: () => T): T {
  dispenser.next();
  const value = read();
  if (!dispenser.next()) return value;
  throw new CorefileError('this plugin can only be used once per Server Block');
}
