// Groups the tokens of a Corefile into server blocks and directives: the first stage of loading. It expands imports and
// environment references and knows which directives exist, but not what they mean; keys are read by server-key.ts, arguments by
// the plugins. Order of checks and texts follow caddyfile/parse.go.
import { type Environment, replaceEnvironment } from './environment.ts';
import { parsingError } from './error.ts';
import { Imports } from './import.ts';
import { lex } from './lexer.ts';
import type { SourceReader } from './source-reader.ts';
import type { Token } from './token.ts';
import { TokenStream } from './token-stream.ts';

/** All occurrences of one directive in a block: their tokens in order, each beginning with the directive's name. */
export interface Directive {
  readonly name: string;
  readonly tokens: readonly Token[];
}

/** A server block as it stands in the file: keys unread, directives in order of their first line. */
export interface ServerBlockSource {
  readonly keys: readonly string[];
  /** Place of the first key. */
  readonly keysFile: string;
  readonly keysLine: number;
  readonly segments: readonly Directive[];
}

export interface ParseOptions {
  readonly env: Environment;
  readonly reader: SourceReader;
  /** Gets warnings without the `[WARNING] ` in front. */
  readonly warn: (text: string) => void;
  /** The directives that exist; every name is taken when absent (as the reload plugin parses). */
  readonly directives?: ReadonlySet<string>;
}

/**
 * Parses the text of a Corefile. `fileName` is what errors show. Blocks without keys are left out: when nothing is left,
 * CoreDNS takes its built-in default. Throws CorefileError.
 */
export function parseCorefile(
  source: string,
  fileName: string,
  options: ParseOptions,
): ServerBlockSource[] {
  return new Parser(new TokenStream(fileName, lex(source, fileName)), options).parse();
}

/** Keys while they are read. */
interface KeyList {
  readonly texts: string[];
  readonly tokens: Token[];
  isAnotherExpected: boolean;
  isEndOfFile: boolean;
}

/** How a token changes the depth of braces. Quoted braces count too, as in CoreDNS. */
function braceStep(text: string): number {
  if (text === '{') return 1;
  return text === '}' ? -1 : 0;
}

class Parser {
  readonly #stream: TokenStream;
  readonly #options: ParseOptions;
  readonly #imports: Imports;

  constructor(stream: TokenStream, options: ParseOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#imports = new Imports(options.reader, options.warn);
  }

  parse(): ServerBlockSource[] {
    const blocks: ServerBlockSource[] = [];
    while (this.#stream.next()) {
      const block = this.#block();
      if (block !== undefined && block.keys.length > 0) blocks.push(block);
    }
    return blocks;
  }

  /** One server block, or undefined for a snippet. The stream stands on its first token. */
  #block(): ServerBlockSource | undefined {
    const keys = this.#keys();
    const [first] = keys.tokens;
    const block = {
      keys: keys.texts,
      keysFile: first?.file ?? this.#stream.file,
      keysLine: first?.line ?? this.#stream.line,
    };
    if (keys.isEndOfFile) return { ...block, segments: [] };
    const [name = ''] = keys.texts;
    if (keys.texts.length === 1 && /^\([\s\S]*\)$/.test(name)) {
      this.#snippet(name.slice(1, -1));
      return undefined;
    }
    return { ...block, segments: this.#body() };
  }

