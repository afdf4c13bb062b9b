// The connections of one protocol to one upstream: which one takes the next query, when a new one is opened, and when
// old ones go. The same for UDP sockets and TCP connections; only the numbers differ.

import type { Timer } from '../base/clock.ts';
import type { ConnectionOptions } from './upstream-options.ts';
import type { UpstreamOutcome, UpstreamQuery } from './upstream-query.ts';

/** What a pool needs of a connection. */
export interface PooledConnection {
  readonly createdMs: number;
  readonly lastUsedMs: number;
  readonly sent: number;
  readonly inFlight: number;
  /** It takes no more queries; those in flight may still end well. */
  readonly isRetired: boolean;
  /** Queries wait to be sent together with those that come in the same turn. */
  readonly isGathering: boolean;
  ask(query: UpstreamQuery, timeoutMs: number): Promise<UpstreamOutcome>;
  retire(): void;
}

/** How a pool fills up. */
export interface PoolShape {
  /** Most connections that take queries. */
  readonly maxOpen: number;
  /** A connection with fewer queries in flight than this takes another one before a new one is opened. */
  readonly queriesBeforeOpening: number;
  /** A connection is renewed after so many queries. */
  readonly maxQueries: number;
  /** A connection is renewed at this age. */
  readonly renewAfterMs: number;
}

/** Connections of one protocol. `T` opens by itself and calls back when it has closed. */
export class ConnectionPool<T extends PooledConnection> {
  readonly #options: ConnectionOptions;
  readonly #shape: PoolShape;
  readonly #create: (onClosed: () => void) => T;
  readonly #onUse: (isReused: boolean) => void;
  /**
   * Oldest first; the first idle one is taken, which spreads queries over source ports. Those of one turn go together, as
   * one system call can send them.
   */
  #open: T[] = [];
  #sweepTimer: Timer | undefined = undefined;
  #isClosing = false;

  constructor(
    options: ConnectionOptions,
    shape: PoolShape,
    create: (onClosed: () => void) => T,
    onUse: (isReused: boolean) => void,
  ) {
    this.#options = options;
    this.#shape = shape;
    this.#create = create;
    this.#onUse = onUse;
  }

  /** Connections that take queries. */
  get size(): number {
    return this.#open.length;
  }

  /** Sends a query by the best connection. The promise never rejects. */
  ask(query: UpstreamQuery, timeoutMs: number): Promise<UpstreamOutcome> {
    const nowMs = this.#options.clock.monotonicMs();
    const connection = this.lend(nowMs);
    const outcome = connection.ask(query, timeoutMs);
    this.giveBack(connection, nowMs);
    return this.#options.maxIdle === 0 ? outcome : this.#limitIdle(connection, outcome);
  }

  /** The best connection, for one query; `giveBack` once that has been sent. `nowMs` is the clock's monotonicMs. */
  lend(nowMs: number): T {
    const known = this.#choose(nowMs);
    this.#onUse(known !== undefined);
    return known ?? this.#add();
  }

  giveBack(connection: T, nowMs: number): void {
    // A configuration that was dropped may still have queries to repeat: their connections do not stay.
    if (this.#isClosing) this.#retire(connection);
    else this.#moveBack(connection, nowMs);
  }

  /** The connection that goes idle is closed when there are enough of them (plugin/pkg/proxy/persistent.go, Yield). */
  async #limitIdle(connection: T, outcome: Promise<UpstreamOutcome>): Promise<UpstreamOutcome> {
    const settled = await outcome;
    const idle = this.#open.filter(({ inFlight }) => inFlight === 0);
    if (connection.inFlight === 0 && idle.length > this.#options.maxIdle) this.#retire(connection);
    return settled;
  }

  /** Lets the queries in flight end, then closes everything. */
  close(): void {
    this.#isClosing = true;
    if (this.#sweepTimer !== undefined) this.#options.clock.clearTimeout(this.#sweepTimer);
    for (const connection of [...this.#open]) this.#retire(connection);
  }

  #choose(nowMs: number): T | undefined {
    this.#dropOld(nowMs);
    let best: T | undefined;
    for (const connection of this.#open) {
      if (connection.isGathering) return connection;
      if (best === undefined || connection.inFlight < best.inFlight) best = connection;
    }
    if (best === undefined) return undefined;
    const mayOpen = this.#open.length < this.#shape.maxOpen;
    return mayOpen && best.inFlight >= this.#shape.queriesBeforeOpening ? undefined : best;
  }

  #add(): T {
    const connection: T = this.#create(() => this.#remove(connection));
    this.#open.push(connection);
    this.#scheduleSweep();
    return connection;
  }

  #moveBack(connection: T, nowMs: number): void {
    if (!this.#isFresh(connection, nowMs)) {
      this.#retire(connection);
    } else if (this.#open.at(-1) !== connection) {
      this.#remove(connection);
      this.#open.push(connection);
    }
  }

  #retire(connection: T): void {
    this.#remove(connection);
    connection.retire();
  }

  #remove(connection: T): void {
    this.#open = this.#open.filter((each) => each !== connection);
  }

  #dropOld(nowMs: number): void {
    for (const connection of this.#open) {
      if (!this.#isFresh(connection, nowMs)) this.#retire(connection);
    }
  }

  #isFresh(connection: T, nowMs: number): boolean {
    if (connection.isRetired) return false;
    const { expireMs, maxAgeMs } = this.#options;
    const ageMs = nowMs - connection.createdMs;
    if (connection.inFlight === 0 && nowMs - connection.lastUsedMs > expireMs) return false;
    if (maxAgeMs > 0 && ageMs > maxAgeMs) return false;
    return ageMs <= this.#shape.renewAfterMs && connection.sent < this.#shape.maxQueries;
  }

  /** Closes idle connections even when no query comes any more. */
  #scheduleSweep(): void {
    if (this.#sweepTimer !== undefined || this.#isClosing) return;
    const { clock, expireMs } = this.#options;
    this.#sweepTimer = clock.setTimeout(() => {
      this.#sweepTimer = undefined;
      this.#dropOld(clock.monotonicMs());
      if (this.#open.length > 0) this.#scheduleSweep();
    }, expireMs + 1);
    this.#sweepTimer.unref();
  }
}
