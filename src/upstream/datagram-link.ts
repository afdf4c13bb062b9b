// One connected UDP socket to an upstream, with many queries in flight. Connected, so that the kernel drops what
// others send and reports ICMP errors. Its port is random; the pool renews links, so that no port lives long.

import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { joinHostPort, portNumber } from './address.ts';
import { type Operation, systemError, timeoutError, upstreamError } from './network-error.ts';
import { PendingQueries } from './pending-queries.ts';
import { randomPort } from './random.ts';
import { UpstreamConnection } from './upstream-connection.ts';
import type { ConnectionOptions } from './upstream-options.ts';
import type { UpstreamOutcome, UpstreamQuery } from './upstream-query.ts';

/** Random ports to try before the kernel chooses. */
const BIND_ATTEMPTS = 8;

/** A connected socket. Opens by itself; closes when retired and idle, or when it fails. */
export class DatagramLink extends UpstreamConnection {
  readonly #options: ConnectionOptions;
  readonly #pending: PendingQueries;
  /** Packets that wait for the socket to open; undefined once it is open. */
  #waiting: { readonly id: number; readonly packet: Uint8Array }[] | undefined = [];
  #socket: Socket | undefined = undefined;
  #bindAttempts = 0;

  constructor(options: ConnectionOptions, onClosed: () => void) {
    super(options, onClosed);
    this.#options = options;
    this.#pending = new PendingQueries(options.clock, () => this.closeIfDone());
    this.#open();
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  /** Sends a query. The promise never rejects. */
  ask(query: UpstreamQuery, timeoutMs: number): Promise<UpstreamOutcome> {
    this.countUse();
    return new Promise((settle) => {
      const id = this.#pending.add(
        query,
        {
          timeoutMs,
          maxSize: query.receiveSize,
          isMismatchFinal: false,
          timeoutError: () => timeoutError(this.#operation('read')),
        },
        settle,
      );
      const packet = query.wire.slice();
      packet[0] = id >> 8;
      packet[1] = id;
      if (this.#waiting === undefined) this.#send(id, packet);
      else this.#waiting.push({ id, packet });
    });
  }

  #open(): void {
    const port = portNumber(this.#options.address.port, 'udp');
    if (typeof port === 'string') {
      // Later, as the first query is added after the constructor.
      queueMicrotask(() => this.#fail(upstreamError(port)));
      return;
    }
    const socket = createSocket(isIPv6(this.#options.address.host) ? 'udp6' : 'udp4');
    this.#socket = socket;
    // A Buffer's slice shares memory: names and rdata that leave here are plain arrays.
    socket.on('message', ({ buffer, byteOffset, length }) =>
      this.#pending.receive(new Uint8Array(buffer, byteOffset, length)),
    );
    socket.on('error', (error) => this.#onError(socket, error));
    socket.on('listening', () => this.#connect(socket, port));
    this.#bind(socket);
  }

  #bind(socket: Socket): void {
    const port = this.#bindAttempts++ < BIND_ATTEMPTS ? randomPort() : 0;
    const address = this.#options.sourceAddress;
    socket.bind(address === undefined ? { port } : { port, address });
  }

  #connect(socket: Socket, port: number): void {
    if (this.isClosed) return;
    socket.connect(port, this.#options.address.host, (error?: Error) => {
      if (this.isClosed) return;
      if (error !== undefined && error !== null) {
        this.#fail(systemError(this.#operation('dial'), error));
        return;
      }
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      for (const { id, packet } of waiting) this.#send(id, packet);
    });
  }

  #onError(socket: Socket, error: Error): void {
    if (this.isClosed) return;
    const isBound = this.#waiting === undefined;
    const isPortTaken = 'code' in error && error.code === 'EADDRINUSE';
    if (!isBound && isPortTaken && this.#bindAttempts <= BIND_ATTEMPTS) {
      this.#bind(socket);
      return;
    }
    this.#fail(systemError(this.#operation(isBound ? 'read' : 'dial'), error));
  }

  #send(id: number, packet: Uint8Array): void {
    this.#socket?.send(packet, (error) => {
      if (error !== null)
        this.#pending.fail(id, systemError(this.#operation('write'), error), false);
    });
  }

  #operation(word: Operation['word']): Operation {
    const local = word === 'dial' ? undefined : this.#localText();
    return { word, network: 'udp', local, remote: this.remote };
  }

  #localText(): string | undefined {
    if (this.#waiting !== undefined || this.isClosed) return undefined;
    const address = this.#socket?.address();
    return address === undefined ? undefined : joinHostPort(address.address, address.port);
  }

  /** An ICMP error says nothing about which query it was for: all in flight have failed. */
  #fail(error: Error): void {
    this.isRetired = true;
    this.#pending.failAll(error, () => false);
    this.closeIfDone();
  }

  protected close(): void {
    this.#socket?.close();
  }
}
