// Which types go with which binary operator, and what they give (expr-lang, checker/checker.go).

import type { BinaryOperator } from './node.ts';
import { elementType, fits, mayBeArray, mayBeNumber, type ValueType } from './types.ts';

const ORDER: ReadonlySet<BinaryOperator> = new Set(['<', '>', '<=', '>=']);
const LOGICAL: ReadonlySet<BinaryOperator> = new Set(['||', '&&']);
const TEXTUAL: ReadonlySet<BinaryOperator> = new Set([
  'matches',
  'contains',
  'startsWith',
  'endsWith',
]);

/** The type of the result; undefined for types that do not go with the operator. */
export function binaryType(
  operator: BinaryOperator,
  left: ValueType,
  right: ValueType,
): ValueType | undefined {
  switch (operator) {
    case '+':
      return sumType(left, right);
    case '-':
    case '*':
      return areNumbers(left, right) ? numberType(left, right) : undefined;
    case '/':
    case '**':
      return areNumbers(left, right) ? 'float64' : undefined;
    case '%':
      return areIntegers(left, right) ? 'int' : undefined;
    case '..':
      return areIntegers(left, right) ? '[]int' : undefined;
    case '??':
      return left === right ? left : 'unknown';
    default:
      return isComparable(operator, left, right) ? 'bool' : undefined;
  }
}

/** Whether the types go with an operator that gives a boolean. */
function isComparable(operator: BinaryOperator, left: ValueType, right: ValueType): boolean {
  if (ORDER.has(operator)) return areNumbers(left, right) || areTexts(left, right);
  if (TEXTUAL.has(operator)) return areTexts(left, right);
  if (LOGICAL.has(operator)) return fits(left, 'bool') && fits(right, 'bool');
  if (operator === 'in') return mayBeArray(right) && areEqual(left, elementType(right));
  return areEqual(left, right);
}

/** Whether values of the types may be equal. */
function areEqual(left: ValueType, right: ValueType): boolean {
  return areNumbers(left, right) || fits(left, right) || left === 'nil' || right === 'nil';
}

function areNumbers(left: ValueType, right: ValueType): boolean {
  return mayBeNumber(left) && mayBeNumber(right);
}

function areIntegers(left: ValueType, right: ValueType): boolean {
  return fits(left, 'int') && fits(right, 'int');
}

function areTexts(left: ValueType, right: ValueType): boolean {
  return fits(left, 'string') && fits(right, 'string');
}

function numberType(left: ValueType, right: ValueType): ValueType {
  if (left === 'unknown' || right === 'unknown') return 'unknown';
  return left === 'int' && right === 'int' ? 'int' : 'float64';
}

function sumType(left: ValueType, right: ValueType): ValueType | undefined {
  if (areNumbers(left, right)) return numberType(left, right);
  if (!areTexts(left, right)) return undefined;
  return left === 'unknown' || right === 'unknown' ? 'unknown' : 'string';
}
