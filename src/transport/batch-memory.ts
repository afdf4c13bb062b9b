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

  /** `flush` sends the listed replies and empties the list. */
  constructor(layout: BatchLayout, flush: () => void) {
    this.#layout = layout;
    this.#flush = flush;
    const buffer = new ArrayBuffer(layout.memoryOctets);
    this.buffer = buffer;
    this.lengths = new Int32Array(buffer, layout.lengthsAt, layout.slots);
    this.output = new Uint8Array(buffer, layout.outputAt, layout.outputOctets);
    this.#replyCount = new Int32Array(buffer, layout.replyCountAt, 1);
    this.#replies = new Int32Array(buffer, layout.repliesAt, layout.slots * WORDS_A_REPLY);
  }

  /** Memory of one slot's datagram. */
  packet(slot: number): Uint8Array {
    const { packetsAt, packetOctets } = this.#layout;
    return new Uint8Array(this.buffer, packetsAt + slot * packetOctets, packetOctets);
  }

  /** The way back to the client of one slot. */
  route(slot: number): Uint8Array {
    const { routesAt, routeOctets } = this.#layout;
    return new Uint8Array(this.buffer, routesAt + slot * routeOctets, routeOctets);
  }

  /** Starts a new output: the addon has sent the last one. */
  rewind(): void {
    this.outputOffset = 0;
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
    this.rewind();
  }
}
