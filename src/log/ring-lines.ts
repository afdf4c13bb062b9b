// INFO lines of the coredns layout, composed right in the ring of a serving thread.

import type { LineRingWriter } from './line-ring.ts';
import type { OctetLine, OctetLines } from './octet-line.ts';

const PREFIX = new TextEncoder().encode('[INFO] ');
const NEWLINE = 10;

/** Lines of one ring; one that does not fit is dropped and counted there. */
export class RingLines implements OctetLines {
  readonly #ring: LineRingWriter;
  /** For a line that may cross the end of the ring, or may have no room. */
  #scratch: Uint8Array = new Uint8Array(0);
  /** Where the line began in the ring; -1: it is in the scratch memory. */
  #start = -1;

  constructor(ring: LineRingWriter) {
    this.#ring = ring;
  }

  open(line: OctetLine, most: number): void {
    const whole = PREFIX.length + most + 1;
    this.#start = this.#ring.reserve(whole);
    if (this.#start < 0) {
      if (whole > this.#scratch.length) this.#scratch = new Uint8Array(whole);
      line.octets = this.#scratch;
      line.at = 0;
    } else {
      line.octets = this.#ring.memory;
      line.at = this.#start;
    }
    line.copy(PREFIX);
  }

  close(line: OctetLine): void {
    line.octet(NEWLINE);
    if (this.#start < 0) this.#ring.append(this.#scratch, line.at);
    else this.#ring.commit(line.at - this.#start);
  }
}
