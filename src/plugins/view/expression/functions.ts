// The functions of expressions: those about the query that CoreDNS defines (plugin/pkg/expression), and the part of expr-lang's
// own ones that has to do with strings, numbers and lists.

import { cidrContains, parseCidr, parseIp, unmapIp } from '../../../base/ip.ts';
import { rrClassName } from '../../../dns/codes/rr-class.ts';
import { rrTypeName } from '../../../dns/codes/rr-type.ts';
import { formatName } from '../../../dns/name.ts';
import type { Exchange } from '../../../plugin/exchange.ts';
import {
  asArray,
  asBoolean,
  asNumber,
  asString,
  EvaluationFault,
  isEqual,
  type Value,
} from './value.ts';

/** Static types, as far as the check knows them. */
export type ValueType = 'string' | 'int' | 'float' | 'bool' | 'nil' | 'array' | 'any';

/** A function of an expression. */
export interface ExpressionFunction {
  /** Types of the arguments. */
  readonly takes: readonly ValueType[];
  /** Arguments that may be left away at the end. */
  readonly optional?: number;
  readonly gives: ValueType;
  readonly run: (exchange: Exchange, args: readonly Value[]) => Value;
}

/** A function whose second argument is asked about each element of the first. */
export interface PredicateFunction {
  readonly gives: ValueType;
  readonly run: (items: readonly Value[], test: (item: Value) => Value) => Value;
}

function about(gives: ValueType, read: (exchange: Exchange) => Value): ExpressionFunction {
  return { takes: [], gives, run: read };
}

/** Addresses as Go has them: no brackets. */
function bare(address: string): string {
  return address.replace(/^\[|\]$/g, '');
}

function isInCidr(address: string, network: string): boolean {
  const ip = parseIp(address);
  if (ip === undefined) throw new EvaluationFault('first argument is not an IP address');
  const cidr = parseCidr(network);
  if (cidr === undefined) throw new EvaluationFault(`invalid CIDR address: ${network}`);
  return cidrContains(cidr, unmapIp(ip));
}

const QUERY_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  bufsize: about('int', (exchange) => exchange.maxReplySize),
  class: about('string', (exchange) => rrClassName(exchange.class)),
  client_ip: about('string', ({ client }) => client.address),
  do: about('bool', (exchange) => exchange.isDnssecOk),
  id: about('int', (exchange) => exchange.id),
  name: about('string', (exchange) => formatName(exchange.name)),
  opcode: about('int', (exchange) => exchange.opcode),
  port: about('string', ({ client }) => String(client.port)),
  proto: about('string', ({ client }) => client.protocol),
  server_ip: about('string', ({ client }) => bare(client.localAddress)),
  server_port: about('string', ({ client }) => String(client.localPort)),
  size: about('int', (exchange) => exchange.length),
  type: about('string', (exchange) => rrTypeName(exchange.type)),
  incidr: {
    takes: ['string', 'string'],
    gives: 'bool',
    run: (_exchange, [address, network]) => isInCidr(asString(address), asString(network)),
  },
  metadata: {
    takes: ['string'],
    gives: 'string',
    run: (exchange, [label]) => exchange.metadata?.get(asString(label))?.() ?? '',
  },
};

/** Removes characters of a set from both ends. */
function trim(text: string, set: string): string {
  let [from, to] = [0, text.length];
  while (from < to && set.includes(text[from] ?? '')) from++;
  while (to > from && set.includes(text[to - 1] ?? '')) to--;
  return text.slice(from, to);
}

function textual(
  run: (text: string, other: string) => Value,
  gives: ValueType,
): ExpressionFunction {
  return {
    takes: ['string', 'string'],
    gives,
    run: (_exchange, [text, other]) => run(asString(text), asString(other)),
  };
}

function lengthOf(value: Value | undefined): number {
  return typeof value === 'string' ? [...value].length : asArray(value).length;
}

function toNumber(value: Value | undefined): number {
  const found = typeof value === 'string' ? Number(value === '' ? 'x' : value) : asNumber(value);
  if (Number.isNaN(found)) throw new EvaluationFault('not a number');
  return found;
}

