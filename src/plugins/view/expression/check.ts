// Checks the types of an expression before it runs, so that a wrong one ends the start (expr-lang, checker/checker.go).

import { RE2JS } from 're2js';
import { ExpressionFault } from './fault.ts';
import {
  type ExpressionFunction,
  FUNCTIONS,
  PREDICATE_FUNCTIONS,
  type ValueType,
} from './functions.ts';
import type { BinaryOperator, Node } from './node.ts';

type BinaryNode = Extract<Node, { kind: 'binary' }>;

/** How operators are called in errors, where that differs from the tree. */
const ARITHMETIC: ReadonlySet<BinaryOperator> = new Set(['-', '*', '/', '%', '**', '..']);
const ORDER: ReadonlySet<BinaryOperator> = new Set(['<', '>', '<=', '>=']);
const TEXTUAL: ReadonlySet<BinaryOperator> = new Set([
  'matches',
  'contains',
  'startsWith',
  'endsWith',
]);

/** The type of an expression. Throws ExpressionFault. */
export function check(node: Node): ValueType {
  switch (node.kind) {
    case 'literal':
      return literalType(node.value, node.isInteger === true);
    case 'name':
      throw nameFault(node.name, node.offset);
    case 'element':
      return 'any';
    case 'call':
      return checkCall(node);
    case 'unary':
      return checkUnary(node);
    case 'binary':
      return checkBinary(node);
    case 'conditional':
      return checkConditional(node);
    case 'array':
      for (const item of node.items) check(item);
      return 'array';
    case 'index':
      checkIndex(node.index);
      return check(node.of) === 'string' ? 'string' : 'any';
    case 'slice':
      if (node.from !== undefined) checkIndex(node.from);
      if (node.to !== undefined) checkIndex(node.to);
      return check(node.of);
  }
}

function literalType(value: string | number | boolean | null, isInteger: boolean): ValueType {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return isInteger ? 'int' : 'float';
    case 'boolean':
      return 'bool';
    default:
      return 'nil';
  }
}

/** Functions are no values here, and there are no variables. */
function nameFault(name: string, offset: number): ExpressionFault {
  const isFunction = FUNCTIONS.has(name) || PREDICATE_FUNCTIONS.has(name);
  return new ExpressionFault(
    isFunction ? `${name} is a function: write ${name}()` : `unknown name ${name}`,
    offset,
  );
}

function checkCall({ name, args, offset }: Extract<Node, { kind: 'call' }>): ValueType {
  const predicate = PREDICATE_FUNCTIONS.get(name);
  if (predicate !== undefined) {
    const [items, ...rest] = args.map(check);
    if (!fits(items ?? 'nil', 'array') || rest.length !== 1) {
      throw new ExpressionFault(`builtin ${name} takes only array (got ${items})`, offset);
    }
    return predicate.gives;
  }
  const called = FUNCTIONS.get(name);
  if (called === undefined) throw new ExpressionFault(`unknown name ${name}`, offset);
  checkArguments(name, called, args, offset);
  return called.gives;
}

function checkArguments(
  name: string,
  { takes, optional = 0 }: ExpressionFunction,
  args: readonly Node[],
  offset: number,
): void {
  if (args.length > takes.length) {
    throw new ExpressionFault(`too many arguments to call ${name}`, offset);
  }
  if (args.length < takes.length - optional) {
    throw new ExpressionFault(`not enough arguments to call ${name}`, offset);
  }
  for (const [at, arg] of args.entries()) {
    const wanted = takes[at] ?? 'any';
    const got = check(arg);
    if (fits(got, wanted)) continue;
    throw new ExpressionFault(
      `cannot use ${got} as argument (type ${wanted}) to call ${name} `,
      arg.offset,
    );
  }
}

function fits(got: ValueType, wanted: ValueType): boolean {
  return got === wanted || got === 'any' || wanted === 'any';
}

function checkUnary({ operator, operand, offset }: Extract<Node, { kind: 'unary' }>): ValueType {
  const type = check(operand);
  const isRight = operator === '!' ? fits(type, 'bool') : isNumber(type);
  if (isRight) return operator === '!' ? 'bool' : type;
  throw new ExpressionFault(`invalid operation: ${operator} (mismatched type ${type})`, offset);
}

function checkConditional(node: Extract<Node, { kind: 'conditional' }>): ValueType {
  const test = check(node.test);
  if (!fits(test, 'bool')) {
    throw new ExpressionFault(
      `non-bool expression (type ${test}) used as condition`,
      node.test.offset,
    );
  }
  const [whenTrue, whenFalse] = [check(node.whenTrue), check(node.whenFalse)];
  return whenTrue === whenFalse ? whenTrue : 'any';
}

function checkIndex(index: Node): void {
  const type = check(index);
  if (!isNumber(type)) {
    throw new ExpressionFault(
      `array elements can only be selected using an integer (got ${type})`,
      index.offset,
    );
  }
}

function isNumber(type: ValueType): boolean {
  return type === 'int' || type === 'float' || type === 'any';
}

function checkBinary(node: BinaryNode): ValueType {
  const left = check(node.left);
  const right = check(node.right);
  const result = resultType(node.operator, left, right);
  if (result === undefined) {
    throw new ExpressionFault(
      `invalid operation: ${node.operator} (mismatched types ${left} and ${right})`,
      node.offset,
    );
  }
  if (node.operator === 'matches') checkPattern(node.right);
  return result;
}

/** Undefined for types that do not go with the operator. */
function resultType(
  operator: BinaryOperator,
  left: ValueType,
  right: ValueType,
): ValueType | undefined {
  if (ARITHMETIC.has(operator)) {
    return areNumbers(left, right) ? arithmeticType(operator, left, right) : undefined;
  }
  if (operator === '+') return sumType(left, right);
  if (operator === '??') return left === right ? left : 'any';
  return isComparable(operator, left, right) ? 'bool' : undefined;
}

/** Whether the types go with an operator that gives a boolean. */
function isComparable(operator: BinaryOperator, left: ValueType, right: ValueType): boolean {
  if (ORDER.has(operator)) return areNumbers(left, right) || areTexts(left, right);
  if (TEXTUAL.has(operator)) return areTexts(left, right);
  if (operator === 'in') return fits(right, 'array');
  if (operator === '||' || operator === '&&') return fits(left, 'bool') && fits(right, 'bool');
  return areNumbers(left, right) || fits(left, right) || left === 'nil' || right === 'nil';
}

function areNumbers(left: ValueType, right: ValueType): boolean {
  return isNumber(left) && isNumber(right);
}

function areTexts(left: ValueType, right: ValueType): boolean {
  return fits(left, 'string') && fits(right, 'string');
}

function arithmeticType(operator: BinaryOperator, left: ValueType, right: ValueType): ValueType {
  if (operator === '..') return 'array';
  if (operator === '/' || operator === '**') return 'float';
  return left === 'int' && right === 'int' ? 'int' : 'float';
}

function sumType(left: ValueType, right: ValueType): ValueType | undefined {
  if (left === 'any' || right === 'any') return 'any';
  if (areTexts(left, right)) return 'string';
  return areNumbers(left, right) ? arithmeticType('+', left, right) : undefined;
}

/** A pattern that is written down is compiled at start. */
function checkPattern(node: Node): void {
  if (node.kind !== 'literal' || typeof node.value !== 'string') return;
  try {
    RE2JS.compile(node.value);
  } catch (error) {
    throw new ExpressionFault(error instanceof Error ? error.message : String(error), node.offset);
  }
}
