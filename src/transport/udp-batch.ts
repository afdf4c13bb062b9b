// UDP by recvmmsg and sendmmsg through the native addon: one call into JavaScript a batch, replies composed in shared
// memory and sent together. Bytes in and out, nothing of DNS. A wildcard socket answers from the address that was asked.
// Where the addon is not there, transport/udp serves with the same answers.

import { OctetSlab } from '../base/octet-slab.ts';
import { Spares } from '../base/spares.ts';
import type { UdpAddon, UdpCounts, UdpHandle } from '../native/udp-addon.ts';
import { BatchMemory, newRoute, type Route, type Slot } from './batch-memory.ts';
import type { Datagram, DatagramListener, DatagramReceiver } from './datagram.ts';
import { isIpv6Peer, PeerAddresses } from './peer-addresses.ts';

/** A UDP length field says no more; what is longer is thrown away here, as the kernel would (EMSGSIZE). */
const MAX_REPLY_OCTETS = 65_535;
/** The addon's mark in a length: the datagram was cut. */
const TRUNCATED_BIT = 1 << 16;
/** Of copies of queries that take the general way. */
const SLAB_OCTETS = 1 << 14;
/** Datagrams kept for later use. */
const MAX_SPARE_DATAGRAMS = 1024;

/** One listener's socket. */
export class UdpBatchListener implements DatagramListener {
  readonly port: number;
  readonly addresses: PeerAddresses = new PeerAddresses();
  readonly memory: BatchMemory;
  readonly #addon: UdpAddon;
  readonly #handle: UdpHandle;
  readonly #receive: DatagramReceiver;
  /** By slot; made when the slot is first used. */
  readonly #datagrams: BatchDatagram[] = [];
  readonly #routeOctets: number;
  /** Of late answers that have been given. */
  readonly #spares: Spares<BatchDatagram> = new Spares(MAX_SPARE_DATAGRAMS);
  readonly #slab: OctetSlab = new OctetSlab(SLAB_OCTETS);
  readonly #flush: () => void;
  #willFlush = false;
  /** Receivers are being called: replies are listed, not sent one by one. */
  isReceiving = false;

  /** Binds a numeric address with SO_REUSEPORT; throws the system's error. */
  constructor(addon: UdpAddon, host: string, port: number, receive: DatagramReceiver) {
    this.#addon = addon;
    this.#receive = receive;
    this.memory = new BatchMemory(addon.layout, () => addon.flush(this.#handle));
    this.#flush = () => {
      this.#willFlush = false;
      this.memory.send();
    };
    this.#routeOctets = addon.layout.routeOctets;
    this.#handle = addon.open(host, port, this.memory.buffer, (count) => this.#onBatch(count));
    this.port = addon.port(this.#handle);
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

  /** Lists what was composed as a reply to a client of an earlier batch; the turn's late replies are sent together. */
  commitLate(route: Route, length: number): void {
    this.memory.listLate(route, length);
    if (this.#willFlush) return;
    this.#willFlush = true;
    // When all sockets have had their turn: replies of several upstream sockets go along with each other.
    setImmediate(this.#flush);
  }

  #onBatch(count: number): void {
    this.memory.rewind();
    this.isReceiving = true;
    for (let slot = 0; slot < count; slot++) this.#serve(slot);
    this.isReceiving = false;
  }

  #serve(slot: number): void {
    const datagram = this.#datagrams[slot] ?? this.#firstIn(slot);
    datagram.arrive(this.memory.lengths[slot] ?? 0);
    try {
      const answering = this.#receive(datagram);
      if (answering instanceof Promise) this.#letGo(datagram, answering);
    } catch (error) {
      throwLater(error);
    }
  }

  #firstIn(slot: number): BatchDatagram {
    const datagram = this.#datagramIn(this.memory.slot(slot));
    this.#datagrams[slot] = datagram;
    return datagram;
  }

  /** A late answer keeps its datagram until it is given; the slot goes on with another. */
  #letGo(datagram: BatchDatagram, answering: Promise<void>): void {
    datagram.keep();
    // One whose answer fails is not used again; the process sees why it failed.
    void answering.then(() => datagram.release());
  }

  /** A slot's datagram has left it. */
  refill(slot: Slot): void {
    this.#datagrams[slot.index] = this.#datagramIn(slot);
  }

  /** A datagram may be used again. */
  reuse(datagram: BatchDatagram): void {
    this.#spares.giveBack(datagram);
  }

  #datagramIn(slot: Slot): BatchDatagram {
    const datagram =
      this.#spares.take() ?? new BatchDatagram(this, newRoute(this.#routeOctets), slot);
    datagram.enterSlot(slot);
    return datagram;
  }

