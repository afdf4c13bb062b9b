// Turns a checked expression into functions that run without looking at the tree again.

import { RE2JS } from 're2js';
import type { Exchange } from '../../../plugin/exchange.ts';
import { FUNCTIONS, holds, PREDICATE_FUNCTIONS } from './functions.ts';
import type { BinaryOperator, Node } from './node.ts';
import {
  asArray,
  asBoolean,
  asNumber,
  asString,
  EvaluationFault,
  isEqual,
  type Value,
} from './value.ts';

/** A part of an expression; `element` is what `#` means. May throw EvaluationFault. */
export type Evaluate = (exchange: Exchange, element: Value) => Value;

/** Longest list that `..` makes. */
const MAX_RANGE = 10_000;

/** Compiles a tree that `check` has passed. */
export function compile(node: Node): Evaluate {
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'name':
      throw new Error(`unknown name ${node.name}`);
    case 'element':
      return (_exchange, element) => element;
    case 'call':
      return compileCall(node);
    case 'unary':
      return compileUnary(node);
    case 'binary':
      return compileBinary(node);
    case 'conditional':
      return compileConditional(node);
    case 'array': {
      const items = node.items.map(compile);
      return (exchange, element) => items.map((item) => item(exchange, element));
    }
    case 'index':
      return compileIndex(node);
    case 'slice':
      return compileSlice(node);
  }
}

function compileCall({ name, args }: Extract<Node, { kind: 'call' }>): Evaluate {
  const compiled = args.map(compile);
  const predicate = PREDICATE_FUNCTIONS.get(name);
  const [items, test] = compiled;
  if (predicate !== undefined && items !== undefined && test !== undefined) {
    return (exchange, element) =>
      predicate.run(asArray(items(exchange, element)), (item) => test(exchange, item));
  }
  const called = FUNCTIONS.get(name);
  if (called === undefined) throw new Error(`unknown name ${name}`);
  return (exchange, element) =>
    called.run(
      exchange,
      compiled.map((arg) => arg(exchange, element)),
    );
}

function compileUnary({ operator, operand }: Extract<Node, { kind: 'unary' }>): Evaluate {
  const value = compile(operand);
  if (operator === '!') return (exchange, element) => !asBoolean(value(exchange, element));
  const sign = operator === '-' ? -1 : 1;
  return (exchange, element) => sign * asNumber(value(exchange, element));
}

function compileConditional(node: Extract<Node, { kind: 'conditional' }>): Evaluate {
  const test = compile(node.test);
  const whenTrue = compile(node.whenTrue);
  const whenFalse = compile(node.whenFalse);
  return (exchange, element) =>
    asBoolean(test(exchange, element)) ? whenTrue(exchange, element) : whenFalse(exchange, element);
}

function compileIndex(node: Extract<Node, { kind: 'index' }>): Evaluate {
  const of = compile(node.of);
  const index = compile(node.index);
  return (exchange, element) => {
    const container = of(exchange, element);
    const items = typeof container === 'string' ? [...container] : asArray(container);
    const found = items.at(asNumber(index(exchange, element)));
    if (found === undefined) throw new EvaluationFault('index out of range');
    return found;
  };
}

function compileSlice(node: Extract<Node, { kind: 'slice' }>): Evaluate {
  const of = compile(node.of);
  const from = node.from === undefined ? undefined : compile(node.from);
  const to = node.to === undefined ? undefined : compile(node.to);
  return (exchange, element) => {
    const container = of(exchange, element);
    const start = from === undefined ? 0 : asNumber(from(exchange, element));
    const end = to === undefined ? undefined : asNumber(to(exchange, element));
    return typeof container === 'string'
      ? container.slice(start, end)
      : asArray(container).slice(start, end);
  };
}

function compileBinary({ operator, left, right }: Extract<Node, { kind: 'binary' }>): Evaluate {
  const a = compile(left);
  const b = compile(right);
  switch (operator) {
    case '||':
      return (exchange, element) =>
        asBoolean(a(exchange, element)) || asBoolean(b(exchange, element));
    case '&&':
      return (exchange, element) =>
        asBoolean(a(exchange, element)) && asBoolean(b(exchange, element));
    case '??':
      return (exchange, element) => a(exchange, element) ?? b(exchange, element);
    case 'matches':
      return compileMatch(a, b, right);
    default: {
      const run = OPERATIONS[operator];
      return (exchange, element) => run(a(exchange, element), b(exchange, element));
    }
  }
}

/** A pattern that is written down is compiled once. */
function compileMatch(text: Evaluate, pattern: Evaluate, node: Node): Evaluate {
  const fixed =
    node.kind === 'literal' && typeof node.value === 'string'
      ? RE2JS.compile(node.value)
      : undefined;
  return (exchange, element) => {
    const regexp = fixed ?? RE2JS.compile(asString(pattern(exchange, element)));
    return regexp.matcher(asString(text(exchange, element))).find();
  };
}

type Operation = (a: Value, b: Value) => Value;

function ordered(compare: (a: string | number, b: string | number) => boolean): Operation {
  return (a, b) =>
    typeof a === 'string' ? compare(a, asString(b)) : compare(asNumber(a), asNumber(b));
}

function numeric(run: (a: number, b: number) => number): Operation {
  return (a, b) => run(asNumber(a), asNumber(b));
}

function textual(run: (a: string, b: string) => boolean): Operation {
  return (a, b) => run(asString(a), asString(b));
}

function range(from: number, to: number): number[] {
  if (to - from >= MAX_RANGE) throw new EvaluationFault('range too long');
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
}

const OPERATIONS: Readonly<
  Record<Exclude<BinaryOperator, '||' | '&&' | '??' | 'matches'>, Operation>
> = {
  '==': isEqual,
  '!=': (a, b) => !isEqual(a, b),
  '<': ordered((a, b) => a < b),
  '>': ordered((a, b) => a > b),
  '<=': ordered((a, b) => a <= b),
  '>=': ordered((a, b) => a >= b),
  in: (a, b) => holds(b, a),
  contains: textual((a, b) => a.includes(b)),
  startsWith: textual((a, b) => a.startsWith(b)),
  endsWith: textual((a, b) => a.endsWith(b)),
  '..': (a, b) => range(asNumber(a), asNumber(b)),
  '+': (a, b) => (typeof a === 'string' ? a + asString(b) : asNumber(a) + asNumber(b)),
  '-': numeric((a, b) => a - b),
  '*': numeric((a, b) => a * b),
  '/': numeric((a, b) => a / b),
  '%': numeric((a, b) => a % b),
  '**': numeric((a, b) => a ** b),
};
