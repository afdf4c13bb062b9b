// Hands out tokens to the parser, with some looking back, and makes its errors.

import { quote } from '../../../base/go-text.ts';
import { lexTemplate } from './lexer.ts';
import { TemplateSyntaxError, type Token, type TokenKind, tokenText } from './token.ts';

/** A cursor over the tokens of one template. */
export class TokenReader {
  /** Line on which the open action began; undefined outside of actions. */
  actionLine: number | undefined = undefined;
  readonly #name: string;
  readonly #tokens: readonly Token[];
  readonly #last: Token;
  #at = 0;
  #line = 1;

  constructor(name: string, source: string) {
    this.#name = name;
    this.#tokens = lexTemplate(source);
    this.#last = this.#tokens.at(-1) ?? { kind: 'end', text: '', position: 0, line: 1 };
  }

  /** The next token; at the end, the last one again. */
  next(): Token {
    const token = this.peek();
    if (this.#at < this.#tokens.length) this.#at++;
    return token;
  }

  /** Gives the last token back. */
  backup(): void {
    this.#at--;
  }

  peek(): Token {
    const token = this.#tokens[this.#at] ?? this.#last;
    this.#line = token.line;
    return token;
  }

  nextNonSpace(): Token {
    this.#skipSpace();
    return this.next();
  }

  peekNonSpace(): Token {
    this.#skipSpace();
    return this.peek();
  }

  #skipSpace(): void {
    while (this.#tokens[this.#at]?.kind === 'space') this.#at++;
  }

  isAt(kind: TokenKind): boolean {
    return this.peek().kind === kind;
  }

  /** Whether this keyword follows the next token. */
  isKeywordAfter(word: string): boolean {
    let at = this.#at + 1;
    while (this.#tokens[at]?.kind === 'space') at++;
    const token = this.#tokens[at];
    return token?.kind === 'keyword' && token.text === word;
  }

  /** The next token, which must be of a kind. */
  expect(kind: TokenKind, context: string): Token {
    const token = this.nextNonSpace();
    return token.kind === kind ? token : this.unexpected(token, context);
  }

  /** An error at the line of the token last looked at. */
  fail(text: string): never {
    throw new TemplateSyntaxError(this.#name, this.#line, text);
  }

  unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') return this.fail(`unexpected ${tokenText(token)} in ${context}`);
    const start = this.actionLine;
    const isElsewhere = start !== undefined && start !== token.line;
    // The message of the lexer, with the line on which its action began.
    const where = isElsewhere ? ` in action started at ${this.#name}:${start}` : '';
    const tail = token.text.endsWith(' action') ? where.replace(' in action', '') : where;
    return this.fail(`${token.text}${tail}`);
  }

  /** The error of a function that nobody knows. */
  unknownFunction(name: string): never {
    return this.fail(`function ${quote(name)} not defined`);
  }
}
