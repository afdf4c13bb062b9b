// The control thread's loop for one ring: sleeps until the serving thread appends, drains into the
// line output, and while lines keep coming looks only every few milliseconds, so that a query log
// costs one write a batch, not one a line.
import type { Clock, Timer } from '../base/clock.ts';
import type { LineOutput } from './line-output.ts';
import { LineRingReader } from './line-ring.ts';

/** Pause between two drains of a busy ring: 1 MiB lasts 5 ms at two million lines a second. */
const BATCH_MS = 5;

/** Moves the lines of one ring to an output until it is stopped. */
export class RingDrain {
  readonly #reader: LineRingReader;
  readonly #output: LineOutput;
  readonly #clock: Clock;
  readonly #onDropped: (lines: number) => void;
  readonly #unsubscribe: () => void;
  #pause: Timer | undefined;
  #isStopped = false;
  #isWaiting = false;

  /**
   * `onDropped` hears how many lines the serving thread had to drop, after those before them are
   * out.
   */
  constructor(
    ring: SharedArrayBuffer,
    output: LineOutput,
    clock: Clock,
    onDropped: (lines: number) => void,
  ) {
    this.#reader = new LineRingReader(ring);
    this.#output = output;
    this.#clock = clock;
    this.#onDropped = onDropped;
    this.#unsubscribe = output.onWritable(() => this.#run());
  }

  /** Begins to drain. */
  start(): void {
    this.#run();
  }

  /**
   * Drains what is there and ends when the ring is empty: call it when the serving thread has
   * ended, or before LineOutput.flush at the end of the process.
   */
  stop(): void {
    this.#isStopped = true;
    this.#endPause();
    this.#run();
  }

  #run(): void {
    if (this.#pause !== undefined) return;
    const hadLines = this.#reader.waitingOctets > 0;
    // Not empty means that the output is blocked; it calls again when it is writable.
    if (!this.#reader.drain((lines) => this.#output.offer(lines))) return;
    const dropped = this.#reader.takeDropped();
    if (dropped > 0) this.#onDropped(dropped);
    if (this.#isStopped) this.#unsubscribe();
    else if (hadLines) this.#pauseBeforeNext();
    else this.#wait();
  }

  #pauseBeforeNext(): void {
    this.#pause = this.#clock.setTimeout(() => {
      this.#pause = undefined;
      this.#run();
    }, BATCH_MS);
  }

  #endPause(): void {
    if (this.#pause !== undefined) this.#clock.clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    void this.#reader.waitForLines().then(() => {
      this.#isWaiting = false;
      this.#run();
    });
  }
}
