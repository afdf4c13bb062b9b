// The tokens of the template language (Go: text/template/parse/lex.go), and the error of a template that cannot be read.

import { quote } from '../../../base/go-text.ts';

/** Kinds of tokens; a keyword is its own kind. */
export type TokenKind =
  | 'text'
  | 'left-delimiter'
  | 'right-delimiter'
  | 'space'
  | 'identifier'
  | 'field'
  | 'variable'
  | 'dot'
  | 'string'
  | 'raw-string'
  | 'char-constant'
  | 'number'
  | 'bool'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'left-paren'
  | 'right-paren'
  | 'char'
  | 'keyword'
  | 'error'
  | 'end';

/** Words that are no identifiers; `nil` is among them as in Go. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
]);

/** One token; `text` is the source, of an error its message. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Characters from the start of the template. */
  readonly position: number;
  /** From 1. */
  readonly line: number;
}

/** Longest text that an error shows. */
const SHOWN_CHARS = 10;

/** How errors show a token. */
export function tokenText({ kind, text }: Token): string {
  if (kind === 'end') return 'EOF';
  if (kind === 'error') return text;
  if (kind === 'keyword') return `<${text}>`;
  return text.length > SHOWN_CHARS ? `${quote(text.slice(0, SHOWN_CHARS))}...` : quote(text);
}

/** A template that is none: `template: answer:1: unclosed action`. */
export class TemplateSyntaxError extends Error {
  constructor(name: string, line: number, text: string) {
    super(`template: ${name}:${line}: ${text}`);
    this.name = 'TemplateSyntaxError';
  }
}
