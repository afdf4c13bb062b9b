// A connected UDP socket of node:dgram, for where the native addon cannot be used (batch-socket.ts).

import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { joinHostPort } from './address.ts';
import type { DatagramEvents, DatagramPlace, DatagramSocket } from './datagram-socket.ts';
import { randomPort } from './random.ts';

/** Random ports to try before the kernel chooses. */
const BIND_ATTEMPTS = 8;

/** A socket; it opens by itself. */
export class DgramSocket implements DatagramSocket {
  /** Each query is sent at once. */
  readonly isGathering = false;
  readonly #place: DatagramPlace;
  readonly #events: DatagramEvents;
  readonly #socket: Socket;
  /** Packets that wait for the socket to open; undefined once it is open. */
  #waiting: { readonly id: number; readonly packet: Uint8Array }[] | undefined = [];
  #bindAttempts = 0;
  #isClosed = false;

  constructor(place: DatagramPlace, events: DatagramEvents) {
    this.#place = place;
    this.#events = events;
    this.#socket = createSocket(isIPv6(place.host) ? 'udp6' : 'udp4');
    // A Buffer's slice shares memory: names and rdata that leave here are plain arrays.
    this.#socket.on('message', ({ buffer, byteOffset, length }) => {
      const bytes = new Uint8Array(buffer, byteOffset, length);
      if (!events.offer(bytes, 0, length)) events.receive(bytes);
    });
    this.#socket.on('error', (error) => this.#onError(error));
    this.#socket.on('listening', () => this.#connect());
    this.#bind();
  }

  send(wire: Uint8Array, id: number, length: number = wire.length): void {
    const packet = wire.slice(0, length);
    packet[0] = id >> 8;
    packet[1] = id;
    if (this.#waiting === undefined) this.#send(id, packet);
    else this.#waiting.push({ id, packet });
  }

  localText(): string | undefined {
    if (this.#waiting !== undefined || this.#isClosed) return undefined;
    const { address, port } = this.#socket.address();
    return joinHostPort(address, port);
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
  }

  #bind(): void {
    const port = this.#bindAttempts++ < BIND_ATTEMPTS ? randomPort() : 0;
    const address = this.#place.sourceAddress;
    this.#socket.bind(address === undefined ? { port } : { port, address });
  }

  #connect(): void {
    if (this.#isClosed) return;
    this.#socket.connect(this.#place.port, this.#place.host, (error?: Error) => {
      if (this.#isClosed) return;
      if (error !== undefined && error !== null) {
        this.#events.fail('dial', error);
        return;
      }
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      for (const { id, packet } of waiting) this.#send(id, packet);
    });
  }

  #onError(error: Error): void {
    if (this.#isClosed) return;
    const isBound = this.#waiting === undefined;
    const isPortTaken = 'code' in error && error.code === 'EADDRINUSE';
    if (!isBound && isPortTaken && this.#bindAttempts <= BIND_ATTEMPTS) this.#bind();
    else this.#events.fail(isBound ? 'read' : 'dial', error);
  }

  #send(id: number, packet: Uint8Array): void {
    this.#socket.send(packet, (error) => {
      if (error !== null) this.#events.failSend(id, error);
    });
  }
}
