// The memory that one listener shares with the addon (native/batch.h, BatchMemory), and the list of replies in it.
//
//   routes | lengths | reply count | replies (slot, offset, length) | packets | output
//
// Replies lie one behind the other in `output`. Both the list and the output are emptied by sending them, which happens
// after each batch, and here when one of them gets full.

import type { BatchLayout } from '../native/udp-addon.ts';

/** The largest UDP payload that a reply could want. */
const MAX_REPLY_OCTETS = 65_535;
const WORDS_A_REPLY = 3;

/** The way back to a client, in octets and as the addon's words. */
export interface Route {
  readonly octets: Uint8Array;
  readonly words: Int32Array;
}

/** A slot of the memory. */
export interface Slot {
  readonly index: number;
  /** Memory of its datagram. */
  readonly packet: Uint8Array;
  /** The way back to the client of its datagram. */
  readonly route: Route;
}

/** Views of the shared memory. */
export class BatchMemory {
  readonly buffer: ArrayBuffer;
  readonly lengths: Int32Array;
  readonly output: Uint8Array;
  /** Where the next reply is to be composed. */
  outputOffset = 0;
  readonly #layout: BatchLayout;
  readonly #replyCount: Int32Array;
  readonly #replies: Int32Array;
  readonly #flush: () => void;
  readonly #bytes: Uint8Array;

  /** `flush` sends the listed replies and empties the list. */
  constructor(layout: BatchLayout, flush: () => void) {
    this.#layout = layout;
    this.#flush = flush;
    const buffer = new ArrayBuffer(layout.memoryOctets);
    this.buffer = buffer;
    this.#bytes = new Uint8Array(buffer);
    this.lengths = new Int32Array(buffer, layout.lengthsAt, layout.slots);
    this.output = new Uint8Array(buffer, layout.outputAt, layout.outputOctets);
    this.#replyCount = new Int32Array(buffer, layout.replyCountAt, 1);
    this.#replies = new Int32Array(buffer, layout.repliesAt, layout.slots * WORDS_A_REPLY);
  }

  /** New views of a slot. */
  slot(index: number): Slot {
    const { packetsAt, packetOctets, routesAt, routeOctets } = this.#layout;
    return {
      index,
      packet: new Uint8Array(this.buffer, packetsAt + index * packetOctets, packetOctets),
      route: routeOf(this.buffer, routesAt + index * routeOctets, routeOctets),
    };
  }

  /** Starts a new output; sends what is still listed. */
  rewind(): void {
    if (this.#replyCount[0] === 0) this.outputOffset = 0;
    else this.send();
  }

  /** Lists what was composed at `outputOffset` as a reply along a copy of a route, whose slot is used again. */
  listLate({ octets }: Route, length: number): void {
    const { slots, routesAt, routeOctets } = this.#layout;
    const slot = slots + (this.#replyCount[0] ?? 0);
    const start = routesAt + slot * routeOctets;
    // Octet by octet: for so few of them, TypedArray.set costs more.
    for (let at = 0; at < routeOctets; at++) this.#bytes[start + at] = octets[at] ?? 0;
    this.list(slot, length);
  }

  /** Lists what was composed at `outputOffset` as a reply to a slot's client. */
  list(slot: number, length: number): void {
    const count = this.#replyCount[0] ?? 0;
    const at = count * WORDS_A_REPLY;
    const replies = this.#replies;
    replies[at] = slot;
    replies[at + 1] = this.outputOffset;
    replies[at + 2] = length;
    this.#replyCount[0] = count + 1;
    this.outputOffset += length;
    const isFull =
      count + 1 === this.#layout.slots || this.outputOffset + MAX_REPLY_OCTETS > this.output.length;
    if (isFull) this.send();
  }

  /** Sends what is listed so far. */
  send(): void {
    this.#flush();
    // A closed listener sends nothing.
    this.#replyCount[0] = 0;
    this.outputOffset = 0;
  }
}

/** A route in memory of its own. */
export function newRoute(octets: number): Route {
  return routeOf(new ArrayBuffer(octets), 0, octets);
}

function routeOf(buffer: ArrayBuffer, at: number, octets: number): Route {
  return {
    octets: new Uint8Array(buffer, at, octets),
    words: new Int32Array(buffer, at, octets >> 2),
  };
}
