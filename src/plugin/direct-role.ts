// What handlers do on the short path (plugin/direct.ts): from local data, from stored replies, or by asking another server. A chain
// is compiled out of its handlers' roles (server/direct-chain.ts).

import type { DirectExchange } from './direct.ts';
import type { PassedReply } from './passed-reply.ts';

/** What a handler does with a query on the short path; a handler without a role ends it. */
export type DirectRole =
  /** Would change nothing about a reply from local data: the next handler's role counts. */
  | { readonly kind: 'pass' }
  /** Would change nothing for the queries that `passes` picks; all others go the general way. */
  | { readonly kind: 'screen'; passes(direct: DirectExchange): boolean }
  /** Sees each answered query afterwards. */
  | { readonly kind: 'count'; count(direct: DirectExchange): void }
  /** Both: sees those of the queries that `passes` picks which are answered, right after they are (log). */
  | {
      readonly kind: 'watch';
      passes(direct: DirectExchange): boolean;
      count(direct: DirectExchange): void;
    }
  /** Addresses of one name shall not always come in the same order (loadbalance). */
  | { readonly kind: 'rotate' }
  /**
   * Leaves a reply alone whose TTLs are in this span of seconds and whose query has no capitals, or whose names it does not
   * lower; all others go the general way (cache).
   */
  | {
      readonly kind: 'limit';
      readonly minTtl: number;
      readonly maxTtl: number;
      lowersNames(direct: DirectExchange): boolean;
      /** Answers what local data did not from stored replies. Undefined when nothing is. */
      readonly recall?: ((direct: DirectExchange) => Recall) | undefined;
      /** Takes a server's reply to a query that `recall` has missed: may change it, and store it. */
      readonly keep?: ((direct: DirectExchange, reply: PassedReply) => void) | undefined;
    }
  /**
   * Answers with NOERROR or NXDOMAIN, or returns false for the general path; what it wrote is then dropped. The TTLs, in seconds,
   * are the lowest and the highest that it ever writes.
   */
  | {
      readonly kind: 'answer';
      readonly lowestTtl: number;
      readonly highestTtl: number;
      answer(direct: DirectExchange): boolean;
      /** Whether the query is none of its business: the next handler's role counts. */
      passes?(direct: DirectExchange): boolean;
    }
  /**
   * Asks somebody else, with AD set, as it has a cache in front (forward). False for the general way; else `late` is told
   * what comes of it, at the earliest when `ask` has returned.
   */
  | { readonly kind: 'ask'; ask(direct: DirectExchange, late: LateQuery): boolean };

/** What a cache says to a query: answered; nothing stored, so that it may be asked for; or only the general path can tell. */
export type Recall = 'answered' | 'missing' | 'unsuitable';

/** A query of the short path that waits for somebody's reply. */
export interface LateQuery {
  /** Begins with the client's query, of `length` octets; good until it has ended. */
  readonly packet: Uint8Array;
  readonly length: number;
  /** Octets of header and question. */
  readonly questionLength: number;
  /** Octets of UDP reply that the client takes. */
  readonly receiveSize: number;
  readonly startMs: number;
  /**
   * Gives the client the reply that lies in `message` from `start` to before `end` and repeats the question, in its spelling.
   * That ends it, unless the reply is not plain: false, and nothing has happened.
   */
  pass(message: Uint8Array, start: number, end: number): boolean;
  /** Ends it: the query begins anew on the general path. */
  leave(): void;
}
