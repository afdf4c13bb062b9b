// Cuts a master file into entries: the words of one logical line, parentheses joining several physical
// ones (RFC 1035 section 5.1). Knows quotes, escapes and comments; knows nothing of owners or types.

import { MasterError, type MasterPlace } from './master-error.ts';

/** A word or quoted string. `text` is raw: escapes are resolved by whoever reads the word. */
export interface MasterToken extends MasterPlace {
  readonly isQuoted: boolean;
}

/** One logical line with at least one word. */
export interface MasterEntry {
  readonly tokens: readonly MasterToken[];
  /** The line starts with a blank: its owner is that of the entry before. */
  readonly isIndented: boolean;
  /** Where the entry ends, for errors about something missing. */
  readonly end: MasterPlace;
}

/** Ends of a word besides the end of the text. */
const WORD_END = new Set([' ', '\t', '\r', '\n', ';', '(', ')', '"']);

/** Reads the entries of one text in order. */
export class EntryReader {
  readonly #text: string;
  readonly #fileName: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #depth = 0;

  /** `fileName` is for error texts only. */
  constructor(text: string, fileName: string) {
    this.#text = text;
    this.#fileName = fileName;
  }

  /** The next entry, undefined at the end. Throws MasterError for unbalanced parentheses. */
  next(): MasterEntry | undefined {
    while (this.#at < this.#text.length) {
      const first = this.#text[this.#at];
      const tokens = this.#readLine();
      if (tokens.length === 0) continue;
      return { tokens, isIndented: first === ' ' || first === '\t', end: this.#place('\n') };
    }
    return undefined;
  }

  #readLine(): MasterToken[] {
    const tokens: MasterToken[] = [];
    this.#startLine();
    while (this.#at < this.#text.length) {
      if (this.#text[this.#at] === '\n') {
        this.#at++;
        if (this.#depth === 0) return tokens;
        this.#startNextLine();
      } else {
        const token = this.#piece();
        if (token !== undefined) tokens.push(token);
      }
    }
    if (this.#depth !== 0) throw this.#error('garbage after rdata', 'unbalanced brace');
    return tokens;
  }

  /** Takes what starts at the cursor; undefined for anything but a word or string. */
  #piece(): MasterToken | undefined {
    const char = this.#text.charAt(this.#at);
    if (!WORD_END.has(char)) return this.#word();
    if (char === '"') return this.#quoted();
    if (char === ';') this.#skipComment();
    else if (char === '(' || char === ')') this.#paren(char);
    else this.#at++;
    return undefined;
  }

  /** Counts the newline before the cursor; at the start of the text there is none. */
  #startLine(): void {
    if (this.#at > 0) this.#startNextLine();
  }

  #startNextLine(): void {
    // A newline at the very end starts no line: errors there name the last line.
    if (this.#at >= this.#text.length) return;
    this.#line++;
    this.#lineStart = this.#at;
  }

  #skipComment(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  #paren(char: string): void {
    this.#at++;
    this.#depth += char === '(' ? 1 : -1;
    if (this.#depth < 0) throw this.#error('extra closing brace', 'extra closing brace');
  }

  #word(): MasterToken {
    const start = this.#at;
    let at = start;
    while (at < this.#text.length && !WORD_END.has(this.#text.charAt(at))) {
      at += this.#text[at] === '\\' ? 2 : 1;
    }
    this.#at = Math.min(at, this.#text.length);
    return this.#token(this.#text.slice(start, this.#at), false);
  }

  #quoted(): MasterToken {
    const start = this.#at + 1;
    let at = start;
    let line = this.#line;
    let lineStart = this.#lineStart;
    while (at < this.#text.length && this.#text[at] !== '"') {
      at += this.#text[at] === '\\' ? 2 : 1;
      if (this.#text[at - 1] === '\n') {
        line++;
        lineStart = at;
      }
    }
    const text = this.#text.slice(start, at);
    this.#at = Math.min(at + 1, this.#text.length);
    this.#line = line;
    this.#lineStart = lineStart;
    return this.#token(text, true);
  }

  #token(text: string, isQuoted: boolean): MasterToken {
    const { line, column } = this.#place(text);
    return { text, isQuoted, line, column };
  }

  #error(text: string, piece: string): MasterError {
    return new MasterError(this.#fileName, text, this.#place(piece));
  }

  /** The place up to the cursor; the character behind it is counted, unless that ends the line. */
  #place(text: string): MasterPlace {
    // After a newline the cursor stands in the next line, which is not counted yet.
    const end = this.#text[this.#at - 1] === '\n' ? this.#at - 1 : this.#at;
    const hasSeparator = end < this.#text.length && this.#text[end] !== '\n';
    const column = end - this.#lineStart + (hasSeparator ? 1 : 0);
    return { text, line: this.#line, column };
  }
}
