// Splits the text of a Corefile into tokens: white space, quotes, comments, line numbers. It knows nothing of blocks,
// imports or environment variables (parser.ts). Follows caddyfile/lexer.go.
import type { Token } from './token.ts';

const BYTE_ORDER_MARK = '\ufeff';

/** Go's unicode.IsSpace: unlike `\s` it has U+0085 and lacks U+FEFF. */
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** All tokens of `source`, in order; `file` is put into each of them. Any text is accepted. */
export function lex(source: string, file: string): Token[] {
  const lexer = new Lexer(source, file);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) tokens.push(token);
  return tokens;
}

class Lexer {
  readonly #source: string;
  readonly #file: string;
  #at: number;
  #line = 1;

  constructor(source: string, file: string) {
    this.#source = source;
    this.#file = file;
    this.#at = source.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  }

  /** The next token, undefined at the end of the text. */
  next(): Token | undefined {
    this.#skipBlanks();
    if (this.#at >= this.#source.length) return undefined;
    return this.#source[this.#at] === '"' ? this.#quoted() : this.#plain();
  }

  /** White space and whole-line comments. */
  #skipBlanks(): void {
    let isComment = false;
    for (; this.#at < this.#source.length; this.#at++) {
      const char = this.#source[this.#at] ?? '';
      if (char === '\n') {
        this.#line++;
        isComment = false;
      } else if (char === '#') {
        isComment = true;
      } else if (!isComment && !SPACE.test(char)) {
        return;
      }
    }
  }

  /** From an opening quote to the closing one, over lines; with no closing quote the rest of the file. */
  #quoted(): Token | undefined {
    const line = this.#line;
    let text = '';
    for (this.#at++; this.#at < this.#source.length; this.#at++) {
      let char = this.#source[this.#at] ?? '';
      if (char === '"') {
        this.#at++;
        return { text, file: this.#file, line, isQuoted: true };
      }
      if (char === '\\') {
        // Only a quote can be escaped; before anything else the backslash stays.
        this.#at++;
        char = this.#source[this.#at] ?? '';
        if (char !== '"' && char !== '') text += '\\';
      }
      if (char === '\n') this.#line++;
      text += char;
    }
    return text === '' ? undefined : { text, file: this.#file, line, isQuoted: true };
  }

  /** Up to white space. A `#` cuts the rest of this token only: `foo#bar baz` is `foo`, `baz`. */
  #plain(): Token {
    let text = '';
    let isCut = false;
    for (; this.#at < this.#source.length; this.#at++) {
      const char = this.#source[this.#at] ?? '';
      if (char === '\r') continue;
      if (SPACE.test(char)) break;
      if (char === '#') isCut = true;
      if (!isCut) text += char;
    }
    return { text, file: this.#file, line: this.#line };
  }
}
