// Counts errors that look alike and logs one summary a period (CoreDNS: plugin/errors/errors.go). Each serving thread
// counts for itself.

import { RE2JS } from 're2js';
import type { Clock, Timer } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import type { Logger } from '../../log/logger.ts';
import type { PatternOptions } from './options.ts';

/** One `consolidate` line at work. */
export class Pattern {
  readonly #options: PatternOptions;
  readonly #regexp: RE2JS;
  readonly #log: Logger;
  readonly #clock: Clock;
  #count = 0;
  #timer: Timer | undefined = undefined;
  #isStopped = false;

  constructor(options: PatternOptions, log: Logger, clock: Clock) {
    this.#options = options;
    this.#regexp = RE2JS.compile(options.pattern);
    this.#log = log;
    this.#clock = clock;
  }

  /** Whether an error is one of those that this pattern counts. */
  matches(text: string): boolean {
    return this.#regexp.matcher(text).find();
  }

  /** Counts an error; false when the caller shall log it all the same. */
  count(): boolean {
    if (this.#isStopped) return false;
    this.#count++;
    if (this.#count > 1) return true;
    this.#timer = this.#clock.setTimeout(() => this.#summarize(), this.#options.periodMs);
    return !this.#options.isFirstShown;
  }

  /** Writes a line at the pattern's level. */
  write(text: string): void {
    this.#log[this.#options.level](text);
  }

  /** Logs what was counted so far; later errors are logged one by one. */
  stop(): void {
    this.#isStopped = true;
    if (this.#timer === undefined) return;
    this.#clock.clearTimeout(this.#timer);
    this.#summarize();
  }

  #summarize(): void {
    const count = this.#count;
    this.#count = 0;
    this.#timer = undefined;
    // A single error that was shown needs no summary.
    if (count === 1 && this.#options.isFirstShown) return;
    const { pattern, periodMs } = this.#options;
    this.write(`${count} errors like '${pattern}' occurred in last ${formatDuration(periodMs)}`);
  }
}
