// Static types of expressions, by Go's names: errors show them, and templates see values of them.

/** `unknown` may be anything at run time; `nil` is the literal. */
export type ValueType =
  | 'string'
  | 'int'
  | 'float64'
  | 'bool'
  | 'nil'
  | '[]string'
  | '[]int'
  | '[]interface {}'
  | 'unknown';

/** Whether it is a list of whatever elements, for sure or perhaps. */
export function mayBeArray(type: ValueType): boolean {
  return type.startsWith('[]') || type === 'unknown';
}

/** Whether it is a number, for sure or perhaps. */
export function mayBeNumber(type: ValueType): boolean {
  return type === 'int' || type === 'float64' || type === 'unknown';
}

/** Whether a value of one type may stand where another is wanted; lists differ at run time only. */
export function fits(got: ValueType, wanted: ValueType): boolean {
  if (got === wanted || got === 'unknown' || wanted === 'unknown') return true;
  return wanted.startsWith('[]') && got.startsWith('[]');
}

/** The type of the elements of a list. */
export function elementType(type: ValueType): ValueType {
  if (type === '[]string') return 'string';
  return type === '[]int' ? 'int' : 'unknown';
}

/** How errors call a type. */
export function typeText(type: ValueType): string {
  return type === 'nil' ? 'unknown' : type;
}
