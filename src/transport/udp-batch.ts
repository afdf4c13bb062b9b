// UDP by recvmmsg and sendmmsg through the native addon: one call into JavaScript a batch, replies composed in shared
// memory and sent together. Bytes in and out, nothing of DNS. A wildcard socket answers from the address that was asked.
// Where the addon is not there, transport/udp serves with the same answers.

import type { UdpAddon, UdpCounts, UdpHandle } from '../native/udp-addon.ts';
import { BatchMemory } from './batch-memory.ts';
import type { Datagram, DatagramListener, DatagramReceiver } from './datagram.ts';
import { isNoIpv6, joinHostPort, listenErrorText } from './listen-error.ts';
import { isIpv6Peer, PeerAddresses } from './peer-addresses.ts';

/** A UDP length field says no more; what is longer is thrown away here, as the kernel would (EMSGSIZE). */
const MAX_REPLY_OCTETS = 65_535;
/** The addon's mark in a length: the datagram was cut. */
const TRUNCATED_BIT = 1 << 16;

/** One listener's socket. */
export class UdpBatchListener implements DatagramListener {
  readonly port: number;
  readonly addresses: PeerAddresses = new PeerAddresses();
  readonly memory: BatchMemory;
  readonly #addon: UdpAddon;
  readonly #handle: UdpHandle;
  readonly #receive: DatagramReceiver;
  readonly #slots: BatchDatagram[];
  /** Receivers are being called: replies are listed, not sent one by one. */
  isReceiving = false;

  private constructor(addon: UdpAddon, host: string, port: number, receive: DatagramReceiver) {
    this.#addon = addon;
    this.#receive = receive;
    this.memory = new BatchMemory(addon.layout, () => addon.flush(this.#handle));
    this.#slots = Array.from(
      { length: addon.layout.slots },
      (_, slot) => new BatchDatagram(this, slot),
    );
    this.#handle = addon.open(host, port, this.memory.buffer, (count) => this.#onBatch(count));
    this.port = addon.port(this.#handle);
  }

  /**
   * Binds `host` ('' = every address, IPv4 and IPv6) with SO_REUSEPORT. Rejects with Go's text
   * (`listen udp :53: bind: permission denied`).
   */
  static async open(
    addon: UdpAddon,
    host: string,
    port: number,
    receive: DatagramReceiver,
  ): Promise<UdpBatchListener> {
    try {
      return host === ''
        ? openWildcard(addon, port, receive)
        : new UdpBatchListener(addon, host, port, receive);
    } catch (error) {
      throw new Error(listenErrorText('udp', joinHostPort(host, port), error));
    }
  }

  /** Opens one socket; throws the system's error. */
  static openOne(
    addon: UdpAddon,
    host: string,
    port: number,
    receive: DatagramReceiver,
  ): UdpBatchListener {
    return new UdpBatchListener(addon, host, port, receive);
  }

  kernelDrops(): number | undefined {
    const { kernelDrops } = this.counts();
    return kernelDrops < 0 ? undefined : kernelDrops;
  }

  /** What the socket has counted; after `close`, what it had then. */
  counts(): UdpCounts {
    return this.#addon.counts(this.#handle);
  }

  async close(): Promise<void> {
    this.#addon.close(this.#handle);
  }

  /** Sends a reply to a client of an earlier batch. */
  sendLate(route: Uint8Array, reply: Uint8Array): void {
    this.#addon.send(this.#handle, route, reply);
  }

  #onBatch(count: number): void {
    this.memory.rewind();
    this.isReceiving = true;
    for (let slot = 0; slot < count; slot++) this.#serve(slot);
    this.isReceiving = false;
  }

  #serve(slot: number): void {
    const datagram = this.#slots[slot];
    if (datagram === undefined) return;
    datagram.arrive(this.memory.lengths[slot] ?? 0);
    try {
      if (this.#receive(datagram) instanceof Promise) {
        // The late answer keeps this object; the slot goes on with another.
        datagram.leaveSlot();
        this.#slots[slot] = new BatchDatagram(this, slot);
      }
    } catch (error) {
      throwLater(error);
    }
  }
}

function openWildcard(addon: UdpAddon, port: number, receive: DatagramReceiver): UdpBatchListener {
  try {
    return UdpBatchListener.openOne(addon, '::', port, receive);
  } catch (error) {
    if (!isNoIpv6(error)) throw error;
    return UdpBatchListener.openOne(addon, '0.0.0.0', port, receive);
  }
}

/** Lets the process see an exception as one that no query caught, after the others of the batch have been served. */
function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

/** The datagram in one slot, used for every batch until an answer comes late. */
class BatchDatagram implements Datagram {
  readonly packet: Uint8Array;
  length = 0;
  isTruncated = false;
  readonly send: (reply: Uint8Array) => void;
  readonly #listener: UdpBatchListener;
  readonly #slot: number;
  #route: Uint8Array;
  #routeWords: Int32Array;
  #isInSlot = true;

  constructor(listener: UdpBatchListener, slot: number) {
    this.#listener = listener;
    this.#slot = slot;
    this.packet = listener.memory.packet(slot);
    this.#route = listener.memory.route(slot);
    this.#routeWords = wordsOf(this.#route);
    this.send = (reply) => this.#send(reply);
  }

  get isIpv6(): boolean {
    return isIpv6Peer(this.#routeWords, 0);
  }

  get address(): string {
    return this.#listener.addresses.text(this.#routeWords, 0);
  }

  get port(): number {
    return ((this.#route[2] ?? 0) << 8) | (this.#route[3] ?? 0);
  }

  get out(): Uint8Array {
    return this.#listener.memory.output;
  }

  get outOffset(): number {
    return this.#listener.memory.outputOffset;
  }

  copy(): Uint8Array {
    return this.packet.slice(0, this.length);
  }

  commit(length: number): void {
    const { memory } = this.#listener;
    if (!this.#isInSlot)
      this.#sendLate(memory.output.subarray(this.outOffset, this.outOffset + length));
    else if (this.#listener.isReceiving) memory.list(this.#slot, length);
  }

  /** A new datagram lies in the slot. */
  arrive(lengthAndMark: number): void {
    this.length = lengthAndMark & (TRUNCATED_BIT - 1);
    this.isTruncated = lengthAndMark >= TRUNCATED_BIT;
  }

  /** Keeps what a late answer needs; the slot's memory will be used again. */
  leaveSlot(): void {
    this.#route = this.#route.slice();
    this.#routeWords = wordsOf(this.#route);
    this.#isInSlot = false;
  }

  #send(reply: Uint8Array): void {
    if (reply.length > MAX_REPLY_OCTETS) return;
    if (!this.#isInSlot) {
      this.#sendLate(reply);
      return;
    }
    const { memory } = this.#listener;
    memory.output.set(reply, memory.outputOffset);
    this.commit(reply.length);
  }

  #sendLate(reply: Uint8Array): void {
    this.#listener.sendLate(this.#route, reply);
  }
}

function wordsOf(route: Uint8Array): Int32Array {
  return new Int32Array(route.buffer, route.byteOffset, route.length >> 2);
}