  /** Reads keys up to `{` or the end of the line; the stream then stands on the token after them. */
  #keys(): KeyList {
    const keys: KeyList = { texts: [], tokens: [], isAnotherExpected: false, isEndOfFile: false };
    for (let isDone = false; !isDone; ) {
      const text = this.#text();
      if (text === '{') {
        if (!keys.isAnotherExpected) return keys;
        throw this.#stream.err("Expected another address but had '{' - check for extra comma");
      }
      const isImport = text === 'import' && this.#stream.isNewLine;
      if (isImport) this.#import();
      else if (text !== '') this.#addKey(text, keys);
      keys.isEndOfFile = !this.#stream.next();
      // What an import brings goes on with the list, on whatever line it is.
      const isLineOver = !isImport && !keys.isAnotherExpected && this.#stream.isNewLine;
      isDone = keys.isEndOfFile || isLineOver;
    }
    if (keys.isAnotherExpected) throw this.#stream.err('Unexpected EOF');
    return keys;
  }

  /** A comma at the end of a key announces another one, which may be on the next line. */
  #addKey(text: string, keys: KeyList): void {
    keys.isAnotherExpected = text.endsWith(',');
    keys.texts.push(keys.isAnotherExpected ? text.slice(0, -1) : text);
    if (this.#stream.token !== undefined) keys.tokens.push(this.#stream.token);
  }

  #snippet(name: string): void {
    if (this.#imports.hasSnippet(name)) {
      throw this.#stream.err(`redeclaration of previously declared snippet ${name}`);
    }
    if (this.#stream.value !== '{') throw this.#stream.syntaxErr('{');
    const body: Token[] = [];
    for (let depth = 1; depth > 0; ) {
      if (!this.#stream.next()) throw this.#stream.syntaxErr('}');
      const { token, value } = this.#stream;
      depth += braceStep(value);
      if (depth > 0 && token !== undefined) body.push(token);
    }
    this.#imports.declareSnippet(name, body, this.#stream, (token) => this.#replaced(token));
  }

  /** The directives of a block. Only a block that was opened by a brace has to be closed by one. */
  #body(): Directive[] {
    const isBraced = braceStep(this.#stream.value) > 0;
    if (!isBraced) this.#stream.back();
    const segments = new Map<string, Token[]>();
    while (this.#stream.next()) {
      if (this.#stream.value === '}') break;
      if (this.#stream.value === 'import') this.#import();
      else this.#directive(segments);
    }
    if (isBraced && this.#stream.value !== '}') throw this.#stream.syntaxErr('}');
    return Array.from(segments, ([name, tokens]) => ({ name, tokens }));
  }

  /** One directive with its arguments and block; a second one of the same name is joined to the first. */
  #directive(segments: Map<string, Token[]>): void {
    const name = this.#text();
    const { directives } = this.#options;
    if (directives !== undefined && !directives.has(name)) {
      throw this.#stream.err(`Unknown directive '${name}'`);
    }
    const tokens = segments.get(name) ?? [];
    segments.set(name, tokens);
    if (this.#stream.token !== undefined) tokens.push(this.#stream.token);
    this.#rest(tokens);
  }

  /** What belongs to a directive after its name: the rest of its line, and all between braces. */
  #rest(tokens: Token[]): void {
    let depth = 0;
    while (this.#stream.next()) {
      const { value, isNewLine } = this.#stream;
      // An opening brace may stand on the next line.
      if (depth === 0 && isNewLine && value !== '{') {
        this.#stream.back();
        return;
      }
      if (value === 'import' && isNewLine) {
        this.#import();
        continue;
      }
      depth += braceStep(value);
      if (depth < 0) throw this.#stream.err("Unexpected '}' because no matching opening brace");
      tokens.push(this.#replaceCurrent());
    }
    if (depth > 0) throw this.#stream.err('Unexpected EOF');
  }

  /** Puts what the import stands for in its place; the stream then stands before the first token of that. */
  #import(): void {
    if (!this.#stream.nextArg()) throw this.#stream.argErr();
    const pattern = this.#text();
    if (pattern === '') throw this.#stream.err('Import requires a non-empty filepath');
    if (this.#stream.nextArg()) {
      throw this.#stream.err('Import takes only one argument (glob pattern or file)');
    }
    this.#stream.splice(2, this.#imports.resolve(pattern, this.#stream));
  }

  /** The current token's text with environment references replaced. */
  #text(): string {
    const { token } = this.#stream;
    return token === undefined ? '' : this.#replaced(token);
  }

  #replaced(token: Token): string {
    const text = replaceEnvironment(token.text, this.#options.env);
    if (text !== undefined) return text;
    throw parsingError(
      token.file,
      token.line,
      `Environment variable refers to itself in '${token.text}'`,
    );
  }

  /** Replaces references in the current token for good: tokens on the next lines are compared with its line breaks. */
  #replaceCurrent(): Token {
    const token = this.#stream.token ?? { text: '', file: this.#stream.file, line: 0 };
    const text = this.#replaced(token);
    if (text === token.text) return token;
    const replaced = { ...token, text };
    this.#stream.replaceCurrent(replaced);
    return replaced;
  }
}
