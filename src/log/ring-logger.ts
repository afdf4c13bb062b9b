// The logger of a serving thread: every line goes into the thread's ring, also those of plugins, so
// that the order within the thread is kept. Loads neither pino nor a descriptor. The control
// thread's logger is control-logger.ts.
import type { Clock } from '../base/clock.ts';
import type { LineRingWriter } from './line-ring.ts';
import { formatLine, type Logger, type LogLayout, type LogLevel } from './logger.ts';
import type { OctetLines } from './octet-line.ts';
import { RingLines } from './ring-lines.ts';

/** Logs into a ring; a line is dropped and counted there when the ring is full. */
export class RingLogger implements Logger {
  /** Debug lines are written while this is true. */
  isDebugEnabled: boolean;
  /** The json layout escapes texts, so its lines are made of them. */
  readonly octetLines: OctetLines | undefined;
  readonly #ring: LineRingWriter;
  readonly #layout: LogLayout;
  readonly #clock: Clock;

  constructor(ring: LineRingWriter, layout: LogLayout, clock: Clock) {
    this.isDebugEnabled = false;
    this.#ring = ring;
    this.#layout = layout;
    this.#clock = clock;
    this.octetLines = layout === 'coredns' ? new RingLines(ring) : undefined;
  }

  debug(text: string): void {
    if (this.isDebugEnabled) this.#append('DEBUG', text);
  }

  info(text: string): void {
    this.#append('INFO', text);
  }

  warning(text: string): void {
    this.#append('WARNING', text);
  }

  error(text: string): void {
    this.#append('ERROR', text);
  }

  fatal(text: string): void {
    this.#append('FATAL', text);
  }

  #append(level: LogLevel, text: string): void {
    this.#ring.appendText(formatLine(this.#layout, level, text, this.#clock.epochMs()));
  }
}
