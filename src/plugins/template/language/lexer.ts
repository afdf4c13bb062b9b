// Cuts a template into tokens: text, and what stands between `{{` and `}}`, with trim markers and comments taken out (Go:
// text/template/parse/lex.go). A mistake becomes an error token, the last one.

import { quote } from '../../../base/go-text.ts';
import { KEYWORDS, type Token, type TokenKind } from './token.ts';

const LEFT = '{{';
const RIGHT = '}}';
const TRIM_OCTETS = 2;

const SPACE = /[ \t\r\n]/;
const WORD = /[\p{L}\p{Nd}_]/u;
/** What may follow a word, besides a space and `}}`. */
const AFTER_WORD = '.,|:()';
const NUMBER =
  /^[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[bB][01_]*|0[oO][0-7_]*|[0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9_]*)?)/;

/** Single characters with a kind of their own. */
const MARKS: Readonly<Record<string, TokenKind>> = { '=': 'assign', '|': 'pipe' };

/** Reads one template. */
class Lexer {
  readonly tokens: Token[] = [];
  readonly #source: string;
  #start = 0;
  #at = 0;
  #line = 1;
  #parens = 0;
  #isFailed = false;

  constructor(source: string) {
    this.#source = source;
  }

  /** Reads all tokens; stops at the first mistake. */
  run(): void {
    while (!this.#isFailed && this.#at < this.#source.length) this.#text();
    if (!this.#isFailed) this.#emit('end');
  }

  /** What was read since the last token becomes one. */
  #emit(kind: TokenKind): void {
    const text = this.#source.slice(this.#start, this.#at);
    this.tokens.push({ kind, text, position: this.#start, line: this.#line });
    this.#ignore();
  }

  /** Passes over what was read, counting lines. */
  #ignore(): void {
    for (let at = this.#start; at < this.#at; at++) if (this.#source[at] === '\n') this.#line++;
    this.#start = this.#at;
  }

  /** The mistake is the last token; its message goes to whoever reads it. */
  #fail(text: string): void {
    this.tokens.push({ kind: 'error', text, position: this.#start, line: this.#line });
    this.#isFailed = true;
  }

  #startsWith(text: string, offset = 0): boolean {
    return this.#source.startsWith(text, this.#at + offset);
  }

  #isSpaceAt(at: number): boolean {
    return SPACE.test(this.#source.charAt(at));
  }

  /** Text up to the next action, and that action. */
  #text(): void {
    const open = this.#source.indexOf(LEFT, this.#at);
    this.#at = open < 0 ? this.#source.length : open;
    const isTrimmed = open >= 0 && this.#hasLeftTrim();
    if (isTrimmed) while (this.#at > this.#start && this.#isSpaceAt(this.#at - 1)) this.#at--;
    if (this.#at > this.#start) this.#emit('text');
    if (open < 0) return;
    this.#at = open;
    this.#ignore();
    this.#action(isTrimmed ? TRIM_OCTETS : 0);
  }

  /** `{{- `: counted from the `{{` at the cursor. */
  #hasLeftTrim(): boolean {
    const marker = this.#at + LEFT.length;
    return this.#source[marker] === '-' && this.#isSpaceAt(marker + 1);
  }

  /** ` -}}` at the cursor. */
  #hasRightTrim(): boolean {
    return this.#isSpaceAt(this.#at) && this.#startsWith(`-${RIGHT}`, 1);
  }

  /** An action from its `{{` on, `trim` being the characters of a trim marker behind it. */
  #action(trim: number): void {
    if (this.#startsWith('/*', LEFT.length + trim)) {
      this.#at += LEFT.length + trim;
      this.#comment();
      return;
    }
    this.#at += LEFT.length;
    this.#emit('left-delimiter');
    this.#at += trim;
    this.#ignore();
    this.#parens = 0;
    while (!this.#isFailed && !this.#close()) this.#inside();
  }

  /** A comment fills its action: nothing else may stand there. */
  #comment(): void {
    const end = this.#source.indexOf('*/', this.#at + 2);
    if (end < 0) {
      this.#fail('unclosed comment');
      return;
    }
    this.#at = end + 2;
    const isTrimmed = this.#hasRightTrim();
    if (!isTrimmed && !this.#startsWith(RIGHT)) {
      this.#fail('comment ends before closing delimiter');
      return;
    }
    this.#at += RIGHT.length + (isTrimmed ? TRIM_OCTETS : 0);
    if (isTrimmed) this.#skipSpaces();
    this.#ignore();
  }

  #skipSpaces(): void {
    while (this.#isSpaceAt(this.#at)) this.#at++;
  }

  /** The end of the action, if it is here. */
  #close(): boolean {
    const isTrimmed = this.#hasRightTrim();
    if (!isTrimmed && !this.#startsWith(RIGHT)) return false;
    if (this.#parens > 0) {
      this.#fail('unclosed left paren');
      return true;
    }
    if (isTrimmed) {
      this.#at += TRIM_OCTETS;
      this.#ignore();
    }
    this.#at += RIGHT.length;
    this.#emit('right-delimiter');
    if (isTrimmed) {
      this.#skipSpaces();
      this.#ignore();
    }
    return true;
  }

  /** One token inside an action. */
  #inside(): void {
    const char = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    if (this.#at >= this.#source.length) this.#fail('unclosed action');
    else if (SPACE.test(char)) this.#space();
    else if ('"`\''.includes(char)) this.#quoted(char);
    else if (char === '$') this.#fieldOrVariable('variable');
    else if (char === '.' && !/[0-9]/.test(this.#source.charAt(this.#at + 1)))
      this.#fieldOrVariable('field');
    else if (/[+\-.0-9]/.test(char)) this.#number();
    else if (WORD.test(char)) this.#word();
    else this.#mark(char);
  }

  /** Spaces; the last one is left for a ` -}}`. */
  #space(): void {
    while (this.#isSpaceAt(this.#at) && !this.#hasRightTrim()) this.#at++;
    this.#emit('space');
  }

  /** A character that is a token by itself. */
  #mark(char: string): void {
    this.#at += char.length;
    const kind = MARKS[char];
    if (kind !== undefined) this.#emit(kind);
    else if (char === ':') this.#declare();
    else if (char === '(' || char === ')') this.#paren(char);
    else if (/[!-~]/.test(char)) this.#emit('char');
    else this.#fail(`unrecognized character in action: ${unicode(char)}`);
  }

  /** `:=`; a colon alone means nothing. */
  #declare(): void {
    if (!this.#startsWith('=')) {
      this.#fail('expected :=');
      return;
    }
    this.#at++;
    this.#emit('declare');
  }

  /** Parentheses are counted, so that an action does not end inside of them. */
  #paren(char: string): void {
    this.#parens += char === '(' ? 1 : -1;
    if (this.#parens < 0) this.#fail('unexpected right paren');
    else this.#emit(char === '(' ? 'left-paren' : 'right-paren');
  }

  /** A literal with its quotes; escapes are resolved by the parser. */
  #quoted(mark: string): void {
    const [kind, name] = QUOTES[mark] ?? QUOTE;
    this.#at++;
    while (this.#at < this.#source.length && !this.#startsWith(mark)) {
      const isEscape = this.#startsWith('\\') && mark !== '`';
      // Only raw strings go over lines.
      if (mark !== '`' && this.#startsWith('\n', isEscape ? 1 : 0)) break;
      this.#at += isEscape ? 2 : 1;
    }
    if (!this.#startsWith(mark)) {
      this.#fail(`unterminated ${name}`);
      return;
    }
    this.#at++;
    this.#emit(kind);
  }

  /** `.Name`, `$name`, or the mark alone. */
  #fieldOrVariable(kind: 'field' | 'variable'): void {
    this.#at++;
    this.#takeWord();
    const isBare = this.#at === this.#start + 1;
    const bareKind = kind === 'field' ? 'dot' : 'variable';
    this.#emitWord(isBare ? bareKind : kind);
  }

