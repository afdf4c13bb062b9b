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
  /** Of the listed queries, in their order. */
  readonly #ids: number[] = [];
  readonly #offsets: number[] = [];
  readonly #lengths: number[] = [];

  constructor(addon: UdpAddon, memory: LinkMemory, place: DatagramPlace, events: DatagramEvents) {
    this.#addon = addon;
    this.#memory = memory;
    this.#events = events;
    try {
      this.#handle = this.#open(place);
    } catch (error) {
      queueMicrotask(() => events.fail('dial', error as Error));
    }
  }

  get isGathering(): boolean {
    return this.#ids.length > 0;
  }

  send(wire: Uint8Array, id: number, length: number = wire.length): void {
    if (this.#handle === undefined) return;
    const memory = this.#memory;
    memory.reserve(length);
    if (this.#ids.length === 0) memory.flushLater(this);
    this.#ids.push(id);
    this.#offsets.push(memory.compose(wire, length, id));
    this.#lengths.push(length);
    if (this.#ids.length === memory.maxQueries) memory.flush();
  }

  /** Sends what is listed. */
  flush(): void {
    const ids = this.#ids.splice(0);
    const offsets = this.#offsets.splice(0);
    const lengths = this.#lengths.splice(0);
    if (this.#handle === undefined || ids.length === 0) return;
    for (const [at, offset] of offsets.entries()) this.#memory.list(at, offset, lengths[at] ?? 0);
    if (this.#addon.sendLink(this.#handle) > 0) this.#tellFailures(ids);
  }

  #tellFailures(ids: readonly number[]): void {
    // What is told may lead to other queries, which use the memory again.
    const failures = ids.map((_, at) => this.#memory.failure(at));
    for (const [at, id] of ids.entries()) {
      const failure = failures[at] ?? 0;
      if (failure !== 0) this.#events.failSend(id, errnoError(failure));
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
