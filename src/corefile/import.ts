// What an `import` line stands for: the tokens of a snippet, of a file, or of all files that match a pattern. The parser
// puts them in place. Follows doImport of caddyfile/parse.go; there are no snippet arguments.
import type { CorefileError } from './error.ts';
import { glob } from './glob.ts';
import { lex } from './lexer.ts';
import { folderOf, resolvePath } from './path.ts';
import type { SourceReader } from './source-reader.ts';
import type { Token } from './token.ts';
import type { TokenStream } from './token-stream.ts';

/** Snippet imports in one parse; a number that only recursion reaches. It is also the number in both texts. */
const MAX_SNIPPET_IMPORTS = 10_000;
/** CoreDNS really counts to this before it says 10000. */
const MAX_FILE_IMPORTS = 100_000;
/** Ours: a recursion that grows is ended before it fills the memory. */
const MAX_TOKENS = 2_000_000;

/** The snippets and files that one parse has seen. */
export class Imports {
  readonly #reader: SourceReader;
  readonly #warn: (text: string) => void;
  readonly #snippets = new Map<string, readonly Token[]>();
  /** Files are lexed once a parse, however often they are imported. */
  readonly #files = new Map<string, readonly Token[]>();
  #snippetImports = 0;
  #fileImports = 0;

  /** `warn` gets the text for a pattern without match. */
  constructor(reader: SourceReader, warn: (text: string) => void) {
    this.#reader = reader;
    this.#warn = warn;
  }

  /** Whether a snippet of that name was declared above. */
  hasSnippet(name: string): boolean {
    return this.#snippets.has(name);
  }

  /** Declares a snippet. Throws when its body imports itself at the start of a line. */
  declareSnippet(name: string, body: readonly Token[], stream: TokenStream, text: TokenText): void {
    for (const [i, token] of body.entries()) {
      const argument = body[i + 1];
      if (token.text !== 'import' || argument === undefined) continue;
      const previous = body[i - 1];
      const isLineStart = previous?.file !== token.file || previous.line !== token.line;
      if (isLineStart && text(argument) === name) throw depthError('snippet', stream);
    }
    this.#snippets.set(name, body);
  }

  /** The tokens that `import PATTERN` stands for; errors point at the stream's current token. */
  resolve(pattern: string, stream: TokenStream): readonly Token[] {
    const snippet = this.#snippets.get(pattern);
    const kind = snippet === undefined ? 'file' : 'snippet';
    const isExhausted =
      snippet === undefined
        ? this.#fileImports++ >= MAX_FILE_IMPORTS
        : this.#snippetImports++ >= MAX_SNIPPET_IMPORTS;
    if (isExhausted || stream.comingCount > MAX_TOKENS) throw depthError(kind, stream);
    return snippet ?? this.#matches(pattern, stream).flatMap((path) => this.#file(path, stream));
  }

  #matches(pattern: string, stream: TokenStream): string[] {
    // Relative to the file in which the import stands, not to the working directory.
    const importing = resolvePath(this.#reader.workingDirectory, stream.file);
    const absolute = resolvePath(folderOf(importing), pattern);
    if (/\*.*\*|\?.*\?/s.test(absolute) || (absolute.includes('[') && absolute.includes(']'))) {
      throw stream.err(
        `Glob pattern may only contain one wildcard (*), but has others: ${absolute}`,
      );
    }
    const matches = glob(absolute, this.#reader);
    if (matches === undefined) {
      throw stream.err(`Failed to use import pattern ${pattern}: syntax error in pattern`);
    }
    if (matches.length > 0) return matches;
    if (!/[*?[\]]/.test(absolute)) throw stream.err(`File to import not found: ${pattern}`);
    this.#warn(`No files matching import glob pattern: ${pattern}`);
    return [];
  }

  #file(path: string, stream: TokenStream): readonly Token[] {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const contents = this.#reader.readFile(path);
    if ('error' in contents) throw stream.err(`Could not import ${path}: ${contents.error}`);
    const tokens = lex(contents.text, path);
    this.#files.set(path, tokens);
    return tokens;
  }
}

/** A token's text with environment references replaced. */
export type TokenText = (token: Token) => string;

function depthError(kind: 'snippet' | 'file', stream: TokenStream): CorefileError {
  return stream.err(`maximum ${kind} import depth (${MAX_SNIPPET_IMPORTS}) exceeded`);
}
