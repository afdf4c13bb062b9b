// Which outcomes of a chain leave the writing to the server (CoreDNS: plugin.go, ClientWrite).

import { Rcode } from '../dns/codes/rcode.ts';
import type { Outcome } from './handler.ts';

/** Whether the server writes header and question with this code when the chain has written nothing. */
export function isServerError(outcome: Outcome): boolean {
  return (
    outcome === Rcode.SERVFAIL ||
    outcome === Rcode.REFUSED ||
    outcome === Rcode.FORMERR ||
    outcome === Rcode.NOTIMP
  );
}
