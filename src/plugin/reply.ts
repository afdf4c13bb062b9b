// The reply that a chain decides on: which records go where, and the header bits. Deciding is all that
// happens here; server/encode turns it into bytes once, when the chain has returned. A handler that wraps
// others (cache, rewrite, loadbalance...) changes the reply after its next handler has returned, which is
// what CoreDNS does with wrapping response writers.

import type { Edns } from '../dns/edns.ts';
import type { Question } from '../dns/message.ts';
import type { ResourceRecord } from '../dns/record.ts';

const NO_MESSAGES: readonly (readonly ResourceRecord[])[] = [];

/** One reply under construction. Unwritten until a handler calls `write`. */
export class Reply {
  /** Whether a handler has answered. Unwritten replies become an error reply or silence (server/serve). */
  isWritten = false;
  /**
   * Set by plugins that answer from data of their own that is as fast as a cache and always fresh (kubernetes, hosts): the
   * cache plugin does not store such a reply, and only limits its TTLs. Also for outcomes that are left unwritten.
   */
  isLocal = false;
  /** Response code, 12 bits (RFC 6891 section 6.1.3). */
  rcode = 0;
  isAuthoritative = false;
  isTruncated = false;
  isRecursionAvailable = false;
  isAuthenticData = false;
  /** RD and CD of an upstream's reply that is passed on; undefined: copied from the query. */
  isRecursionDesired: boolean | undefined = undefined;
  isCheckingDisabled: boolean | undefined = undefined;
  answer: ResourceRecord[] = [];
  authority: ResourceRecord[] = [];
  additional: ResourceRecord[] = [];
  /** Answer sections of further messages with the same header, sent after this one: zone transfers over TCP. */
  following: readonly (readonly ResourceRecord[])[] = NO_MESSAGES;
  /** An OPT of the reply's own (an upstream's, acl's); undefined lets the server echo the client's. */
  edns: Edns | undefined = undefined;
  /** Set only where the reply carries another question than the query. */
  question: Question | undefined = undefined;

  /** Marks the reply as written with this response code and returns the code, as handlers do. */
  write(rcode: number): number {
    this.isWritten = true;
    this.rcode = rcode;
    return rcode;
  }

  /** Becomes a copy of another reply; the sections are shared. */
  takeOver(other: Reply): void {
    Object.assign(this, other);
  }

  /** Empties all three sections, and drops further messages. */
  clearSections(): void {
    this.answer = [];
    this.authority = [];
    this.additional = [];
    this.following = NO_MESSAGES;
  }
}
