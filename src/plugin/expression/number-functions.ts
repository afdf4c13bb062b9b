// The functions of expr-lang that are about numbers.

import { type ExpressionFunction, type Judgement, takingOne } from './function.ts';
import { mayBeArray, mayBeNumber, typeText, type ValueType } from './types.ts';
import { asNumber, EvaluationFault, type Value } from './value.ts';

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A number, or one that is written as a string in a form. */
function toNumber(value: Value | undefined, form: RegExp): number {
  if (typeof value !== 'string') return asNumber(value);
  if (!form.test(value)) throw new EvaluationFault('not a number');
  return Number(value);
}

function isConvertible(type: ValueType): boolean {
  return mayBeNumber(type) || type === 'string';
}

/** Go rounds halves away from zero. */
function round(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

function rounding(run: (value: number) => number): ExpressionFunction {
  return {
    judge: takingOne((type) => (mayBeNumber(type) ? 'float64' : undefined)),
    run: (_subject, [value]) => run(asNumber(value)),
  };
}

/** Numbers and lists of numbers, any number of them. */
function judgeMany(name: string, args: readonly ValueType[]): Judgement {
  const [first] = args;
  if (first === undefined) return { fault: `not enough arguments to call ${name}` };
  for (const type of args) {
    if (mayBeArray(type)) return 'unknown';
    if (!mayBeNumber(type)) {
      return { fault: `invalid argument for ${name} (type ${typeText(type)})` };
    }
  }
  return first;
}

function numbersOf(value: Value): number[] {
  return typeof value === 'object' && value !== null ? value.flatMap(numbersOf) : [asNumber(value)];
}

/** The best of them; nothing has none. */
function choosing(isBetter: (value: number, best: number) => boolean): ExpressionFunction {
  return {
    judge: judgeMany,
    run: (_subject, args) => {
      const [first, ...others] = args.flatMap(numbersOf);
      if (first === undefined) return null;
      return others.reduce((best, value) => (isBetter(value, best) ? value : best), first);
    },
  };
}

/** By name. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  abs: {
    judge: takingOne((type) => (mayBeNumber(type) ? type : undefined)),
    run: (_subject, [value]) => Math.abs(asNumber(value)),
  },
  int: {
    judge: takingOne((type) => (isConvertible(type) ? 'int' : undefined)),
    run: (_subject, [value]) => Math.trunc(toNumber(value, INTEGER)),
  },
  float: {
    judge: takingOne((type) => (isConvertible(type) ? 'float64' : undefined)),
    run: (_subject, [value]) => toNumber(value, DECIMAL),
  },
  ceil: rounding(Math.ceil),
  floor: rounding(Math.floor),
  round: rounding(round),
  max: choosing((value, best) => value > best),
  min: choosing((value, best) => value < best),
};
