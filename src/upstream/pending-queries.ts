// The queries in flight on one socket, by ID: gives out IDs, matches replies, and ends what waits too long.

import type { Clock, Timer } from '../base/clock.ts';
import { randomUint16 } from './random.ts';
import {
  isReplyTo,
  readReply,
  replyId,
  type UpstreamOutcome,
  type UpstreamQuery,
} from './upstream-query.ts';

/** One query that waits for its reply. */
interface Pending {
  readonly query: UpstreamQuery;
  readonly maxSize: number;
  readonly timer: Timer;
  readonly settle: (outcome: UpstreamOutcome) => void;
  hasAnswered: boolean;
  hasMismatch: boolean;
}

/** How a query waits. */
export interface Wait {
  readonly timeoutMs: number;
  /** Octets that a reply may have; Infinity for TCP. */
  readonly maxSize: number;
  /** A reply to another question ends the wait: only over TCP, where nobody else can have sent it. */
  readonly isMismatchFinal: boolean;
  /** Makes the error of a timeout. */
  readonly timeoutError: () => Error;
}

/** More queries than this on one socket make guessing an ID too easy. */
export const MAX_PENDING = 4096;

/** The queries in flight on one socket. */
export class PendingQueries {
  readonly #clock: Clock;
  readonly #byId = new Map<number, Pending>();
  readonly #onIdle: () => void;

  /** `onIdle` runs whenever the last query in flight has ended. */
  constructor(clock: Clock, onIdle: () => void) {
    this.#clock = clock;
    this.#onIdle = onIdle;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Begins to wait. Returns the ID to send with; `settle` is called exactly once. */
  add(query: UpstreamQuery, wait: Wait, settle: (outcome: UpstreamOutcome) => void): number {
    let id = randomUint16();
    while (this.#byId.has(id)) id = randomUint16();
    const timer = this.#clock.setTimeout(() => this.#expire(id, wait), wait.timeoutMs);
    const maxSize = wait.isMismatchFinal ? Number.POSITIVE_INFINITY : wait.maxSize;
    this.#byId.set(id, { query, maxSize, timer, settle, hasAnswered: false, hasMismatch: false });
    return id;
  }

  /** Takes a message from the socket; what is no reply to a query in flight is passed over. */
  receive(bytes: Uint8Array): void {
    const id = replyId(bytes);
    const pending = this.#byId.get(id);
    if (pending === undefined) return;
    pending.hasAnswered = true;
    const message = readReply(bytes, pending.maxSize);
    if (message === undefined) return;
    if (isReplyTo(message, pending.query.question)) {
      this.#end(id, pending, { kind: 'reply', message });
    } else if (pending.maxSize === Number.POSITIVE_INFINITY) {
      this.#end(id, pending, { kind: 'mismatch' });
    } else {
      // Over UDP it may be forged: the right reply may still come.
      pending.hasMismatch = true;
    }
  }

  /** Ends one query that could not be sent. */
  fail(id: number, error: Error, isStale: boolean): void {
    const pending = this.#byId.get(id);
    if (pending === undefined) return;
    const { hasAnswered } = pending;
    this.#end(id, pending, { kind: 'failed', error, isStale, hasAnswered });
  }

  /** Ends all queries: the socket is gone. */
  failAll(error: Error, isStale: (query: UpstreamQuery) => boolean): void {
    for (const [id, pending] of [...this.#byId]) this.fail(id, error, isStale(pending.query));
  }

  #expire(id: number, wait: Wait): void {
    const pending = this.#byId.get(id);
    if (pending === undefined) return;
    if (pending.hasMismatch) this.#end(id, pending, { kind: 'mismatch' });
    else this.fail(id, wait.timeoutError(), false);
  }

  #end(id: number, pending: Pending, outcome: UpstreamOutcome): void {
    this.#byId.delete(id);
    this.#clock.clearTimeout(pending.timer);
    pending.settle(outcome);
    if (this.#byId.size === 0) this.#onIdle();
  }
}
