// The queries in flight on one socket, by ID: gives out IDs, matches replies, and ends what waits too long. One timer serves
// them all: a timer a query would cost more than the query's place here.

import type { Clock, Timer } from '../base/clock.ts';
import { randomUint16 } from './random.ts';
import {
  type DirectQuery,
  isDirectReply,
  isReplyTo,
  readReply,
  replyId,
  type UpstreamOutcome,
  type UpstreamQuery,
} from './upstream-query.ts';

/** One query that waits for its reply. */
interface Pending {
  readonly query: UpstreamQuery;
  /** The same, where its reply may be taken from the socket's memory. */
  readonly direct: DirectQuery | undefined;
  readonly deadlineMs: number;
  readonly settle: (outcome: UpstreamOutcome) => void;
  hasAnswered: boolean;
  hasMismatch: boolean;
}

/** How queries wait on one socket. */
export interface Waiting {
  /**
   * TCP, where nobody else can have sent a reply: one to another question ends the wait, and none is too long. Over UDP a reply
   * may have as many octets as its query allows.
   */
  readonly isMismatchFinal: boolean;
  /** Makes the error of a timeout. */
  readonly timeoutError: () => Error;
  /** Runs whenever the last query in flight has ended. */
  readonly onIdle: () => void;
}

/** More queries than this on one socket make guessing an ID too easy. */
export const MAX_PENDING = 4096;

/** Node's timers may run up to this much before their time. */
const TIMER_SLACK_MS = 1;

/** The queries in flight on one socket. */
export class PendingQueries {
  readonly #clock: Clock;
  readonly #waiting: Waiting;
  readonly #byId = new Map<number, Pending>();
  #timer: Timer | undefined = undefined;
  /** When the timer runs; not before any deadline would be missed. */
  #timerMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, waiting: Waiting) {
    this.#clock = clock;
    this.#waiting = waiting;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Begins to wait until the clock's monotonicMs. Returns the ID to send with; `settle` is called exactly once. */
  add(
    query: UpstreamQuery,
    deadlineMs: number,
    settle: (outcome: UpstreamOutcome) => void,
  ): number {
    return this.#add({
      query,
      direct: undefined,
      deadlineMs,
      settle,
      hasAnswered: false,
      hasMismatch: false,
    });
  }

  /** The same for a query whose reply may be taken. */
  addDirect(direct: DirectQuery, deadlineMs: number): number {
    const { settle } = direct;
    return this.#add({
      query: direct,
      direct,
      deadlineMs,
      settle,
      hasAnswered: false,
      hasMismatch: false,
    });
  }

  #add(pending: Pending): number {
    let id = randomUint16();
    while (this.#byId.has(id)) id = randomUint16();
    this.#byId.set(id, pending);
    if (pending.deadlineMs < this.#timerMs) this.#setTimer(pending.deadlineMs);
    return id;
  }

  /**
   * Shows a message that lies in the socket's memory from `start` to before `end`. False when somebody waits for it who cannot
   * take it from there: `receive` is to be called with a copy.
   */
  offer(bytes: Uint8Array, start: number, end: number): boolean {
    const id = replyId(bytes, start, end);
    const pending = this.#byId.get(id);
    if (pending === undefined) return true;
    const { direct } = pending;
    if (direct === undefined || !isDirectReply(bytes, start, end, direct)) return false;
    if (!direct.take(bytes, start, end)) return false;
    this.#forget(id);
    return true;
  }

  /** Takes a message from the socket; what is no reply to a query in flight is passed over. */
  receive(bytes: Uint8Array): void {
    const id = replyId(bytes);
    const pending = this.#byId.get(id);
    if (pending === undefined) return;
    pending.hasAnswered = true;
    const { isMismatchFinal } = this.#waiting;
    const { query } = pending;
    const message = readReply(
      bytes,
      isMismatchFinal ? Number.POSITIVE_INFINITY : query.receiveSize,
    );
    if (message === undefined) return;
    if (isReplyTo(message, query.question)) this.#end(id, pending, { kind: 'reply', message });
    else if (isMismatchFinal) this.#end(id, pending, { kind: 'mismatch' });
    // Over UDP it may be forged: the right reply may still come.
    else pending.hasMismatch = true;
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

  /** Lets go of the timer; for when no query will come any more. */
  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerMs = Number.POSITIVE_INFINITY;
  }

  /** The socket is what keeps the process alive meanwhile. */
  #setTimer(timeMs: number): void {
    this.stop();
    this.#timerMs = timeMs;
    const delayMs = Math.max(0, timeMs - this.#clock.monotonicMs());
    this.#timer = this.#clock.setTimeout(() => this.#onTimer(), delayMs);
    this.#timer.unref();
  }

  #onTimer(): void {
    this.stop();
    const nowMs = this.#clock.monotonicMs();
    let nextMs = Number.POSITIVE_INFINITY;
    const due: number[] = [];
    for (const [id, { deadlineMs }] of this.#byId) {
      if (deadlineMs - nowMs < TIMER_SLACK_MS) due.push(id);
      else nextMs = Math.min(nextMs, deadlineMs);
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.#setTimer(nextMs);
    for (const id of due) this.#expire(id);
  }

  #expire(id: number): void {
    const pending = this.#byId.get(id);
    if (pending === undefined) return;
    if (pending.hasMismatch) this.#end(id, pending, { kind: 'mismatch' });
    else this.fail(id, this.#waiting.timeoutError(), false);
  }

  #end(id: number, pending: Pending, outcome: UpstreamOutcome): void {
    this.#byId.delete(id);
    pending.settle(outcome);
    if (this.#byId.size === 0) this.#waiting.onIdle();
  }

  #forget(id: number): void {
    this.#byId.delete(id);
    if (this.#byId.size === 0) this.#waiting.onIdle();
  }
}
