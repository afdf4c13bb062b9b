// A connected UDP socket of the native addon: the queries of a turn leave by one system call, replies come many a call. The
// way of node:dgram is in dgram-socket.ts; both do the same.

import { getSystemErrorName } from 'node:util';
import type { LinkHandle, UdpAddon } from '../native/udp-addon.ts';
import { joinHostPort } from './address.ts';
import type { DatagramEvents, DatagramPlace, DatagramSocket } from './datagram-socket.ts';
import type { LinkMemory } from './link-memory.ts';
import { randomPort } from './random.ts';

/** Random ports to try before the kernel chooses. */
const BIND_ATTEMPTS = 8;

/** A socket. */
export class BatchSocket implements DatagramSocket {
  readonly #addon: UdpAddon;
  readonly #memory: LinkMemory;
  readonly #events: DatagramEvents;
  /** Undefined when it could not be opened, and when it is closed. */
  #handle: LinkHandle | undefined;
  /** Of the queries that are to be sent, in their order. */
  readonly #ids: Int32Array;
  readonly #offsets: Int32Array;
  readonly #lengths: Int32Array;
  #count = 0;

  constructor(addon: UdpAddon, memory: LinkMemory, place: DatagramPlace, events: DatagramEvents) {
    this.#addon = addon;
    this.#memory = memory;
    this.#events = events;
    this.#ids = new Int32Array(memory.maxQueries);
    this.#offsets = new Int32Array(memory.maxQueries);
    this.#lengths = new Int32Array(memory.maxQueries);
    try {
      this.#handle = this.#open(place);
    } catch (error) {
      queueMicrotask(() => events.fail('dial', error as Error));
    }
  }

  get isGathering(): boolean {
    return this.#count > 0;
  }

  send(wire: Uint8Array, id: number, length: number = wire.length): void {
    if (this.#handle === undefined) return;
    const memory = this.#memory;
    memory.reserve(length);
    if (this.#count === 0) memory.flushLater(this);
    const at = this.#count++;
    this.#ids[at] = id;
    this.#offsets[at] = memory.compose(wire, length, id);
    this.#lengths[at] = length;
    if (this.#count === memory.maxQueries) memory.flush();
  }

  /** Sends what is listed. */
  flush(): void {
    const count = this.#count;
    this.#count = 0;
    if (this.#handle === undefined || count === 0) return;
    for (let at = 0; at < count; at++)
      this.#memory.list(at, this.#offsets[at] ?? 0, this.#lengths[at] ?? 0);
    if (this.#addon.sendLink(this.#handle) > 0) this.#tellFailures(count);
  }

  /**
   * Later, as `send` may have flushed: whoever calls it is not ready for news, and what is told may lead to other queries, in memory
   * that the flush is not through with.
   */
  #tellFailures(count: number): void {
    for (let at = 0; at < count; at++) {
      const failure = this.#memory.failure(at);
      const id = this.#ids[at] ?? 0;
      if (failure !== 0) queueMicrotask(() => this.#events.failSend(id, errnoError(failure)));
    }
  }

  localText(): string | undefined {
    const handle = this.#handle;
    if (handle === undefined) return undefined;
    return joinHostPort(this.#addon.linkHost(handle), this.#addon.linkPort(handle));
  }

  close(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle !== undefined) this.#addon.closeLink(handle);
  }

  #open(place: DatagramPlace): LinkHandle {
    for (let attempt = 1; ; attempt++) {
      const port = attempt <= BIND_ATTEMPTS ? randomPort() : 0;
      try {
        return this.#openAt(place, port);
      } catch (error) {
        const isPortTaken =
          error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
        if (!isPortTaken || port === 0) throw error;
      }
    }
  }

  #openAt({ host, port, sourceAddress = '' }: DatagramPlace, sourcePort: number): LinkHandle {
    const { buffer } = this.#memory;
    return this.#addon.openLink(host, port, sourceAddress, sourcePort, buffer, (count) =>
      this.#take(count),
    );
  }

  /** A reply may be the last one: what comes behind it has nobody who waits for it. */
  #take(count: number): void {
    if (count < 0) this.#events.fail('read', errnoError(-count));
    const memory = this.#memory;
    for (let slot = 0; slot < count && this.#handle !== undefined; slot++) {
      const start = memory.packetStart(slot);
      const end = start + memory.packetLength(slot);
      if (!this.#events.offer(memory.bytes, start, end)) this.#events.receive(memory.packet(slot));
    }
  }
}

/** An error as Node's own sockets give it. */
function errnoError(errno: number): Error {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(code), { code });
}
