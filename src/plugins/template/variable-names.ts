// The names that `var` may give: identifiers of expr-lang that mean nothing else there (CoreDNS: plugin/template/setup.go).

import { STANZA_FUNCTIONS } from '../../plugin/expression/functions.ts';

/** Words of the language itself. */
const KEYWORDS = [
  'and',
  'contains',
  'else',
  'endsWith',
  'false',
  'if',
  'in',
  'let',
  'matches',
  'nil',
  'not',
  'or',
  'startsWith',
  'true',
];

/** The functions of expr-lang 1.17.8, also those that expressions do not have here. */
const LANGUAGE_FUNCTIONS = `
  abs all any bitand bitnand bitnot bitor bitshl bitshr bitushr bitxor ceil concat count date duration filter find
  findIndex findLast findLastIndex first flatten float floor fromBase64 fromJSON fromPairs get groupBy hasPrefix hasSuffix
  indexOf int join keys last lastIndexOf len lower map max mean median min none now one reduce repeat replace reverse
  round sort sortBy split splitAfter string sum take timezone toBase64 toJSON toPairs trim trimPrefix trimSuffix type
  uniq upper values`;

const RESERVED: ReadonlySet<string> = new Set([
  ...KEYWORDS,
  ...LANGUAGE_FUNCTIONS.trim().split(/\s+/),
  ...STANZA_FUNCTIONS.keys(),
]);

/** Whether a word has the form of a name. */
export function isVariableName(word: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(word);
}

/** Whether a name means something already. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name);
}