  /** A keyword, `true`, `false` or the name of a function. */
  #word(): void {
    this.#takeWord();
    const text = this.#source.slice(this.#start, this.#at);
    if (KEYWORDS.has(text)) this.#emitWord('keyword');
    else this.#emitWord(text === 'true' || text === 'false' ? 'bool' : 'identifier');
  }

  #takeWord(): void {
    let char = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    while (WORD.test(char)) {
      this.#at += char.length;
      char = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    }
  }

  /** A word must end where something else may begin. */
  #emitWord(kind: TokenKind): void {
    const next = this.#source.codePointAt(this.#at);
    const char = next === undefined ? '' : String.fromCodePoint(next);
    const isEnded =
      char === '' || SPACE.test(char) || AFTER_WORD.includes(char) || this.#startsWith(RIGHT);
    if (isEnded) this.#emit(kind);
    else this.#fail(`bad character ${unicode(char)}`);
  }

  /** A number by its look; the parser says whether it is one. */
  #number(): void {
    const [text = ''] = NUMBER.exec(this.#source.slice(this.#at)) ?? [];
    this.#at += text.length;
    const next = this.#source.charAt(this.#at);
    if (!WORD.test(next) && text !== '') {
      this.#emit('number');
      return;
    }
    const shown = this.#source.slice(this.#start, this.#at + next.length);
    this.#fail(`bad number syntax: ${quote(shown)}`);
  }
}

const QUOTE = ['string', 'quoted string'] as const;
/** How each kind of literal is called. */
const QUOTES: Readonly<Record<string, readonly [kind: TokenKind, name: string]>> = {
  '"': QUOTE,
  '`': ['raw-string', 'raw quoted string'],
  "'": ['char-constant', 'character constant'],
};

/** Go's `%#U`: `U+0040 '@'`. */
function unicode(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} '${char}'`;
}

/** The tokens of a template; the last one is `end` or `error`. */
export function lexTemplate(source: string): readonly Token[] {
  const lexer = new Lexer(source);
  lexer.run();
  return lexer.tokens;
}
