// The comparisons of templates: eq, ne, lt, le, gt, ge (Go: text/template/funcs.go). Whole numbers compare across types, all else
// only with its own kind.

import { formatValue, GoError, GoFloat, GoInteger, type GoValue, typeName } from './values.ts';

type BasicKind = 'bool' | 'string' | 'integer' | 'float' | undefined;

const BAD_TYPE = 'invalid type for comparison';

function basicKind(value: GoValue): BasicKind {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (value instanceof GoInteger) return 'integer';
  return value instanceof GoFloat ? 'float' : undefined;
}

function incompatible(a: GoValue, b: GoValue): GoError {
  return new GoError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
}

/** Whether the first value equals one of the others. Throws GoError. */
export function equal(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new GoError('missing argument for comparison');
  return others.some((other) => isEqual(first, other));
}

function isEqual(a: GoValue, b: GoValue): boolean {
  const kind = basicKind(a);
  if (kind !== basicKind(b)) {
    if (a === undefined || b === undefined) return false;
    throw incompatible(a, b);
  }
  if (kind === undefined) return equalOthers(a, b);
  return scalar(a) === scalar(b);
}

/** Nothing equals nothing; slices and maps cannot be compared. */
function equalOthers(a: GoValue, b: GoValue): boolean {
  if (a === undefined || b === undefined) return a === b;
  const isComparable = /^[*a-z]/.test(typeName(a)) && !typeName(a).startsWith('map[');
  if (!isComparable) throw new GoError(`non-comparable type ${formatValue(a)}: ${typeName(a)}`);
  return a === b;
}

function scalar(value: GoValue): unknown {
  return value instanceof GoInteger || value instanceof GoFloat ? value.value : value;
}

/** Whether a comes before b. Throws GoError. */
export function less(a: GoValue, b: GoValue): boolean {
  const kind = basicKind(a);
  if (kind === undefined || basicKind(b) === undefined) throw new GoError(BAD_TYPE);
  if (kind !== basicKind(b)) throw incompatible(a, b);
  if (kind === 'bool') throw new GoError(BAD_TYPE);
  if (kind === 'string') return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b))) < 0;
  return Number(scalar(a)) < Number(scalar(b));
}
