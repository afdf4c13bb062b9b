// Checks the types of an expression before it runs, so that a wrong one ends the start (expr-lang, checker/checker.go).

import { RE2JS } from 're2js';
import { ExpressionFault } from './fault.ts';
import type { PredicateFunction } from './function.ts';
import { PREDICATE_FUNCTIONS } from './list-functions.ts';
import type { Node, NodeOf } from './node.ts';
import { binaryType } from './operator-types.ts';
import type { Scope } from './scope.ts';
import { elementType, fits, mayBeArray, mayBeNumber, typeText, type ValueType } from './types.ts';

/** The type of an expression. Throws ExpressionFault. */
export function check(node: Node, scope: Scope): ValueType {
  switch (node.kind) {
    case 'literal':
      return literalType(node.value, node.isInteger === true);
    case 'name':
      return checkName(node, scope);
    case 'element':
      return 'unknown';
    case 'call':
      return checkCall(node, scope);
    case 'unary':
      return checkUnary(node, scope);
    case 'binary':
      return checkBinary(node, scope);
    case 'conditional':
      return checkConditional(node, scope);
    case 'array':
      for (const item of node.items) check(item, scope);
      return '[]interface {}';
    case 'index':
      return checkIndex(node, scope);
    case 'slice':
      return checkSlice(node, scope);
  }
}

function literalType(value: string | number | boolean | null, isInteger: boolean): ValueType {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return isInteger ? 'int' : 'float64';
    case 'boolean':
      return 'bool';
    default:
      return 'nil';
  }
}

/** A variable; functions are no values here. */
function checkName({ name, offset }: NodeOf<'name'>, scope: Scope): ValueType {
  const type = scope.variables.get(name);
  if (type !== undefined) return type;
  const isFunction = scope.functions.has(name) || PREDICATE_FUNCTIONS.has(name);
  throw new ExpressionFault(
    isFunction ? `${name} is a function: write ${name}()` : `unknown name ${name}`,
    offset,
  );
}

function checkCall(call: NodeOf<'call'>, scope: Scope): ValueType {
  const { name, offset } = call;
  const predicate = PREDICATE_FUNCTIONS.get(name);
  if (predicate !== undefined) return checkPredicateCall(call, predicate, scope);
  const variable = scope.variables.get(name);
  if (variable !== undefined) {
    throw new ExpressionFault(`${typeText(variable)} is not callable`, offset);
  }
  const called = scope.functions.get(name);
  if (called === undefined) throw new ExpressionFault(`unknown name ${name}`, offset);
  const types = call.args.map((arg) => check(arg, scope));
  const judgement = called.judge(name, types);
  if (typeof judgement === 'string') return judgement;
  const blamed = judgement.at === undefined ? undefined : call.args[judgement.at];
  throw new ExpressionFault(judgement.fault, blamed?.offset ?? offset);
}

/** The parser has counted the arguments. */
function checkPredicateCall(
  { name, args, offset }: NodeOf<'call'>,
  predicate: PredicateFunction,
  scope: Scope,
): ValueType {
  const [items, test] = args;
  const type = items === undefined ? 'nil' : check(items, scope);
  if (!mayBeArray(type)) {
    throw new ExpressionFault(
      `builtin ${name} takes only array (got ${typeText(type)})`,
      items?.offset ?? offset,
    );
  }
  const answer = test === undefined ? 'unknown' : check(test, scope);
  if (predicate.takesValues === true || fits(answer, 'bool')) return predicate.gives;
  throw new ExpressionFault(
    `predicate should return boolean (got ${typeText(answer)})`,
    test?.offset ?? offset,
  );
}

function checkUnary({ operator, sign, operand, offset }: NodeOf<'unary'>, scope: Scope): ValueType {
  const type = check(operand, scope);
  const isRight = operator === '!' ? fits(type, 'bool') : mayBeNumber(type);
  if (isRight) return operator === '!' ? 'bool' : type;
  throw new ExpressionFault(
    `invalid operation: ${sign} (mismatched type ${typeText(type)})`,
    offset,
  );
}

function checkConditional(node: NodeOf<'conditional'>, scope: Scope): ValueType {
  const test = check(node.test, scope);
  if (!fits(test, 'bool')) {
    throw new ExpressionFault(
      `non-bool expression (type ${typeText(test)}) used as condition`,
      node.test.offset,
    );
  }
  const [whenTrue, whenFalse] = [check(node.whenTrue, scope), check(node.whenFalse, scope)];
  return whenTrue === whenFalse ? whenTrue : 'unknown';
}

function checkIndex({ of, index, offset }: NodeOf<'index'>, scope: Scope): ValueType {
  const type = check(of, scope);
  if (!mayBeArray(type)) {
    throw new ExpressionFault(
      `type ${typeText(type)}[${typeText(check(index, scope))}] is undefined`,
      offset,
    );
  }
  const position = check(index, scope);
  if (fits(position, 'int')) return elementType(type);
  throw new ExpressionFault(
    `array elements can only be selected using an integer (got ${typeText(position)})`,
    index.offset,
  );
}

function checkSlice({ of, from, to, offset }: NodeOf<'slice'>, scope: Scope): ValueType {
  const type = check(of, scope);
  if (!(mayBeArray(type) || type === 'string')) {
    throw new ExpressionFault(`cannot slice ${typeText(type)}`, offset);
  }
  for (const position of [from, to]) {
    const found = position === undefined ? 'int' : check(position, scope);
    if (fits(found, 'int')) continue;
    throw new ExpressionFault(
      `non-integer slice index ${typeText(found)}`,
      position?.offset ?? offset,
    );
  }
  return type;
}

function checkBinary(node: NodeOf<'binary'>, scope: Scope): ValueType {
  const left = check(node.left, scope);
  const right = check(node.right, scope);
  if (node.operator === 'matches') checkPattern(node.right, node.offset);
  const type = binaryType(node.operator, left, right);
  if (type !== undefined) return type;
  throw new ExpressionFault(
    `invalid operation: ${node.sign} (mismatched types ${typeText(left)} and ${typeText(right)})`,
    node.offset,
  );
}

/** A pattern that is written down is compiled at start. */
function checkPattern(node: Node, offset: number): void {
  if (node.kind !== 'literal' || typeof node.value !== 'string') return;
  try {
    RE2JS.compile(node.value);
  } catch (error) {
    throw new ExpressionFault(error instanceof Error ? error.message : String(error), offset);
  }
}
