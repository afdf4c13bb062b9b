// One upstream server: its sockets, its health, its metrics (CoreDNS: plugin/pkg/proxy). Which upstream a query goes
// to, and what to do when one fails, is up to the plugin that owns the upstreams.

import { RRClass } from '../dns/codes/rr-class.ts';
import { RRType } from '../dns/codes/rr-type.ts';
import { encodeMessage, queryMessage } from '../dns/message.ts';
import type { Name } from '../dns/name.ts';
import type { MetricsWriter } from '../metrics/writer.ts';
import { addressText } from './address.ts';
import { ConnectionPool, type PoolShape } from './connection-pool.ts';
import { DatagramLink } from './datagram-link.ts';
import { Health } from './health.ts';
import { type DohMethod, HttpsConnection } from './https-connection.ts';
import { MAX_PENDING } from './pending-queries.ts';
import { ProxyMetrics } from './proxy-metrics.ts';
import { StreamConnection } from './stream-connection.ts';
import type { ConnectionOptions } from './upstream-options.ts';
import type { DirectQuery, UpstreamOutcome, UpstreamQuery } from './upstream-query.ts';

/** Longest wait for the reply to a probe. */
const PROBE_TIMEOUT_MS = 1000;
const PROBE_RECEIVE_SIZE = 512;

/**
 * Few sockets with many queries each: a socket a query would cost four system calls. Renewing them by age and
 * use keeps the ports from being learnt.
 */
const UDP_SHAPE: PoolShape = {
  maxOpen: 4,
  queriesBeforeOpening: 1,
  maxQueries: MAX_PENDING,
  renewAfterMs: 10_000,
};

/** Idle connections first: many servers answer pipelined queries in order, so a slow one would hold up the rest. */
const TCP_SHAPE: PoolShape = {
  maxOpen: 16,
  queriesBeforeOpening: 1,
  maxQueries: Number.POSITIVE_INFINITY,
  renewAfterMs: Number.POSITIVE_INFINITY,
};

/** A handshake costs more than a little wait behind other queries (RFC 7858 section 3.4 asks for few connections). */
const TLS_SHAPE: PoolShape = { ...TCP_SHAPE, maxOpen: 8, queriesBeforeOpening: 4 };

/** Requests do not wait for each other in HTTP/2; servers allow a hundred or more at once (RFC 9113 section 6.5.2). */
const HTTPS_SHAPE: PoolShape = { ...TCP_SHAPE, maxOpen: 2, queriesBeforeOpening: 100 };

/** How an upstream is probed. */
export interface ProbeOptions {
  readonly intervalMs: number;
  readonly domain: Name;
  readonly isRecursionDesired: boolean;
  readonly isTcp: boolean;
}

/** Takes note of what an upstream does, beside its own metrics. */
export interface UpstreamObserver {
  /** A reply came after `seconds`. */
  observe(rcode: number, seconds: number): void;
  /** A health check failed. */
  countHealthFailure(): void;
}

/** What an upstream is made with. */
export interface UpstreamOptions extends ConnectionOptions {
  readonly probe: ProbeOptions;
  /** The metrics' proxy_name: the plugin's word. */
  readonly proxyName: string;
  readonly metrics: MetricsWriter;
  /** For the plugin's metrics of its own. */
  readonly observer?: UpstreamObserver;
  /** Queries go over HTTPS by this method; needs `tls`. */
  readonly doh?: DohMethod | undefined;
}

/** Connections where there is no choice between UDP and TCP. */
type SecurePool = ConnectionPool<StreamConnection | HttpsConnection>;

/** One upstream server. */
export class Upstream {
  /** `IP:port`. */
  readonly text: string;
  readonly #options: UpstreamOptions;
  readonly #metrics: ProxyMetrics;
  readonly #health: Health;
  readonly #datagrams: ConnectionPool<DatagramLink>;
  readonly #streams: ConnectionPool<StreamConnection>;
  /** For `tls` and `doh`. */
  readonly #secure: SecurePool | undefined;

