// The values of templates: Go's types as far as templates show them (their names stand in errors, their kinds decide
// comparisons). Strings and booleans are JavaScript's; `undefined` is Go's zero reflect.Value, shown as `<no value>`.

/** A whole number with its Go type. */
export class GoInteger {
  readonly type: string;
  readonly value: bigint;

  constructor(type: string, value: bigint | number) {
    this.type = type;
    this.value = BigInt(value);
  }

  get isUnsigned(): boolean {
    return this.type.startsWith('u');
  }
}

/** A float64. */
export class GoFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A slice; `elementType` is Go's name, `interface {}` for values of any type. */
export class GoSlice {
  readonly elementType: string;
  readonly items: readonly GoValue[];

  constructor(elementType: string, items: readonly GoValue[]) {
    this.elementType = elementType;
    this.items = items;
  }
}

/** A map with string keys. */
export class GoMap {
  readonly elementType: string;
  readonly entries: ReadonlyMap<string, GoValue>;

  constructor(elementType: string, entries: ReadonlyMap<string, GoValue>) {
    this.elementType = elementType;
    this.entries = entries;
  }
}

/** A method or function. */
export interface GoFunction {
  /** Go types of the parameters; `interface {}` takes any value. */
  readonly parameters: readonly string[];
  /** Whether the last parameter may come any number of times. */
  readonly isVariadic: boolean;
  /** Throws GoError for what Go returns as an error. */
  readonly call: (args: readonly GoValue[]) => GoValue;
}

/** A struct, or a pointer to one. */
export class GoStruct {
  /** `*template.templateData`. */
  readonly type: string;
  readonly #field: (name: string) => GoValue;
  readonly #members: StructMembers;

  /** `field` gives the value of a field that `members` lists. */
  constructor(type: string, members: StructMembers, field: (name: string) => GoValue) {
    this.type = type;
    this.#members = members;
    this.#field = field;
  }

  has(name: string): boolean {
    return this.#members.fields.includes(name);
  }

  isPrivate(name: string): boolean {
    return this.#members.privates?.includes(name) === true;
  }

  field(name: string): GoValue {
    return this.#field(name);
  }

  method(name: string): GoFunction | undefined {
    return this.#members.methods?.(name);
  }

  /** How `%v` shows it. */
  text(): string {
    const { text } = this.#members;
    if (text !== undefined) return text();
    return `{${this.#members.fields.map((name) => formatValue(this.field(name))).join(' ')}}`;
  }
}

/** What a struct has. */
export interface StructMembers {
  /** In Go's order, which is that of `%v`. */
  readonly fields: readonly string[];
  /** Fields that exist but cannot be used. */
  readonly privates?: readonly string[];
  readonly methods?: (name: string) => GoFunction | undefined;
  /** Its String method. */
  readonly text?: () => string;
}

/** Any value. */
export type GoValue =
  | string
  | boolean
  | GoInteger
  | GoFloat
  | GoSlice
  | GoMap
  | GoStruct
  | undefined;

/** An error that a function returned; the interpreter says where. */
export class GoError extends Error {}

/** What an action prints when there is nothing. */
export const NO_VALUE = '<no value>';

/** The Go type of a value, for errors. */
export function typeName(value: GoValue): string {
  if (value === undefined) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof GoFloat) return 'float64';
  if (value instanceof GoSlice) return `[]${value.elementType}`;
  if (value instanceof GoMap) return `map[string]${value.elementType}`;
  return value.type;
}

/** Whether a value counts as true: not zero, not empty. */
export function isTrue(value: GoValue): boolean {
  if (value === undefined) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value !== '';
  if (value instanceof GoInteger) return value.value !== 0n;
  if (value instanceof GoFloat) return value.value !== 0;
  if (value instanceof GoSlice) return value.items.length > 0;
  if (value instanceof GoMap) return value.entries.size > 0;
  return true;
}

/** The keys of a map in the order in which Go prints and ranges over them. */
export function sortedKeys(map: GoMap): string[] {
  return [...map.entries.keys()].toSorted();
}

/** What an action prints, and `%v`; inside of others, nothing is `<nil>`. */
export function formatValue(value: GoValue): string {
  if (value === undefined) return '<nil>';
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (value instanceof GoInteger) return value.value.toString();
  if (value instanceof GoFloat) return formatFloat(value.value);
  if (value instanceof GoSlice) return `[${value.items.map(formatValue).join(' ')}]`;
  if (value instanceof GoMap) {
    const pairs = sortedKeys(value).map((key) => `${key}:${formatValue(value.entries.get(key))}`);
    return `map[${pairs.join(' ')}]`;
  }
  return value.text();
}

/** Exponents outside of these bounds are written with `e`, when the shortest digits are asked for. */
const SHORTEST_EXPONENT = 6;
const MIN_PLAIN_EXPONENT = -4;

/**
 * `%g`: the shortest digits that read back as the number, or so many significant ones without zeros at the end: `1e+21`, `0.0001`,
 * `1e-05`.
 */
export function formatFloat(value: number, precision?: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const rounded =
    precision === undefined ? value : Number(value.toPrecision(Math.max(precision, 1)));
  const [digits = '', exponentText = '0'] = rounded.toExponential().split('e');
  const exponent = Number(exponentText);
  const limit =
    precision === undefined ? SHORTEST_EXPONENT : exponentLimit(digits, exponent, precision);
  if (exponent >= MIN_PLAIN_EXPONENT && exponent < limit) return plain(rounded);
  const sign = exponent < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Go takes the number of digits where there are fewer than asked for and all stand before the point. */
function exponentLimit(digits: string, exponent: number, precision: number): number {
  const count = digits.replace(/[-.]/g, '').length;
  const wanted = Math.max(precision, 1);
  return wanted > count && count >= exponent + 1 ? count : wanted;
}

function plain(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
