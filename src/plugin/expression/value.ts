// Values of expressions at run time, and the faults that make a query fail its view.

/** What an expression may come to. */
export type Value = string | number | boolean | null | readonly Value[];

/** A value of the wrong kind at run time: the expression is then false, as in CoreDNS. */
export class EvaluationFault extends Error {}

export function asString(value: Value | undefined): string {
  if (typeof value !== 'string') throw new EvaluationFault('not a string');
  return value;
}

export function asNumber(value: Value | undefined): number {
  if (typeof value !== 'number') throw new EvaluationFault('not a number');
  return value;
}

export function asBoolean(value: Value | undefined): boolean {
  if (typeof value !== 'boolean') throw new EvaluationFault('not a boolean');
  return value;
}

export function asArray(value: Value | undefined): readonly Value[] {
  if (!Array.isArray(value)) throw new EvaluationFault('not an array');
  return value;
}

/** Equality of expr-lang: numbers by value, arrays by their elements. */
export function isEqual(a: Value, b: Value): boolean {
  if (!(Array.isArray(a) && Array.isArray(b))) return a === b;
  return a.length === b.length && a.every((item, at) => isEqual(item, b[at] ?? null));
}

/** Whether a list has an element that equals a value. */
export function holds(container: Value, value: Value): boolean {
  return asArray(container).some((item) => isEqual(item, value));
}

/** A value as `string` shows it, which is Go's `%v`. */
export function valueText(value: Value): string {
  if (value === null) return '<nil>';
  return typeof value === 'object' ? `[${value.map(valueText).join(' ')}]` : String(value);
}
