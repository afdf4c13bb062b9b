// Turns a checked expression into functions that run without looking at the tree again.

import { RE2JS } from 're2js';
import { STANZA_FUNCTIONS } from './functions.ts';
import { PREDICATE_FUNCTIONS } from './list-functions.ts';
import type { BinaryOperator, Node, NodeOf } from './node.ts';
import type { Subject } from './subject.ts';
import {
  asArray,
  asBoolean,
  asNumber,
  asString,
  EvaluationFault,
  holds,
  isEqual,
  type Value,
} from './value.ts';

/** A part of an expression; `element` is what `#` means. May throw EvaluationFault. */
export type Evaluate = (subject: Subject, element: Value) => Value;

/** Longest list that `..` makes. */
const MAX_RANGE = 10_000;

/** The predicate where none is written. */
const ITSELF: Evaluate = (_subject, element) => element;

/** Compiles a tree that `check` has passed. */
export function compile(node: Node): Evaluate {
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'name': {
      const { name } = node;
      return ({ variables }) => variables.get(name) ?? null;
    }
    case 'element':
      return ITSELF;
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
      return (subject, element) => items.map((item) => item(subject, element));
    }
    case 'index':
      return compileIndex(node);
    case 'slice':
      return compileSlice(node);
  }
}

function compileCall({ name, args }: NodeOf<'call'>): Evaluate {
  const compiled = args.map(compile);
  const predicate = PREDICATE_FUNCTIONS.get(name);
  const [items, test = ITSELF] = compiled;
  if (predicate !== undefined && items !== undefined) {
    return (subject, element) =>
      predicate.run(asArray(items(subject, element)), (item) => test(subject, item));
  }
  const called = STANZA_FUNCTIONS.get(name);
  if (called === undefined) throw new Error(`unknown name ${name}`);
  return (subject, element) =>
    called.run(
      subject,
      compiled.map((arg) => arg(subject, element)),
    );
}

function compileUnary({ operator, operand }: NodeOf<'unary'>): Evaluate {
  const value = compile(operand);
  if (operator === '!') return (subject, element) => !asBoolean(value(subject, element));
  const sign = operator === '-' ? -1 : 1;
  return (subject, element) => sign * asNumber(value(subject, element));
}

function compileConditional(node: NodeOf<'conditional'>): Evaluate {
  const test = compile(node.test);
  const whenTrue = compile(node.whenTrue);
  const whenFalse = compile(node.whenFalse);
  return (subject, element) =>
    asBoolean(test(subject, element)) ? whenTrue(subject, element) : whenFalse(subject, element);
}

function compileIndex(node: NodeOf<'index'>): Evaluate {
  const of = compile(node.of);
  const index = compile(node.index);
  return (subject, element) => {
    const found = asArray(of(subject, element)).at(asNumber(index(subject, element)));
    if (found === undefined) throw new EvaluationFault('index out of range');
    return found;
  };
}

function compileSlice(node: NodeOf<'slice'>): Evaluate {
  const of = compile(node.of);
  const from = node.from === undefined ? undefined : compile(node.from);
  const to = node.to === undefined ? undefined : compile(node.to);
  return (subject, element) => {
    const container = of(subject, element);
    const start = from === undefined ? 0 : asNumber(from(subject, element));
    const end = to === undefined ? undefined : asNumber(to(subject, element));
    return typeof container === 'string'
      ? container.slice(start, end)
      : asArray(container).slice(start, end);
  };
}

function compileBinary({ operator, left, right }: NodeOf<'binary'>): Evaluate {
  const a = compile(left);
  const b = compile(right);
  switch (operator) {
    case '||':
      return (subject, element) => asBoolean(a(subject, element)) || asBoolean(b(subject, element));
    case '&&':
      return (subject, element) => asBoolean(a(subject, element)) && asBoolean(b(subject, element));
    case '??':
      return (subject, element) => a(subject, element) ?? b(subject, element);
    case 'matches':
      return compileMatch(a, b, right);
    default: {
      const run = OPERATIONS[operator];
      return (subject, element) => run(a(subject, element), b(subject, element));
    }
  }
}

/** A pattern that is written down is compiled once. */
function compileMatch(text: Evaluate, pattern: Evaluate, node: Node): Evaluate {
  const fixed =
    node.kind === 'literal' && typeof node.value === 'string'
      ? RE2JS.compile(node.value)
      : undefined;
  return (subject, element) => {
    const regexp = fixed ?? RE2JS.compile(asString(pattern(subject, element)));
    return regexp.matcher(asString(text(subject, element))).find();
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

function remainder(a: number, b: number): number {
  if (b === 0) throw new EvaluationFault('integer divide by zero');
  return a % b;
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
  '%': numeric(remainder),
  '**': numeric((a, b) => a ** b),
};
