// The functions of templates: Go's own (text/template/funcs.go), without `and` and `or`, which the interpreter does because they
// may leave arguments alone.

import { equal, less } from './compare.ts';
import { escapeHtml, escapeJs, escapeQuery } from './escapes.ts';
import { sprint, sprintf, sprintln } from './format.ts';
import {
  GoError,
  type GoFunction,
  GoInteger,
  GoMap,
  GoSlice,
  type GoValue,
  isTrue,
  NO_VALUE,
  typeName,
} from './values.ts';

/** The type that takes any value. */
export const ANY_TYPE = 'interface {}';

/** A function of so many fixed arguments of any type, and then any number if it is variadic. */
function ofAny(
  fixed: number,
  isVariadic: boolean,
  call: (args: readonly GoValue[]) => GoValue,
): GoFunction {
  const count = fixed + (isVariadic ? 1 : 0);
  return { parameters: new Array<string>(count).fill(ANY_TYPE), isVariadic, call };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Functions look behind pointers. */
function pointedType(value: GoValue): string {
  return typeName(value).replace(/^\*/, '');
}

/** len: octets of a string, items of a slice or map. */
function length([value]: readonly GoValue[]): GoValue {
  if (typeof value === 'string') return new GoInteger('int', encoder.encode(value).length);
  if (value instanceof GoSlice) return new GoInteger('int', value.items.length);
  if (value instanceof GoMap) return new GoInteger('int', value.entries.size);
  throw new GoError(`len of type ${pointedType(value)}`);
}

/** index: `index x 1 2` is x[1][2]. */
function index([item, ...indexes]: readonly GoValue[]): GoValue {
  let value = item;
  if (item === undefined) throw new GoError('index of untyped nil');
  for (const at of indexes) value = element(value, at);
  return value;
}

/** One step of `index`. */
function element(value: GoValue, at: GoValue): GoValue {
  if (value instanceof GoMap) {
    if (at === undefined) throw new GoError('value is nil; should be of type string');
    if (typeof at !== 'string')
      throw new GoError(`value has type ${typeName(at)}; should be string`);
    return value.entries.get(at) ?? zero(value.elementType);
  }
  if (value instanceof GoSlice) return value.items[offset(at, value.items.length, 'slice')];
  if (typeof value === 'string') {
    const octets = encoder.encode(value);
    return new GoInteger('uint8', octets[offset(at, octets.length, 'string')] ?? 0);
  }
  throw new GoError(`can't index item of type ${pointedType(value)}`);
}

/** What a map has under a key that is not there. */
function zero(type: string): GoValue {
  return type === 'string' ? '' : undefined;
}

function offset(at: GoValue, length: number, kind: string): number {
  const value = indexNumber(at, length);
  // Go lets one past the end through here and fails a step later.
  if (value === length) throw new GoError(`reflect: ${kind} index out of range`);
  return value;
}

/** A whole number from 0 to the length. */
function indexNumber(at: GoValue, length: number): number {
  if (at === undefined) throw new GoError('cannot index slice/array with nil');
  if (!(at instanceof GoInteger)) {
    throw new GoError(`cannot index slice/array with type ${typeName(at)}`);
  }
  if (at.value < 0n || at.value > BigInt(length)) {
    throw new GoError(`index out of range: ${at.value}`);
  }
  return Number(at.value);
}

/** slice: `slice x 1 2` is x[1:2]. */
function slice([item, ...indexes]: readonly GoValue[]): GoValue {
  if (item === undefined) throw new GoError('slice of untyped nil');
  if (indexes.length > 3) throw new GoError(`too many slice indexes: ${indexes.length}`);
  if (typeof item === 'string') {
    if (indexes.length === 3) throw new GoError('cannot 3-index slice a string');
    const octets = encoder.encode(item);
    return decoder.decode(octets.subarray(...bounds(indexes, octets.length)));
  }
  if (!(item instanceof GoSlice)) {
    throw new GoError(`can't slice item of type ${pointedType(item)}`);
  }
  return new GoSlice(item.elementType, item.items.slice(...bounds(indexes, item.items.length)));
}

/** Start and end of a slice; a third index only has to be in range. */
function bounds(indexes: readonly GoValue[], length: number): [start: number, end: number] {
  const [start = 0, end = length, most = end] = indexes.map((at) => indexNumber(at, length));
  if (start > end) throw new GoError(`invalid slice index: ${start} > ${end}`);
  if (end > most) throw new GoError(`invalid slice index: ${end} > ${most}`);
  return [start, end];
}

/** call: there are no functions among the values of templates. */
function callValue([value]: readonly GoValue[]): GoValue {
  if (value === undefined) throw new GoError('call of nil');
  throw new GoError(`non-function of type ${typeName(value)}`);
}

/** What the escaping functions work on: as print, but nothing by itself is what an action prints. */
function shown(args: readonly GoValue[]): string {
  return args.length === 1 && args[0] === undefined ? NO_VALUE : sprint(args);
}

function format([pattern, ...args]: readonly GoValue[]): GoValue {
  return sprintf(String(pattern), args);
}

/** Go's functions by name. */
export const FUNCTIONS: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['call', ofAny(1, true, callValue)],
  ['html', ofAny(0, true, (args) => escapeHtml(shown(args)))],
  ['index', ofAny(1, true, index)],
  ['js', ofAny(0, true, (args) => escapeJs(shown(args)))],
  ['len', ofAny(1, false, length)],
  ['not', ofAny(1, false, ([value]) => !isTrue(value))],
  ['print', ofAny(0, true, sprint)],
  ['printf', { parameters: ['string', ANY_TYPE], isVariadic: true, call: format }],
  ['println', ofAny(0, true, sprintln)],
  ['slice', ofAny(1, true, slice)],
  ['urlquery', ofAny(0, true, (args) => escapeQuery(shown(args)))],
  ['eq', ofAny(1, true, ([a, ...others]) => equal(a, others))],
  ['ne', ofAny(2, false, ([a, b]) => !equal(a, [b]))],
  ['lt', ofAny(2, false, ([a, b]) => less(a, b))],
  ['le', ofAny(2, false, ([a, b]) => less(a, b) || equal(a, [b]))],
  ['gt', ofAny(2, false, ([a, b]) => !less(a, b) && !equal(a, [b]))],
  ['ge', ofAny(2, false, ([a, b]) => !less(a, b))],
]);

/** Functions that stop at the first argument that decides. */
export const SHORT_CIRCUITS: ReadonlySet<string> = new Set(['and', 'or']);
