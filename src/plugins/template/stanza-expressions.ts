// The `var` and `expr` lines of a stanza for one query (CoreDNS: plugin/template/template.go, match). Expressions have been checked
// by the control half.

import type { Evaluate } from '../../plugin/expression/compile.ts';
import { compileExpression } from '../../plugin/expression/expression.ts';
import type { Subject } from '../../plugin/expression/subject.ts';
import { elementType, type ValueType } from '../../plugin/expression/types.ts';
import type { Value } from '../../plugin/expression/value.ts';
import { GoFloat, GoInteger, GoSlice, type GoValue } from './language/values.ts';
import type { StanzaOptions } from './options.ts';

/** Values by name, as templates see them. */
export type Variables = ReadonlyMap<string, GoValue>;

/** What the lines come to: values, a condition that is not true, or a failure on the way. */
export type ExpressionOutcome = Variables | 'untrue' | 'failed';

interface Variable {
  readonly name: string;
  readonly type: ValueType;
  readonly evaluate: Evaluate;
}

const NO_VARIABLES: Variables = new Map();

/** The compiled lines. */
export class StanzaExpressions {
  readonly #variables: readonly Variable[];
  readonly #conditions: readonly Evaluate[];

  constructor({ variables, conditions }: Pick<StanzaOptions, 'variables' | 'conditions'>) {
    this.#variables = variables.map(({ name, type, expression }) => ({
      name,
      type,
      evaluate: compileExpression(expression),
    }));
    this.#conditions = conditions.map(compileExpression);
  }

  /** All variables are computed before the first condition. `groups` is asked for when there is a line. */
  run(exchange: Subject['exchange'], groups: () => Subject['groups']): ExpressionOutcome {
    if (this.#variables.length + this.#conditions.length === 0) return NO_VARIABLES;
    const values = new Map<string, Value>();
    const subject: Subject = { exchange, variables: values, groups: groups() };
    try {
      for (const { name, evaluate } of this.#variables) values.set(name, evaluate(subject, null));
      const isTrue = this.#conditions.every((evaluate) => evaluate(subject, null) === true);
      return isTrue ? this.#shown(values) : 'untrue';
    } catch {
      return 'failed';
    }
  }

  #shown(values: ReadonlyMap<string, Value>): Variables {
    const entries = this.#variables.map(
      ({ name, type }) => [name, toGo(values.get(name) ?? null, type)] as const,
    );
    return new Map(entries);
  }
}

/** A value with Go's type; where the check does not know it, a whole number is taken for an integer. */
function toGo(value: Value, type: ValueType): GoValue {
  if (value === null) return undefined;
  if (typeof value === 'number') {
    const isInteger = type === 'int' || (type !== 'float64' && Number.isInteger(value));
    return isInteger ? new GoInteger('int', value) : new GoFloat(value);
  }
  if (typeof value !== 'object') return value;
  const element = elementType(type);
  return new GoSlice(
    element === 'unknown' ? 'interface {}' : element,
    value.map((item) => toGo(item, element)),
  );
}
