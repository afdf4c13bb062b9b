// What a function of an expression is: what it takes, what it gives, what it does.

import type { Subject } from './subject.ts';
import { fits, typeText, type ValueType } from './types.ts';
import type { Value } from './value.ts';

/** A function of an expression. */
export interface ExpressionFunction {
  /** The type of the result; or the error, from the function's name and the types of its arguments. */
  readonly judge: (name: string, args: readonly ValueType[]) => Judgement;
  /** May throw EvaluationFault. */
  readonly run: (subject: Subject, args: readonly Value[]) => Value;
}

/** A type, or what is wrong; `at` is the number of the argument that is to blame, undefined for the call as a whole. */
export type Judgement = ValueType | { readonly fault: string; readonly at?: number };

/** A function whose second argument is asked about each element of the first. */
export interface PredicateFunction {
  readonly gives: ValueType;
  /** Whether the second argument may be absent. */
  readonly isOptional?: boolean;
  /** Whether the second argument gives a value instead of a boolean. */
  readonly takesValues?: boolean;
  readonly run: (items: readonly Value[], test: (item: Value) => Value) => Value;
}

/** Judges calls with one type for each parameter, of which the last ones may be absent. */
export function taking(
  takes: readonly ValueType[],
  gives: ValueType,
  optional = 0,
): ExpressionFunction['judge'] {
  return (name, args) => {
    if (args.length > takes.length) return { fault: `too many arguments to call ${name}` };
    if (args.length < takes.length - optional) {
      return { fault: `not enough arguments to call ${name}` };
    }
    const at = args.findIndex((got, index) => !fits(got, takes[index] ?? 'unknown'));
    if (at < 0) return gives;
    const [got = 'unknown', wanted] = [args[at], takes[at]];
    return {
      fault: `cannot use ${typeText(got)} as argument (type ${wanted}) to call ${name} `,
      at,
    };
  };
}

/** Judges calls with one argument, by a rule of its own; `misfit` is the error in front of the type. */
export function takingOne(
  type: (arg: ValueType) => ValueType | undefined,
  misfit: (name: string, type: string) => string = (name, text) =>
    `invalid argument for ${name} (type ${text})`,
): ExpressionFunction['judge'] {
  return (name, args) => {
    const [arg] = args;
    if (arg === undefined || args.length > 1) {
      return { fault: `invalid number of arguments (expected 1, got ${args.length})` };
    }
    return type(arg) ?? { fault: misfit(name, typeText(arg)) };
  };
}
