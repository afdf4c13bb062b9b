// The one way to a descriptor for log lines: whole lines in, in order, never blocking but in
// flush(). What the descriptor does not take at once (EAGAIN: the reader of the pipe is slow) waits
// here and goes out before anything else. Used by the control thread only; serving threads write to
// rings (line-ring.ts), which are drained into this.
import { writeSync } from 'node:fs';
import type { Clock, Timer } from '../base/clock.ts';

const NEWLINE = 10;
const RETRY_MS = 10;
const FLUSH_STEP_MS = 2;
/** Above this many waiting octets further single lines are dropped and counted. */
const MAX_WAITING_OCTETS = 1024 * 1024;

/**
 * Writes octets and returns how many were taken, as fs.writeSync does; throws EAGAIN when none can
 * be.
 */
export type WriteSome = (bytes: Uint8Array) => number;

/** The WriteSome of a file descriptor. */
export function descriptorWrite(descriptor: number): WriteSome {
  return (bytes) => writeSync(descriptor, bytes);
}

/**
 * An output of whole lines. A descriptor that fails for good (EPIPE, ENOSPC) loses lines and counts
 * them, it never throws.
 */
export class LineOutput {
  readonly #writeSome: WriteSome;
  readonly #clock: Clock;
  readonly #onWritable = new Set<() => void>();
  /** Begins with the rest of a torn line, if one is torn. */
  #waiting: Uint8Array[] = [];
  #waitingOctets = 0;
  #retry: Timer | undefined;
  #isBlocked = false;
  #lostWrites = 0;

  constructor(writeSome: WriteSome, clock: Clock) {
    this.#writeSome = writeSome;
    this.#clock = clock;
  }

  /** True from an EAGAIN until the descriptor takes octets again. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** How many writes were dropped, whole or in part: too much waited, or the descriptor failed. */
  get lostWrites(): number {
    return this.#lostWrites;
  }

  /** Calls `listener` each time that the output is no longer blocked; returns what ends that. */
  onWritable(listener: () => void): () => void {
    this.#onWritable.add(listener);
    return () => this.#onWritable.delete(listener);
  }

  /** Writes whole lines (copied if they must wait). */
  write(lines: Uint8Array): void {
    const written = this.#isBlocked ? 0 : this.#push(lines);
    if (written === lines.length) return;
    // The rest of a line of which a part is out is kept in any case: lines are never torn.
    if (written === 0 && this.#waitingOctets + lines.length > MAX_WAITING_OCTETS)
      this.#lostWrites++;
    else this.#keep(lines.subarray(written));
  }

  /**
   * Writes as much of some whole lines as the descriptor takes, and returns how many octets are
   * taken care of: up to the end of the line it stopped in, whose rest waits here. 0 while blocked.
   */
  offer(lines: Uint8Array): number {
    const written = this.#isBlocked ? 0 : this.#push(lines);
    if (written === 0 || written === lines.length || lines[written - 1] === NEWLINE) return written;
    const lineEnd = lines.indexOf(NEWLINE, written) + 1 || lines.length;
    this.#keep(lines.subarray(written, lineEnd));
    return lineEnd;
  }

  /**
   * Waits up to `timeoutMs` until everything is out; false if it is not. Blocks the thread: for the
   * end of the process.
   */
  flush(timeoutMs: number): boolean {
    const nap = new Int32Array(new SharedArrayBuffer(4));
    for (let waitedMs = 0; ; waitedMs += FLUSH_STEP_MS) {
      this.#resume();
      if (!this.#isBlocked) return true;
      if (waitedMs >= timeoutMs) return false;
      Atomics.wait(nap, 0, 0, FLUSH_STEP_MS);
    }
  }

  #keep(rest: Uint8Array): void {
    // A true copy: slice() of a Buffer would still be the ring's memory, which is written again.
    this.#waiting.push(Uint8Array.from(rest));
    this.#waitingOctets += rest.length;
  }

  /** Writes until all is out or the descriptor takes no more; returns the octets gone. */
  #push(bytes: Uint8Array): number {
    let written = 0;
    try {
      while (written < bytes.length) written += this.#writeSome(bytes.subarray(written));
    } catch (error) {
      if (!isTemporary(error)) {
        this.#lostWrites++;
        return bytes.length;
      }
      this.#block();
    }
    return written;
  }

  #block(): void {
    this.#isBlocked = true;
    this.#retry ??= this.#clock.setTimeout(() => {
      this.#retry = undefined;
      this.#resume();
    }, RETRY_MS);
  }

  #resume(): void {
    if (!this.#isBlocked) return;
    this.#isBlocked = false;
    while (this.#waiting.length > 0 && !this.#isBlocked) {
      const first = this.#waiting[0] ?? new Uint8Array(0);
      const written = this.#push(first);
      this.#waitingOctets -= written;
      if (written === first.length) this.#waiting.shift();
      else this.#waiting[0] = first.subarray(written);
    }
    if (this.#isBlocked) return;
    if (this.#retry !== undefined) this.#clock.clearTimeout(this.#retry);
    this.#retry = undefined;
    for (const listener of this.#onWritable) listener();
  }
}

function isTemporary(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EAGAIN' || code === 'EBUSY' || code === 'EINTR';
}
