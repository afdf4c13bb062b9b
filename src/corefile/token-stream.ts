// The parser's view of all tokens: a cursor that can step back, and into which imports are spliced. Plugins get a Dispenser
// instead, which cannot be changed.
import { argumentError, type CorefileError, parsingError, syntaxError } from './error.ts';
import { lastLine, type Token } from './token.ts';

/** Tokens before and after the cursor. A splice costs only what it puts in, however long the rest is. */
export class TokenStream {
  readonly fileName: string;
  /** Passed tokens; the last one is the current one. */
  readonly #passed: Token[] = [];
  /** Tokens to come, the next one last. */
  readonly #coming: Token[];

  constructor(fileName: string, tokens: readonly Token[]) {
    this.fileName = fileName;
    this.#coming = tokens.toReversed();
  }

  /** The current token, undefined before the first one. */
  get token(): Token | undefined {
    return this.#passed.at(-1);
  }

  /** Text of the current token, '' before the first one. */
  get value(): string {
    return this.token?.text ?? '';
  }

  get file(): string {
    return this.token?.file ?? this.fileName;
  }

  get line(): number {
    return this.token?.line ?? 0;
  }

  /** How many tokens are still to come. */
  get comingCount(): number {
    return this.#coming.length;
  }

  /** Goes on by one token; false at the end. */
  next(): boolean {
    const token = this.#coming.pop();
    if (token === undefined) return false;
    this.#passed.push(token);
    return true;
  }

  /** Undoes one `next`. */
  back(): void {
    const token = this.#passed.pop();
    if (token !== undefined) this.#coming.push(token);
  }

  /** Goes on if the next token is on the line on which the current one ends. */
  nextArg(): boolean {
    const [token, following] = [this.token, this.#coming.at(-1)];
    if (token === undefined || following === undefined) return false;
    return token.file === following.file && lastLine(token) === following.line && this.next();
  }

  /** Whether the current token is the first of its line. */
  get isNewLine(): boolean {
    const [previous, token] = this.#passed.slice(-2);
    if (previous === undefined || token === undefined) return true;
    return previous.file !== token.file || lastLine(previous) < token.line;
  }

  /** Takes away the last `count` passed tokens and lets `tokens` come next. */
  splice(count: number, tokens: readonly Token[]): void {
    this.#passed.length -= count;
    for (let i = tokens.length - 1; i >= 0; i--) {
      const token = tokens[i];
      if (token !== undefined) this.#coming.push(token);
    }
  }

  /** Puts another token in the place of the current one. */
  replaceCurrent(token: Token): void {
    this.#passed[this.#passed.length - 1] = token;
  }

  err(text: string): CorefileError {
    return parsingError(this.file, this.line, text);
  }

  argErr(): CorefileError {
    return argumentError(this, this.value);
  }

  syntaxErr(expected: string): CorefileError {
    return syntaxError(this, this.value, expected);
  }
}
