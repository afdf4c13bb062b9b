// One TCP connection to an upstream (RFC 7766), with TLS in between (RFC 7858) where the options have it: queries are
// pipelined, replies may come in any order. Opens by itself; closes when retired and idle, when the peer closes, or when
// it fails.

import { connect, type Socket } from 'node:net';
import type { Timer } from '../base/clock.ts';
import { joinHostPort, portNumber } from './address.ts';
import {
  closedError,
  type Operation,
  systemError,
  timeoutError,
  upstreamError,
} from './network-error.ts';
import { PendingQueries } from './pending-queries.ts';
import { tlsError } from './tls-error.ts';
import { UpstreamConnection } from './upstream-connection.ts';
import type { ConnectionOptions } from './upstream-options.ts';
import type { UpstreamOutcome, UpstreamQuery } from './upstream-query.ts';

/** Go's forward waits between one and thirty seconds for a connection, by experience; queries end after five anyway. */
const DIAL_TIMEOUT_MS = 1000;
const LENGTH_OCTETS = 2;

/** A query and who waits for it. */
interface Request {
  readonly query: UpstreamQuery;
  readonly timeoutMs: number;
  readonly settle: (outcome: UpstreamOutcome) => void;
}

/** A connection. */
export class StreamConnection extends UpstreamConnection {
  readonly #options: ConnectionOptions;
  readonly #pending: PendingQueries;
  /** The query that opened it: if the peer closes before its reply, asking again makes no sense. */
  #firstQuery: UpstreamQuery | undefined = undefined;
  #socket: Socket | undefined = undefined;
  #dialTimer: Timer | undefined = undefined;
  #local: string | undefined = undefined;
  #received: Uint8Array = new Uint8Array(0);
  /** Queries for when the connection is open. */
  #waiting: Request[] = [];
  #isConnected = false;

  constructor(options: ConnectionOptions, onClosed: () => void) {
    super(options, onClosed);
    this.#options = options;
    this.#pending = new PendingQueries(options.clock, {
      isMismatchFinal: true,
      timeoutError: () => this.#timeout(),
      onIdle: () => this.closeIfDone(),
    });
    this.#open();
  }

  get inFlight(): number {
    return this.#pending.size + this.#waiting.length;
  }

  /** Sends a query. The promise never rejects. The time for the connection to open is not counted. */
  ask(query: UpstreamQuery, timeoutMs: number): Promise<UpstreamOutcome> {
    this.countUse();
    this.#firstQuery ??= query;
    return new Promise((settle) => {
      const request = { query, timeoutMs, settle };
      if (this.#isConnected) this.#send(request);
      else this.#waiting.push(request);
    });
  }

  #send({ query, timeoutMs, settle }: Request): void {
    const deadlineMs = this.#options.clock.monotonicMs() + timeoutMs;
    const id = this.#pending.add(query, deadlineMs, settle);
    this.#socket?.write(framed(query.wire, id));
  }

  #open(): void {
    const { address, tls } = this.#options;
    const port = portNumber(address.port, 'tcp');
    if (typeof port === 'string') {
      // Later, as the first query is added after the constructor.
      queueMicrotask(() => this.#fail(upstreamError(port)));
    } else if (tls === undefined) {
      this.#dial(port);
    } else {
      tls.open(this.#options, port).then(
        (socket) => this.#adopt(socket),
        (error: Error) => this.#fail(error),
      );
    }
  }

  #dial(port: number): void {
    const { address, sourceAddress, clock } = this.#options;
    const socket = connect({
      host: address.host,
      port,
      noDelay: true,
      ...(sourceAddress === undefined ? {} : { localAddress: sourceAddress }),
    });
    this.#dialTimer = clock.setTimeout(
      () => this.#fail(timeoutError(this.#operation('dial'))),
      DIAL_TIMEOUT_MS,
    );
    socket.on('connect', () => this.#onConnect(socket));
    this.#listen(socket);
  }

  /** Takes a TLS connection after its handshake. */
  #adopt(socket: Socket): void {
    this.#listen(socket);
    if (this.isClosed) socket.destroy();
    else if (socket.destroyed) this.#fail(closedError());
    else this.#onConnect(socket);
  }

  #listen(socket: Socket): void {
    this.#socket = socket;
    socket.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    socket.on('error', (error) => {
      const operation = this.#operation(this.#isConnected ? 'read' : 'dial');
      this.#fail(tlsError(error) ?? systemError(operation, error));
    });
    socket.on('close', () => this.#fail(closedError()));
  }

  #onConnect({ localAddress, localPort }: Socket): void {
    this.#isConnected = true;
    this.#stopDialTimer();
    if (localAddress !== undefined && localPort !== undefined) {
      this.#local = joinHostPort(localAddress, localPort);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const request of waiting) this.#send(request);
  }

  #stopDialTimer(): void {
    if (this.#dialTimer !== undefined) this.#options.clock.clearTimeout(this.#dialTimer);
    this.#dialTimer = undefined;
  }

  /** Takes whole messages off the stream; each is copied, so that records do not keep big chunks alive. */
  #receive(chunk: Uint8Array): void {
    const bytes = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    let at = 0;
    while (at + LENGTH_OCTETS <= bytes.length) {
      const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      const start = at + LENGTH_OCTETS;
      if (start + length > bytes.length) break;
      this.#pending.receive(Uint8Array.from(bytes.subarray(start, start + length)));
      at = start + length;
    }
    this.#received = bytes.subarray(at);
  }

  /** A peer that was silent for so long gets no more queries over this connection. */
  #timeout(): Error {
    this.isRetired = true;
    return timeoutError(this.#operation('read'));
  }

  #operation(word: Operation['word']): Operation {
    const local = word === 'dial' ? undefined : this.#local;
    return { word, network: 'tcp', local, remote: this.remote };
  }

  #fail(error: Error): void {
    if (this.isClosed) return;
    this.isRetired = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { settle } of waiting) {
      settle({ kind: 'failed', error, isStale: false, hasAnswered: false });
    }
    const first = this.#firstQuery;
    this.#pending.failAll(error, (query) => query !== first);
    this.closeIfDone();
  }

  protected close(): void {
    this.#pending.stop();
    this.#stopDialTimer();
    this.#socket?.destroy();
  }
}

/** The message with its ID and the two octets of length in front (RFC 1035 section 4.2.2). */
function framed(wire: Uint8Array, id: number): Uint8Array {
  const out = new Uint8Array(LENGTH_OCTETS + wire.length);
  out[0] = wire.length >> 8;
  out[1] = wire.length;
  out.set(wire, LENGTH_OCTETS);
  out[LENGTH_OCTETS] = id >> 8;
  out[LENGTH_OCTETS + 1] = id;
  return out;
}
