// Binary operators by their signs and words, with how tightly they bind (expr-lang, parser/operator).

import type { BinaryOperator } from './node.ts';

/** One operator. */
export interface OperatorRow {
  readonly operator: BinaryOperator;
  /** Higher binds tighter. */
  readonly precedence: number;
  readonly isRightBound?: boolean;
  /** Whether `not` may stand in front: `not in`. */
  readonly hasNot?: boolean;
}

/** How tightly unary operators bind. */
export const NOT_PRECEDENCE = 50;
export const SIGN_PRECEDENCE = 90;

const COMPARISON = 20;
const SUM = 30;
const PRODUCT = 60;
const POWER = 100;

const ROWS: readonly (readonly [
  words: readonly string[],
  precedence: number,
  more?: Partial<OperatorRow>,
])[] = [
  [['||', 'or'], 10],
  [['&&', 'and'], 15],
  [['=='], COMPARISON],
  [['!='], COMPARISON],
  [['<'], COMPARISON],
  [['>'], COMPARISON],
  [['<='], COMPARISON],
  [['>='], COMPARISON],
  [['in'], COMPARISON, { hasNot: true }],
  [['matches'], COMPARISON, { hasNot: true }],
  [['contains'], COMPARISON, { hasNot: true }],
  [['startsWith'], COMPARISON, { hasNot: true }],
  [['endsWith'], COMPARISON, { hasNot: true }],
  [['..'], 25],
  [['+'], SUM],
  [['-'], SUM],
  [['*'], PRODUCT],
  [['/'], PRODUCT],
  [['%'], PRODUCT],
  [['**', '^'], POWER, { isRightBound: true }],
  [['??'], 500],
];

/** Operators by sign or word. The first word of a row is the name in the tree. */
export const BINARY_OPERATORS: ReadonlyMap<string, OperatorRow> = new Map(
  ROWS.flatMap(([words, precedence, more]) =>
    words.map((word) => [word, { operator: words[0] as BinaryOperator, precedence, ...more }]),
  ),
);
