// The writer's view of the readers: which of them may still look at something that was unpublished.
// A reader notes the current epoch when it enters a batch and 0 when it leaves; what was
// unpublished before the epoch advanced is free once no reader notes that epoch or an older one.
// Epochs are odd, so they never equal the idle mark, and compare by difference, so they may wrap.
import { CONTROL_EPOCH, READER_IDLE, READER_STRIDE } from './buffers.ts';

/**
 * Advances the epoch and tells when the readers have passed one. Only the table's writer has one of
 * these.
 */
export class Epochs {
  readonly #control: Int32Array;
  readonly #words: number;

  constructor(control: SharedArrayBuffer) {
    this.#control = new Int32Array(control);
    this.#words = this.#control.length;
  }

  /** Starts a new epoch; returns the one that ended. Unpublish first, then call this. */
  advance(): number {
    const ended = Atomics.load(this.#control, CONTROL_EPOCH);
    Atomics.store(this.#control, CONTROL_EPOCH, (ended + 2) | 0);
    return ended;
  }

  /** True once every reader is idle or has entered after `ended` ended. */
  hasPassed(ended: number): boolean {
    for (let word = READER_STRIDE; word < this.#words; word += READER_STRIDE) {
      const seen = Atomics.load(this.#control, word);
      if (seen !== READER_IDLE && ((seen - ended) | 0) <= 0) return false;
    }
    return true;
  }
}
