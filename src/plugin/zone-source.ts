// The ability to give away a whole zone: what plugin transfer asks of the handlers of its block (CoreDNS:
// plugin/transfer, Transferer).

import type { Name } from '../dns/name.ts';
import type { ResourceRecord } from '../dns/record.ts';
import type { Handler, Later } from './handler.ts';

/** A handler that owns zones. */
export interface ZoneSource {
  /**
   * All records of `zone` (lower case), the SOA first and again last (RFC 5936 section 2.2). With a `serial` other than 0
   * that the client has already, the SOA alone (RFC 1995 section 4). Undefined when the zone is not this handler's.
   * Throws or rejects when it is but cannot be given.
   */
  transfer(zone: Name, serial: number): Later<readonly ResourceRecord[] | undefined>;
}

/** Whether a handler gives zones away. */
export function isZoneSource(handler: Handler): handler is Handler & ZoneSource {
  return 'transfer' in handler && typeof handler.transfer === 'function';
}