  constructor(options: UpstreamOptions) {
    this.text = addressText(options.address);
    this.#options = options;
    this.#metrics = new ProxyMetrics(options.metrics, options.proxyName, this.text);
    this.#health = new Health({
      clock: options.clock,
      intervalMs: options.probe.intervalMs,
      probe: () => this.#probe(),
      onFailure: () => {
        this.#metrics.countHealthFailure();
        options.observer?.countHealthFailure();
      },
    });
    this.#datagrams = new ConnectionPool(
      options,
      UDP_SHAPE,
      (onClosed) => new DatagramLink(options, onClosed),
      (isReused) => this.#metrics.countUse('udp', isReused),
    );
    this.#streams = new ConnectionPool(
      options,
      TCP_SHAPE,
      (onClosed) => new StreamConnection(options, onClosed),
      (isReused) => this.#metrics.countUse('tcp', isReused),
    );
    this.#secure = this.#securePool();
  }

  #securePool(): SecurePool | undefined {
    const options = this.#options;
    const { tls, doh: method } = options;
    if (tls === undefined) return undefined;
    if (method === undefined) {
      return new ConnectionPool(
        options,
        TLS_SHAPE,
        (onClosed) => new StreamConnection(options, onClosed),
        (isReused) => this.#metrics.countUse('tcp-tls', isReused),
      );
    }
    return new ConnectionPool(
      options,
      HTTPS_SHAPE,
      (onClosed) => new HttpsConnection({ ...options, tls, method }, onClosed),
      // CoreDNS does not count these.
      () => undefined,
    );
  }

  /** Whether more than `maxFails` probes have failed in a row. */
  isDown(maxFails: number): boolean {
    return this.#health.isDown(maxFails);
  }

  /** Starts probing after a failed query. */
  checkHealth(): void {
    this.#health.check();
  }

  /** Asks over UDP or TCP, or what is safe where the options say so. The promise never rejects. */
  async ask(query: UpstreamQuery, network: 'udp' | 'tcp'): Promise<UpstreamOutcome> {
    const { clock, readTimeoutMs } = this.#options;
    const startMs = clock.monotonicMs();
    const pool = this.#secure ?? (network === 'tcp' ? this.#streams : this.#datagrams);
    let outcome = await pool.ask(query, readTimeoutMs);
    // A connection that the peer closed while it was in the pool is nobody's fault: the next one, at last a new
    // one, is asked instead.
    while (outcome.kind === 'failed' && outcome.isStale) {
      outcome = await pool.ask(query, readTimeoutMs);
    }
    if (outcome.kind === 'reply') {
      this.countReply(outcome.message.rcode, clock.monotonicMs() - startMs);
    }
    return outcome;
  }

  /** Whether `askDirect` may be called: plain DNS, and no limit on idle connections. */
  get isDirect(): boolean {
    return this.#secure === undefined && this.#options.maxIdle === 0;
  }

  /** Asks over UDP; the asker calls `countReply` when a reply has come, taken or not. `nowMs` is the clock's monotonicMs. */
  askDirect(query: DirectQuery, nowMs: number): void {
    const link = this.#datagrams.lend(nowMs);
    link.askDirect(query, nowMs, nowMs + this.#options.readTimeoutMs);
    this.#datagrams.giveBack(link, nowMs);
  }

  /** Counts a reply that took so many milliseconds. */
  countReply(rcode: number, durationMs: number): void {
    const seconds = durationMs / 1000;
    this.#metrics.observe(rcode, seconds);
    this.#options.observer?.observe(rcode, seconds);
  }

  /** Ends probing; connections close when the queries in flight have ended. */
  close(): void {
    this.#health.stop();
    this.#datagrams.close();
    this.#streams.close();
    this.#secure?.close();
  }

  /** Asks for the NS records of the probe's domain, over a connection of its own; anything that comes back is well. */
  async #probe(): Promise<boolean> {
    const { probe } = this.#options;
    const question = { name: probe.domain, type: RRType.NS, class: RRClass.IN };
    const message = queryMessage(question, { recursionDesired: probe.isRecursionDesired });
    const query: UpstreamQuery = {
      wire: encodeMessage(message, { compress: false }),
      question,
      receiveSize: PROBE_RECEIVE_SIZE,
    };
    const connection = this.#probeConnection();
    const outcome = connection.ask(query, PROBE_TIMEOUT_MS);
    connection.retire();
    const { kind, ...rest } = await outcome;
    return kind !== 'failed' || ('hasAnswered' in rest && rest.hasAnswered);
  }

  /** A connection in the upstream's own way. */
  #probeConnection(): DatagramLink | StreamConnection | HttpsConnection {
    const ignore = (): void => {};
    const { probe, tls, doh } = this.#options;
    if (tls !== undefined && doh !== undefined) {
      return new HttpsConnection({ ...this.#options, tls, method: 'POST' }, ignore);
    }
    return probe.isTcp || tls !== undefined
      ? new StreamConnection(this.#options, ignore)
      : new DatagramLink(this.#options, ignore);
  }
}
