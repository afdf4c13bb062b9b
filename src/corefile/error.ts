// The one error of configuration: everything that an operator did wrong in a Corefile or a file it names.
// Its message is the whole text that CoreDNS prints, so that nobody has to decorate it.

/** A configuration error; `message` is CoreDNS's full text, with file and line where CoreDNS has them. */
export class CorefileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CorefileError';
  }
}

/** Where an error is: the current token of a cursor. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** `FILE:LINE - Error during parsing: TEXT`, the form of most errors. */
export function parsingError(file: string, line: number, text: string): CorefileError {
  return new CorefileError(`${file}:${line} - Error during parsing: ${text}`);
}

/** Wrong number of arguments; `value` is the token that was read last. */
export function argumentError(place: Place, value: string): CorefileError {
  const text =
    value === '{'
      ? "Unexpected token '{', expecting argument"
      : `Wrong argument count or unexpected line ending after '${value}'`;
  return parsingError(place.file, place.line, text);
}

/** `FILE:LINE - Syntax error: Unexpected token 'FOUND', expecting 'EXPECTED'`. */
export function syntaxError(place: Place, found: string, expected: string): CorefileError {
  return new CorefileError(
    `${place.file}:${place.line} - Syntax error: Unexpected token '${found}', expecting '${expected}'`,
  );
}

/** `plugin/NAME: TEXT`, the form of errors of a plugin's setup; an error that is none of ours keeps its cause. */
export function pluginError(plugin: string, error: unknown): CorefileError {
  const text = error instanceof Error ? error.message : String(error);
  return new CorefileError(`plugin/${plugin}: ${text}`, { cause: error });
}