  /** A copy of received octets. */
  copy(packet: Uint8Array, length: number): Uint8Array {
    return this.#slab.copy(packet, 0, length);
  }
}

/** Lets the process see an exception as one that no query caught, after the others of the batch have been served. */
function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

/** The datagram in one slot, used for every batch until an answer comes late, and again after that. */
class BatchDatagram implements Datagram {
  length = 0;
  isTruncated = false;
  readonly send: (reply: Uint8Array) => void;
  readonly #listener: UdpBatchListener;
  /** For the route while an answer is late. */
  readonly #ownRoute: Route;
  #slot: Slot;
  #route: Route;
  /** Where a reply may go. */
  #state: 'inSlot' | 'late' | 'answered' = 'answered';

  constructor(listener: UdpBatchListener, ownRoute: Route, slot: Slot) {
    this.#listener = listener;
    this.#ownRoute = ownRoute;
    this.#slot = slot;
    this.#route = slot.route;
    this.send = (reply) => this.#send(reply);
  }

  /** Is the datagram of a slot from now on. */
  enterSlot(slot: Slot): void {
    this.#slot = slot;
    this.#route = slot.route;
    this.#state = 'inSlot';
  }

  get packet(): Uint8Array {
    return this.#slot.packet;
  }

  get isIpv6(): boolean {
    return isIpv6Peer(this.#route.words, 0);
  }

  get address(): string {
    return this.#listener.addresses.text(this.#route.words, 0);
  }

  get port(): number {
    const { octets } = this.#route;
    return ((octets[2] ?? 0) << 8) | (octets[3] ?? 0);
  }

  get out(): Uint8Array {
    return this.#listener.memory.output;
  }

  get outOffset(): number {
    return this.#listener.memory.outputOffset;
  }

  copy(): Uint8Array {
    return this.#listener.copy(this.packet, this.length);
  }

  commit(length: number): void {
    const { memory } = this.#listener;
    if (this.#state === 'late') this.#listener.commitLate(this.#route, length);
    else if (this.#state === 'inSlot' && this.#listener.isReceiving)
      memory.list(this.#slot.index, length);
  }

  /** A new datagram lies in the slot. */
  arrive(lengthAndMark: number): void {
    this.length = lengthAndMark & (TRUNCATED_BIT - 1);
    this.isTruncated = lengthAndMark >= TRUNCATED_BIT;
  }

  /** Keeps what a late answer needs; the slot will be used again. */
  keep(): void {
    const { octets } = this.#ownRoute;
    const from = this.#route.octets;
    // Octet by octet: for so few of them, TypedArray.set costs more.
    for (let at = 0; at < octets.length; at++) octets[at] = from[at] ?? 0;
    this.#route = this.#ownRoute;
    this.#state = 'late';
    this.#listener.refill(this.#slot);
  }

  release(): void {
    this.#state = 'answered';
    this.#listener.reuse(this);
  }

  #send(reply: Uint8Array): void {
    if (reply.length > MAX_REPLY_OCTETS) return;
    const { memory } = this.#listener;
    memory.output.set(reply, memory.outputOffset);
    this.commit(reply.length);
  }
}
