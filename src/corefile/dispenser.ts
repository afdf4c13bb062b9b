// Hands out the tokens of one directive to its plugin's setup: the directive's name, its arguments, its block.
// Semantics and error texts are those of caddyfile/dispenser.go. The option-table reader (plugin/options.ts) is
// built on it. Does not see other directives and does not know any plugin.
import { argumentError, type CorefileError, parsingError, syntaxError } from './error.ts';
import { lastLine, type Token } from './token.ts';

/**
 * A cursor over tokens. It starts before the first one: `while (d.next())` visits each occurrence of the directive,
 * `remainingArgs()` takes what is left of the line, `while (d.nextBlock())` visits what stands between braces.
 */
export class Dispenser {
  readonly #fileName: string;
  readonly #tokens: readonly Token[];
  #cursor = -1;
  #nesting = 0;

  /** `fileName` appears in errors as long as no token was read. */
  constructor(fileName: string, tokens: readonly Token[]) {
    this.#fileName = fileName;
    this.#tokens = tokens;
  }

  /** Text of the current token, '' before the first one. */
  get value(): string {
    return this.token?.text ?? '';
  }

  /** The current token, undefined before the first one. */
  get token(): Token | undefined {
    return this.#tokens[this.#cursor];
  }

  /** File of the current token. */
  get file(): string {
    return this.token?.file ?? this.#fileName;
  }

  /** Line of the current token, 0 before the first one. */
  get line(): number {
    return this.token?.line ?? 0;
  }

  /** Goes to the next token, on whatever line; false at the end, where the cursor stays. */
  next(): boolean {
    if (this.#cursor >= this.#tokens.length - 1) return false;
    this.#cursor++;
    return true;
  }

  /** Goes to the next token if it is on the line on which the current one ends. */
  nextArg(): boolean {
    return this.#step(true);
  }

  /** Goes to the next token if it is on a later line (or in another file). */
  nextLine(): boolean {
    return this.#step(false);
  }

  #step(isSameLineWanted: boolean): boolean {
    const current = this.token;
    const following = this.#tokens[this.#cursor + 1];
    if (following === undefined) return false;
    if (current !== undefined) {
      const end = lastLine(current);
      const isFileSame = current.file === following.file;
      // Not each other's opposite: a snippet's token may have a lower line number than the token before it.
      const isSameLine = isFileSame && end === following.line;
      const isLaterLine = !isFileSame || end < following.line;
      if (isSameLineWanted ? !isSameLine : !isLaterLine) return false;
    }
    this.#cursor++;
    return true;
  }

  /**
   * Use as the condition of a loop: enters the block when `{` follows on the line, then stands on the first token of each
   * round, false after `}`. Inside, take the property's arguments with `remainingArgs`; blocks do not nest.
   */
  nextBlock(): boolean {
    if (this.#nesting > 0) return this.#nextInBlock();
    if (!this.nextArg()) return false;
    if (this.value !== '{') {
      this.#cursor--;
      return false;
    }
    // Opened and closed right away: the loop has nothing to visit.
    if (!this.next() || this.token?.text === '}') return false;
    this.#nesting++;
    return true;
  }

  #nextInBlock(): boolean {
    if (!this.next()) return false;
    if (this.value !== '}') return true;
    this.#nesting--;
    return false;
  }

  /** The arguments left on this line, up to a `{`. */
  remainingArgs(): string[] {
    const args: string[] = [];
    while (this.nextArg()) {
      if (this.value === '{') {
        this.#cursor--;
        break;
      }
      args.push(this.value);
    }
    return args;
  }

  /** Wrong number of arguments; names the token last read. */
  argErr(): CorefileError {
    return argumentError(this, this.value);
  }

  /** An unexpected token; `expected` is put in quotes. */
  syntaxErr(expected: string): CorefileError {
    return syntaxError(this, this.value, expected);
  }

  /** The tokens ended too early. */
  eofErr(): CorefileError {
    return this.err('Unexpected EOF');
  }

  /** Any other error at the current token: `FILE:LINE - Error during parsing: TEXT`. */
  err(text: string): CorefileError {
    return parsingError(this.file, this.line, text);
  }
}