const TEXT_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  len: { takes: ['any'], gives: 'int', run: (_exchange, [value]) => lengthOf(value) },
  lower: {
    takes: ['string'],
    gives: 'string',
    run: (_exchange, [text]) => asString(text).toLowerCase(),
  },
  upper: {
    takes: ['string'],
    gives: 'string',
    run: (_exchange, [text]) => asString(text).toUpperCase(),
  },
  trim: {
    takes: ['string', 'string'],
    optional: 1,
    gives: 'string',
    run: (_exchange, [text, set]) =>
      trim(asString(text), set === undefined ? ' \t\r\n' : asString(set)),
  },
  trimPrefix: textual(
    (text, part) => (text.startsWith(part) ? text.slice(part.length) : text),
    'string',
  ),
  trimSuffix: textual(
    (text, part) => (text.endsWith(part) ? text.slice(0, text.length - part.length) : text),
    'string',
  ),
  hasPrefix: textual((text, part) => text.startsWith(part), 'bool'),
  hasSuffix: textual((text, part) => text.endsWith(part), 'bool'),
  indexOf: textual((text, part) => text.indexOf(part), 'int'),
  lastIndexOf: textual((text, part) => text.lastIndexOf(part), 'int'),
  split: textual((text, separator) => text.split(separator), 'array'),
  join: {
    takes: ['array', 'string'],
    optional: 1,
    gives: 'string',
    run: (_exchange, [items, separator]) =>
      asArray(items)
        .map(asString)
        .join(separator === undefined ? '' : asString(separator)),
  },
  replace: {
    takes: ['string', 'string', 'string'],
    gives: 'string',
    run: (_exchange, [text, old, by]) => asString(text).split(asString(old)).join(asString(by)),
  },
  string: { takes: ['any'], gives: 'string', run: (_exchange, [value]) => String(value ?? null) },
};

const NUMBER_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  abs: { takes: ['any'], gives: 'any', run: (_exchange, [value]) => Math.abs(asNumber(value)) },
  int: { takes: ['any'], gives: 'int', run: (_exchange, [value]) => Math.trunc(toNumber(value)) },
  float: { takes: ['any'], gives: 'float', run: (_exchange, [value]) => toNumber(value) },
  first: { takes: ['array'], gives: 'any', run: (_exchange, [items]) => asArray(items)[0] ?? null },
  last: {
    takes: ['array'],
    gives: 'any',
    run: (_exchange, [items]) => asArray(items).at(-1) ?? null,
  },
  max: {
    takes: ['any', 'any'],
    gives: 'any',
    run: (_exchange, [a, b]) => Math.max(asNumber(a), asNumber(b)),
  },
  min: {
    takes: ['any', 'any'],
    gives: 'any',
    run: (_exchange, [a, b]) => Math.min(asNumber(a), asNumber(b)),
  },
};

/** All plain functions by name. */
export const FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map(
  Object.entries({ ...TEXT_FUNCTIONS, ...NUMBER_FUNCTIONS, ...QUERY_FUNCTIONS }),
);

function passing(items: readonly Value[], test: (item: Value) => Value): Value[] {
  return items.filter((item) => asBoolean(test(item)));
}

/** Functions with a predicate by name. */
export const PREDICATE_FUNCTIONS: ReadonlyMap<string, PredicateFunction> = new Map(
  Object.entries<PredicateFunction>({
    all: { gives: 'bool', run: (items, test) => items.every((item) => asBoolean(test(item))) },
    any: { gives: 'bool', run: (items, test) => items.some((item) => asBoolean(test(item))) },
    none: { gives: 'bool', run: (items, test) => !items.some((item) => asBoolean(test(item))) },
    one: { gives: 'bool', run: (items, test) => passing(items, test).length === 1 },
    count: { gives: 'int', run: (items, test) => passing(items, test).length },
    filter: { gives: 'array', run: passing },
    find: { gives: 'any', run: (items, test) => passing(items, test)[0] ?? null },
    map: { gives: 'array', run: (items, make) => items.map(make) },
  }),
);

/** Whether an array or string holds a value. */
export function holds(container: Value, value: Value): boolean {
  return asArray(container).some((item) => isEqual(item, value));
}
