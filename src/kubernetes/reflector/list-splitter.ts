// Cuts a list response into its items while it arrives, so that neither the whole text nor a tree of it is ever held: each
// item is parsed by itself and handed on. Only the structure around the items is read here, JSON.parse does the rest.
//
//   {"kind":"ServiceList","metadata":{...},"items":[ {...} , {...} ]}
//    KEY     VALUE         KEY       VALUE  KEY     ITEMS/VALUE

import { RuntimeFault } from '../../base/runtime-error.ts';

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** What is read at the moment; a `value` may be a key, a member of the outer object, or an item. */
type Place = 'start' | 'member' | 'key' | 'colon' | 'value' | 'items' | 'item' | 'end';

/** Splits one response. */
export class ListSplitter {
  readonly #onItem: (item: unknown) => void;
  /** Members of the outer object apart from `items`: kind, apiVersion, metadata. */
  readonly #members = new Map<string, unknown>();
  #place: Place = 'start';
  #key = '';
  /** The text under way: chunks of it, and where the scan stands inside. */
  #pending: Buffer[] = [];
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  /** Whether the last scan reached the end of the value. */
  #isScanned = false;

  constructor(onItem: (item: unknown) => void) {
    this.#onItem = onItem;
  }

  /** Takes one chunk. Throws RuntimeFault API_MALFORMED when the text is no list. */
  push(chunk: Buffer): void {
    let index = 0;
    while (index < chunk.length) {
      index = this.#isCollecting() ? this.#collect(chunk, index) : this.#step(chunk, index);
    }
  }

  /** Ends the response and returns the list's `metadata`. Throws RuntimeFault API_MALFORMED when it is cut short. */
  finish(): unknown {
    if (this.#place !== 'end') throw malformed('the list ends early');
    return this.#members.get('metadata');
  }

  #isCollecting(): boolean {
    return this.#place === 'key' || this.#place === 'value' || this.#place === 'item';
  }

  /** One byte of the structure; returns the next index. White space is passed over. */
  #step(chunk: Buffer, index: number): number {
    const byte = chunk[index] ?? 0;
    if (byte <= SPACE) return index + 1;
    switch (this.#place) {
      case 'start':
        return this.#expect(byte === OPEN_BRACE, 'member', index);
      case 'member':
        return byte === QUOTE
          ? this.#begin('key', index)
          : this.#separate(byte, CLOSE_BRACE, 'end', index);
      case 'colon':
        if (byte === COLON) return index + 1;
        return this.#key === 'items' && byte === OPEN_BRACKET
          ? this.#expect(true, 'items', index)
          : this.#begin('value', index);
      case 'items':
        return byte === OPEN_BRACE
          ? this.#begin('item', index)
          : this.#separate(byte, CLOSE_BRACKET, 'member', index);
      default:
        throw malformed('text after the end of the list');
    }
  }

  /** A comma stays in this place, `close` leads to the next one. */
  #separate(byte: number, close: number, next: Place, index: number): number {
    const isClosed = byte === close;
    return this.#expect(isClosed || byte === COMMA, isClosed ? next : this.#place, index);
  }

  #expect(isAsExpected: boolean, next: Place, index: number): number {
    if (!isAsExpected) throw malformed('the response is no list');
    this.#place = next;
    return index + 1;
  }

  #begin(place: Place, index: number): number {
    this.#place = place;
    this.#depth = 0;
    return index;
  }

  /** Goes on with the text under way; returns the index behind it, or behind the chunk. */
  #collect(chunk: Buffer, start: number): number {
    const end = this.#scan(chunk, start);
    if (end < 0) {
      this.#pending.push(chunk.subarray(start));
      return chunk.length;
    }
    let text: string;
    if (this.#pending.length === 0) {
      text = chunk.toString('utf8', start, end);
    } else {
      this.#pending.push(chunk.subarray(start, end));
      text = Buffer.concat(this.#pending).toString('utf8');
      this.#pending = [];
    }
    this.#take(parseJson(text));
    return end;
  }

  #take(value: unknown): void {
    if (this.#place === 'item') {
      this.#place = 'items';
      this.#onItem(value);
    } else if (this.#place === 'key') {
      this.#key = String(value);
      this.#place = 'colon';
    } else {
      this.#members.set(this.#key, value);
      this.#place = 'member';
    }
  }

  /** Index behind the value that is being scanned, -1 when it goes on in the next chunk. */
  #scan(chunk: Buffer, start: number): number {
    this.#isScanned = false;
    let index = start;
    while (index < chunk.length) {
      index = this.#isInString ? this.#scanString(chunk, index) : this.#scanNesting(chunk, index);
      if (this.#isScanned) return index;
    }
    return -1;
  }

  /** Index behind the next quote, the end of the value, or the chunk. */
  #scanNesting(chunk: Buffer, start: number): number {
    for (let index = start; index < chunk.length; index++) {
      switch (chunk[index]) {
        case QUOTE:
          this.#isInString = true;
          return index + 1;
        case OPEN_BRACE:
        case OPEN_BRACKET:
          this.#depth++;
          break;
        case CLOSE_BRACE:
        case CLOSE_BRACKET:
          // Closing at depth 0: what is closed holds the number or word that is being read.
          this.#isScanned = --this.#depth <= 0;
          if (this.#isScanned) return this.#depth < 0 ? index : index + 1;
          break;
        case COMMA:
          this.#isScanned = this.#depth === 0;
          if (this.#isScanned) return index;
          break;
        default:
      }
    }
    return chunk.length;
  }

  /** Index behind the string's closing quote, or behind the chunk. */
  #scanString(chunk: Buffer, start: number): number {
    for (let index = start; index < chunk.length; index++) {
      const byte = chunk[index];
      if (this.#isEscaped) {
        this.#isEscaped = false;
      } else if (byte === BACKSLASH) {
        this.#isEscaped = true;
      } else if (byte === QUOTE) {
        this.#isInString = false;
        this.#isScanned = this.#depth === 0;
        return index + 1;
      }
    }
    return chunk.length;
  }
}

/** Parses one JSON text from the API server. Throws RuntimeFault API_MALFORMED. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RuntimeFault('API_MALFORMED', 'malformed JSON in a response', { cause: error });
  }
}

function malformed(message: string): RuntimeFault {
  return new RuntimeFault('API_MALFORMED', message);
}
