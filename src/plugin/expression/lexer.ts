// Splits an expression into tokens (expr-lang, parser/lexer).

import { quote } from '../../base/go-text.ts';
import { ExpressionFault } from './fault.ts';
import { stringLiteral } from './string-literal.ts';

/** Kinds of tokens, as errors name them. */
export type TokenKind = 'Identifier' | 'Number' | 'String' | 'Operator' | 'Bracket' | 'EOF';

/** One token; `text` of a string is its value. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
}

/** Words that are operators. */
const OPERATOR_WORDS: ReadonlySet<string> = new Set([
  'and',
  'contains',
  'endsWith',
  'in',
  'matches',
  'not',
  'or',
  'startsWith',
]);

/** In the order in which they are tried; what none of them fits is no part of an expression. */
const FORMS: readonly (readonly [kind: TokenKind, form: RegExp])[] = [
  [
    'Number',
    /(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?)/y,
  ],
  ['Identifier', /[\p{L}_$][\p{L}\p{N}_$]*/uy],
  ['Bracket', /[()[\]{}]/y],
  ['Operator', /\*\*|\.\.|&&|\|\||==|!=|<=|>=|\?\?|\?\.|[-+*/%^!<>?:,.#|]/y],
];

/** Space and comments. */
const SPACE = /(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*/y;

/** All tokens, EOF last. Throws ExpressionFault. */
export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(source, 0);
  while (at < source.length) {
    const end = /["'`]/.test(source[at] ?? '')
      ? pushString(source, at, tokens)
      : pushToken(source, at, tokens);
    at = skipSpace(source, end);
  }
  // The end stands on the last character.
  tokens.push({ kind: 'EOF', text: '', offset: Math.max(0, source.length - 1) });
  return tokens;
}

/** How errors print a token: `Operator(")")`, `EOF`. */
export function tokenText({ kind, text }: Token): string {
  return text === '' ? kind : `${kind}(${quote(text)})`;
}

function skipSpace(source: string, from: number): number {
  SPACE.lastIndex = from;
  SPACE.exec(source);
  return SPACE.lastIndex;
}

function pushString(source: string, offset: number, tokens: Token[]): number {
  const { value, end } = stringLiteral(source, offset);
  tokens.push({ kind: 'String', text: value, offset });
  return end;
}

function pushToken(source: string, offset: number, tokens: Token[]): number {
  for (const [kind, form] of FORMS) {
    form.lastIndex = offset;
    const [text] = form.exec(source) ?? [];
    if (text === undefined) continue;
    const isWord = kind === 'Identifier' && OPERATOR_WORDS.has(text);
    tokens.push({ kind: isWord ? 'Operator' : kind, text, offset });
    return offset + text.length;
  }
  const code = source.codePointAt(offset) ?? 0;
  const shown = code.toString(16).toUpperCase().padStart(4, '0');
  throw new ExpressionFault(
    `unrecognized character: U+${shown} '${String.fromCodePoint(code)}'`,
    offset,
  );
}
