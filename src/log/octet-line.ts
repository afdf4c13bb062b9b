// A log line that is composed as octets: for lines that come with every query, where texts of their parts would cost more
// than all the rest. Who gives the memory and takes the line is an OctetLines (ring-lines.ts; TextLines for other loggers).

import { Buffer } from 'node:buffer';
import type { Logger } from './logger.ts';

const DIGIT_0 = 0x30;
const DOT = 0x2e;
const NS_PER_SECOND = 1_000_000_000;
const NS_DIGITS = 9;

/** The line at hand. One object a writer, pointed at one piece of memory after the other; nothing checks its end. */
export class OctetLine {
  octets: Uint8Array = new Uint8Array(0);
  /** Where the next octet goes. */
  at = 0;

  octet(value: number): void {
    this.octets[this.at++] = value;
  }

  copy(from: Uint8Array): void {
    const { octets } = this;
    let { at } = this;
    for (let i = 0; i < from.length; i++) octets[at++] = from[i] ?? 0;
    this.at = at;
  }

  /** Writes a text of ASCII characters. */
  ascii(text: string): void {
    const { octets } = this;
    let { at } = this;
    for (let i = 0; i < text.length; i++) octets[at++] = text.charCodeAt(i);
    this.at = at;
  }

  /** Writes a whole number from 0 to 2^31 - 1. */
  decimal(value: number): void {
    let digits = 1;
    for (let limit = 10; value >= limit; limit *= 10) digits += 1;
    this.#digits(value, digits);
  }

  /** Writes nanoseconds as seconds without trailing zeros, never with an exponent: `0.000012889`. */
  seconds(ns: number): void {
    const seconds = Math.floor(ns / NS_PER_SECOND);
    let fraction = ns - seconds * NS_PER_SECOND;
    this.decimal(seconds);
    if (fraction === 0) return;
    let digits = NS_DIGITS;
    for (; fraction % 10 === 0; fraction /= 10) digits -= 1;
    this.octet(DOT);
    this.#digits(fraction, digits);
  }

  /** The last `digits` digits of a whole number below 2^31. */
  #digits(value: number, digits: number): void {
    const { octets, at } = this;
    let rest = value;
    for (let to = at + digits - 1; to >= at; to--) {
      const tenth = (rest / 10) | 0;
      octets[to] = DIGIT_0 + rest - tenth * 10;
      rest = tenth;
    }
    this.at = at + digits;
  }
}

/** Takes INFO lines as octets of UTF-8. Between `open` and `close` nothing else may be logged. */
export interface OctetLines {
  /** Points `line` at memory for a text of at most `most` octets. */
  open(line: OctetLine, most: number): void;
  /** Logs what was written since; it has no newline. */
  close(line: OctetLine): void;
}

/** Makes texts of the lines, for loggers that take nothing else. */
export class TextLines implements OctetLines {
  readonly #log: Logger;
  #memory: Buffer = Buffer.alloc(0);

  constructor(log: Logger) {
    this.#log = log;
  }

  open(line: OctetLine, most: number): void {
    if (most > this.#memory.length) this.#memory = Buffer.alloc(most);
    line.octets = this.#memory;
    line.at = 0;
  }

  close(line: OctetLine): void {
    this.#log.info(this.#memory.toString('utf8', 0, line.at));
  }
}
