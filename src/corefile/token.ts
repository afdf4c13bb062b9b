// The token: the smallest piece of a Corefile that has a place. Shared by lexer, parser and dispenser.

/** A word of a Corefile, quotes removed and, once parsed, environment references replaced. */
export interface Token {
  readonly text: string;
  /** The file as given on the command line; for imported files the absolute path. */
  readonly file: string;
  /** Line of the token's first character, from 1. */
  readonly line: number;
  /** Present and true when the word stood in double quotes. */
  readonly isQuoted?: boolean;
}

/** Line on which a token ends: quoted text may run over several lines. */
export function lastLine(token: Token): number {
  let line = token.line;
  for (let i = token.text.indexOf('\n'); i >= 0; i = token.text.indexOf('\n', i + 1)) line++;
  return line;
}
