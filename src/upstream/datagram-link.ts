// One connected UDP socket to an upstream, with many queries in flight. Connected, so that the kernel drops what
// others send and reports ICMP errors. Its port is random; the pool renews links, so that no port lives long.

import { portNumber } from './address.ts';
import { type DatagramSocket, openDatagramSocket } from './datagram-socket.ts';
import { type Operation, systemError, timeoutError, upstreamError } from './network-error.ts';
import { PendingQueries } from './pending-queries.ts';
import { UpstreamConnection } from './upstream-connection.ts';
import type { ConnectionOptions } from './upstream-options.ts';
import type { DirectQuery, UpstreamOutcome, UpstreamQuery } from './upstream-query.ts';

/** A link. Opens by itself; closes when retired and idle, or when it fails. */
export class DatagramLink extends UpstreamConnection {
  readonly #pending: PendingQueries;
  readonly #socket: DatagramSocket | undefined;

  constructor(options: ConnectionOptions, onClosed: () => void) {
    super(options, onClosed);
    this.#pending = new PendingQueries(options.clock, {
      isMismatchFinal: false,
      timeoutError: () => timeoutError(this.#operation('read')),
      onIdle: () => this.closeIfDone(),
    });
    this.#socket = this.#open(options);
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  override get isGathering(): boolean {
    return this.#socket?.isGathering ?? false;
  }

  /** Sends a query. The promise never rejects. */
  ask(query: UpstreamQuery, timeoutMs: number): Promise<UpstreamOutcome> {
    const nowMs = this.countUse();
    return new Promise((settle) => {
      const id = this.#pending.add(query, nowMs + timeoutMs, settle);
      this.#socket?.send(query.wire, id);
    });
  }

  /** Sends a query whose reply may be taken. */
  askDirect(query: DirectQuery, nowMs: number, deadlineMs: number): void {
    this.countUse(nowMs);
    const id = this.#pending.addDirect(query, deadlineMs);
    this.#socket?.send(query.wire, id, query.length);
  }

  #open({ address, sourceAddress }: ConnectionOptions): DatagramSocket | undefined {
    const port = portNumber(address.port, 'udp');
    if (typeof port === 'string') {
      // Later, as the first query is added after the constructor.
      queueMicrotask(() => this.#fail(upstreamError(port)));
      return undefined;
    }
    return openDatagramSocket(
      { host: address.host, port, sourceAddress },
      {
        offer: (bytes, start, end) => this.#pending.offer(bytes, start, end),
        receive: (bytes) => this.#pending.receive(bytes),
        fail: (word, error) => this.#fail(systemError(this.#operation(word), error)),
        failSend: (id, error) => this.#failSend(id, error),
      },
    );
  }

  /** The kernel reports a refusal (ICMP) with whatever is done next, be it to send another query. */
  #failSend(id: number, error: Error): void {
    const isRefused = 'code' in error && error.code === 'ECONNREFUSED';
    if (isRefused) this.#fail(systemError(this.#operation('read'), error));
    else this.#pending.fail(id, systemError(this.#operation('write'), error), false);
  }

  #operation(word: Operation['word']): Operation {
    const local = word === 'dial' ? undefined : this.#socket?.localText();
    return { word, network: 'udp', local, remote: this.remote };
  }

  /** An ICMP error says nothing about which query it was for: all in flight have failed. */
  #fail(error: Error): void {
    if (this.isClosed) return;
    this.isRetired = true;
    this.#pending.failAll(error, () => false);
    this.closeIfDone();
  }

  protected close(): void {
    this.#pending.stop();
    this.#socket?.close();
  }
}
