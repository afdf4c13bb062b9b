// A byte ring in shared memory for log lines: one serving thread appends, the control thread takes
// out, neither waits. A line that does not fit is dropped whole and counted. The descriptor and the
// waking loop are elsewhere (line-output.ts, ring-drain.ts).
//
//   word 0   head: octets ever written, modulo 2^32         |  data: capacity octets, a power of two;
//   word 16  tail: octets ever taken out, modulo 2^32       |  octet n of the stream lies at n & (capacity - 1),
//   word 32  1 while the reader sleeps and wants a notify   |  every line ends in a newline
//   word 48  lines dropped since the reader last asked      |
import { Buffer } from 'node:buffer';

// One cache line each: head and tail belong to different threads.
const HEAD = 0;
const TAIL = 16;
const SLEEPING = 32;
const DROPPED = 48;
const DATA_OFFSET = 64 * Int32Array.BYTES_PER_ELEMENT;
const NEWLINE = 10;

/**
 * Reserves a ring; `capacity` in octets is rounded up to a power of two. Untouched pages cost no
 * memory.
 */
export function createLineRing(capacity: number = 1024 * 1024): SharedArrayBuffer {
  const rounded = 2 ** Math.ceil(Math.log2(Math.max(capacity, 2)));
  return new SharedArrayBuffer(DATA_OFFSET + rounded);
}

/** The appending side; one a ring. */
export class LineRingWriter {
  /** The ring's data, to compose a line at the offset that `reserve` gave. */
  readonly memory: Uint8Array;
  readonly #words: Int32Array;
  readonly #data: Buffer;
  /** For the rare line that crosses the end of the ring. */
  #scratch: Buffer = Buffer.alloc(1024);

  constructor(ring: SharedArrayBuffer) {
    this.#words = new Int32Array(ring, 0, DATA_OFFSET / Int32Array.BYTES_PER_ELEMENT);
    this.#data = Buffer.from(ring, DATA_OFFSET);
    this.memory = new Uint8Array(ring, DATA_OFFSET);
  }

  /** The offset in `memory` from which `length` octets are free in one piece; -1 when they are not. Promises nothing. */
  reserve(length: number): number {
    const head = Atomics.load(this.#words, HEAD);
    const capacity = this.#data.length;
    const start = head & (capacity - 1);
    const free = capacity - ((head - Atomics.load(this.#words, TAIL)) >>> 0);
    return length <= free && start + length <= capacity ? start : -1;
  }

  /** Appends what was composed where `reserve` said: `length` octets, newline included. */
  commit(length: number): void {
    this.#publish(Atomics.load(this.#words, HEAD) + length);
  }

  /** Appends one line given with its newline; false if there was no room and it was dropped. */
  appendText(line: string): boolean {
    const head = Atomics.load(this.#words, HEAD);
    const capacity = this.#data.length;
    const start = head & (capacity - 1);
    const free = capacity - ((head - Atomics.load(this.#words, TAIL)) >>> 0);
    // A UTF-16 unit takes three octets of UTF-8 at most: then it fits for sure, and in one piece.
    const most = line.length * 3;
    if (most <= free && start + most <= capacity) {
      this.#publish(head + this.#data.write(line, start));
      return true;
    }
    const length = Buffer.byteLength(line);
    if (length > this.#scratch.length) this.#scratch = Buffer.alloc(length);
    this.#scratch.write(line);
    return this.append(this.#scratch, length);
  }

  /** Appends the first `length` octets of `line`, newline included; false if they were dropped. */
  append(line: Uint8Array, length: number = line.length): boolean {
    const head = Atomics.load(this.#words, HEAD);
    const capacity = this.#data.length;
    const free = capacity - ((head - Atomics.load(this.#words, TAIL)) >>> 0);
    if (length > free) {
      Atomics.add(this.#words, DROPPED, 1);
      return false;
    }
    const start = head & (capacity - 1);
    const first = Math.min(length, capacity - start);
    this.#data.set(line.subarray(0, first), start);
    if (first < length) this.#data.set(line.subarray(first, length), 0);
    this.#publish(head + length);
    return true;
  }

  #publish(head: number): void {
    Atomics.store(this.#words, HEAD, head | 0);
    if (Atomics.exchange(this.#words, SLEEPING, 0) === 1) Atomics.notify(this.#words, SLEEPING);
  }
}

/** The taking side; one a ring. */
export class LineRingReader {
  readonly #words: Int32Array;
  readonly #data: Buffer;

  constructor(ring: SharedArrayBuffer) {
    this.#words = new Int32Array(ring, 0, DATA_OFFSET / Int32Array.BYTES_PER_ELEMENT);
    this.#data = Buffer.from(ring, DATA_OFFSET);
  }

  /** Octets that wait in the ring. */
  get waitingOctets(): number {
    return (Atomics.load(this.#words, HEAD) - Atomics.load(this.#words, TAIL)) >>> 0;
  }

  /** Lines dropped since the last call. */
  takeDropped(): number {
    return Atomics.exchange(this.#words, DROPPED, 0);
  }

  /**
   * Shows the oldest lines to `take`, which returns how many octets it took care of (it must end at
   * a line's end), until all are taken or it takes no more. The octets are the ring's own or a
   * copy: valid during the call only. True if the ring is empty afterwards.
   */
  drain(take: (lines: Uint8Array) => number): boolean {
    for (;;) {
      const tail = Atomics.load(this.#words, TAIL);
      const waiting = (Atomics.load(this.#words, HEAD) - tail) >>> 0;
      if (waiting === 0) return true;
      const lines = this.#wholeLines(tail & (this.#data.length - 1), waiting);
      const taken = take(lines);
      Atomics.store(this.#words, TAIL, (tail + taken) | 0);
      if (taken < lines.length) return false;
    }
  }

  /**
   * Resolves when there is something in the ring, at once if there is already. The wait alone does
   * not keep the process alive.
   */
  async waitForLines(): Promise<void> {
    while (this.waitingOctets === 0) {
      Atomics.store(this.#words, SLEEPING, 1);
      // A line may have come before the store was seen: look again, then sleep on the word that its
      // writer clears.
      if (this.waitingOctets > 0) break;
      await Atomics.waitAsync(this.#words, SLEEPING, 1).value;
    }
    Atomics.store(this.#words, SLEEPING, 0);
  }

  /** Lines in one piece: up to the end of the ring, or a copy of the line that crosses it. */
  #wholeLines(start: number, waiting: number): Uint8Array {
    const end = start + waiting;
    if (end <= this.#data.length) return this.#data.subarray(start, end);
    const lastNewline = this.#data.lastIndexOf(NEWLINE);
    if (lastNewline >= start) return this.#data.subarray(start, lastNewline + 1);
    const rest = this.#data.indexOf(NEWLINE) + 1;
    return Buffer.concat([this.#data.subarray(start), this.#data.subarray(0, rest)]);
  }
}
