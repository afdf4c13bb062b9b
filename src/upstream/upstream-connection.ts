// What connections of all protocols to an upstream have in common: the counts that the pool goes by, and their end. One that is
// retired takes no more queries and closes when those in flight have ended.

import type { Clock } from '../base/clock.ts';
import { addressText } from './address.ts';
import type { PooledConnection } from './connection-pool.ts';
import type { ConnectionOptions } from './upstream-options.ts';
import type { UpstreamOutcome, UpstreamQuery } from './upstream-query.ts';

/** A connection. Subclasses send the queries, and end the wait for them. */
export abstract class UpstreamConnection implements PooledConnection {
  readonly createdMs: number;
  lastUsedMs: number;
  /** Queries sent since it was opened. */
  sent = 0;
  isRetired = false;
  /** Address and port of the upstream, as errors and URLs have them. */
  protected readonly remote: string;
  readonly #clock: Clock;
  readonly #onClosed: () => void;
  #isClosed = false;

  /** `onClosed` runs once. */
  constructor({ address, clock }: ConnectionOptions, onClosed: () => void) {
    this.remote = addressText(address);
    this.#clock = clock;
    this.#onClosed = onClosed;
    this.createdMs = clock.monotonicMs();
    this.lastUsedMs = this.createdMs;
  }

  /** Queries whose outcome is not known yet. */
  abstract readonly inFlight: number;

  /** Queries wait to be sent together with those that come in the same turn. */
  get isGathering(): boolean {
    return false;
  }

  /** Sends a query. The promise never rejects. */
  abstract ask(query: UpstreamQuery, timeoutMs: number): Promise<UpstreamOutcome>;

  /** Takes no more queries (the pool sees to that) and closes when those in flight have ended. */
  retire(): void {
    this.isRetired = true;
    this.closeIfDone();
  }

  protected get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Counts a query that is about to be sent; returns the clock's monotonicMs. */
  protected countUse(nowMs: number = this.#clock.monotonicMs()): number {
    this.lastUsedMs = nowMs;
    this.sent++;
    return this.lastUsedMs;
  }

  /** To be called when a query has ended. */
  protected closeIfDone(): void {
    if (!this.isRetired || this.#isClosed || this.inFlight > 0) return;
    this.#isClosed = true;
    this.close();
    this.#onClosed();
  }

  /** Gives the socket back. */
  protected abstract close(): void;
}
