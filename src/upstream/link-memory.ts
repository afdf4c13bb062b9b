// The memory that all batched UDP sockets of a thread share with the addon (native/link.h, LinkMemory): replies come in by
// it, queries are composed in it. What the queries of a turn are, each socket knows; all are told to send when the turn ends.

import { OctetSlab } from '../base/octet-slab.ts';
import type { LinkLayout } from '../native/udp-addon.ts';

const WORDS_A_QUERY = 3;
const FAILURE_WORD = 2;
/** Of replies; those that a cache keeps are copied once more. */
const SLAB_OCTETS = 1 << 14;

/** A socket with queries in the memory that are not sent yet. */
export interface Gathering {
  /** Sends them. */
  flush(): void;
}

/** Views of the memory. */
export class LinkMemory {
  readonly buffer: ArrayBuffer;
  readonly bytes: Uint8Array;
  readonly #layout: LinkLayout;
  readonly #lengths: Int32Array;
  readonly #queryCount: Int32Array;
  readonly #queries: Int32Array;
  readonly #flush: () => void;
  readonly #slab: OctetSlab = new OctetSlab(SLAB_OCTETS);
  #gathering: Gathering[] = [];
  #outputOctets = 0;

  constructor(layout: LinkLayout) {
    const buffer = new ArrayBuffer(layout.memoryOctets);
    this.buffer = buffer;
    this.#layout = layout;
    this.bytes = new Uint8Array(buffer);
    this.#lengths = new Int32Array(buffer, layout.lengthsAt, layout.slots);
    this.#queryCount = new Int32Array(buffer, layout.queryCountAt, 1);
    this.#queries = new Int32Array(buffer, layout.queriesAt, layout.queries * WORDS_A_QUERY);
    this.#flush = () => this.flush();
  }

  /** Queries that one socket can send at once. */
  get maxQueries(): number {
    return this.#layout.queries;
  }

  /** Where in `bytes` a received datagram begins. */
  packetStart(slot: number): number {
    return this.#layout.packetsAt + slot * this.#layout.packetOctets;
  }

  packetLength(slot: number): number {
    return this.#lengths[slot] ?? 0;
  }

  /** A copy of a received datagram. */
  packet(slot: number): Uint8Array {
    const start = this.packetStart(slot);
    return this.#slab.copy(this.bytes, start, start + this.packetLength(slot));
  }

  /** Makes room for a query of `octets`: sends the others when there is none. */
  reserve(octets: number): void {
    if (this.#outputOctets + octets > this.#layout.outputOctets) this.flush();
  }

  /** Puts the first `length` octets with an ID where `reserve` has made room; returns their offset. */
  compose(wire: Uint8Array, length: number, id: number): number {
    const { bytes } = this;
    const offset = this.#outputOctets;
    const at = this.#layout.outputAt + offset;
    bytes[at] = id >> 8;
    bytes[at + 1] = id;
    // Octet by octet: for so few of them, a view to copy from costs more.
    for (let i = 2; i < length; i++) bytes[at + i] = wire[i] ?? 0;
    this.#outputOctets += length;
    return offset;
  }

  /** Flushes a socket when the turn ends: after all microtasks, so that what they send goes along. */
  flushLater(socket: Gathering): void {
    if (this.#gathering.length === 0) process.nextTick(this.#flush);
    this.#gathering.push(socket);
  }

  /** Sends all that is composed. */
  flush(): void {
    const gathering = this.#gathering;
    this.#gathering = [];
    for (const socket of gathering) socket.flush();
    if (this.#gathering.length === 0) this.#outputOctets = 0;
  }

  /** Lists a query for the addon, `at` places from the beginning. */
  list(at: number, offset: number, length: number): void {
    this.#queries[at * WORDS_A_QUERY] = offset;
    this.#queries[at * WORDS_A_QUERY + 1] = length;
    this.#queryCount[0] = at + 1;
  }

  /** The errno that a listed query could not be sent for; 0 when it was. */
  failure(at: number): number {
    return this.#queries[at * WORDS_A_QUERY + FAILURE_WORD] ?? 0;
  }
}
