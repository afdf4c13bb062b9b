// The functions of expr-lang that are about lists.

import {
  type ExpressionFunction,
  type Judgement,
  type PredicateFunction,
  taking,
  takingOne,
} from './function.ts';
import { elementType, mayBeArray, typeText, type ValueType } from './types.ts';
import { asArray, asBoolean, asNumber, EvaluationFault, type Value } from './value.ts';

function lengthOf(value: Value | undefined): number {
  return typeof value === 'string' ? [...value].length : asArray(value).length;
}

function elementOf(type: ValueType): ValueType | undefined {
  return mayBeArray(type) ? elementType(type) : undefined;
}

/** Any number of lists. */
function judgeConcat(_name: string, args: readonly ValueType[]): Judgement {
  if (args.length === 0)
    return { fault: 'invalid number of arguments (expected at least 1, got 0)' };
  const wrong = args.find((type) => !mayBeArray(type));
  return wrong === undefined ? '[]interface {}' : { fault: `cannot concat ${typeText(wrong)}` };
}

/** By name. */
export const LIST_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  len: {
    judge: takingOne((type) => (mayBeArray(type) || type === 'string' ? 'int' : undefined)),
    run: (_subject, [value]) => lengthOf(value),
  },
  first: {
    judge: takingOne(elementOf, (_name, type) => `cannot get first element from ${type}`),
    run: (_subject, [items]) => asArray(items)[0] ?? null,
  },
  last: {
    judge: takingOne(elementOf, (_name, type) => `cannot get last element from ${type}`),
    run: (_subject, [items]) => asArray(items).at(-1) ?? null,
  },
  take: {
    judge: taking(['[]interface {}', 'int'], '[]interface {}'),
    run: (_subject, [items, count]) => {
      if (asNumber(count) < 0) throw new EvaluationFault('cannot take less than nothing');
      return asArray(items).slice(0, asNumber(count));
    },
  },
  reverse: {
    judge: takingOne(
      (type) => (mayBeArray(type) ? '[]interface {}' : undefined),
      (_name, type) => `cannot reverse ${type}`,
    ),
    run: (_subject, [items]) => asArray(items).toReversed(),
  },
  concat: { judge: judgeConcat, run: (_subject, lists) => lists.flatMap(asArray) },
};

function passing(items: readonly Value[], test: (item: Value) => Value): Value[] {
  return items.filter((item) => asBoolean(test(item)));
}

/** Functions with a predicate, by name. */
export const PREDICATE_FUNCTIONS: ReadonlyMap<string, PredicateFunction> = new Map(
  Object.entries<PredicateFunction>({
    all: { gives: 'bool', run: (items, test) => items.every((item) => asBoolean(test(item))) },
    any: { gives: 'bool', run: (items, test) => items.some((item) => asBoolean(test(item))) },
    none: { gives: 'bool', run: (items, test) => !items.some((item) => asBoolean(test(item))) },
    one: { gives: 'bool', run: (items, test) => passing(items, test).length === 1 },
    count: { gives: 'int', isOptional: true, run: (items, test) => passing(items, test).length },
    filter: { gives: '[]interface {}', run: passing },
    find: { gives: 'unknown', run: (items, test) => passing(items, test)[0] ?? null },
    map: { gives: '[]interface {}', takesValues: true, run: (items, make) => items.map(make) },
    sum: {
      gives: 'unknown',
      isOptional: true,
      takesValues: true,
      run: (items, make) => items.reduce<number>((sum, item) => sum + asNumber(make(item)), 0),
    },
  }),
);
