// What templates see as `.`: the query, the match, metadata (CoreDNS: plugin/template/template.go, templateData). Built when a
// template asks for a field, not before.

import { RRClass, rrClassName } from '../../dns/codes/rr-class.ts';
import { RRType, rrTypeName } from '../../dns/codes/rr-type.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { GoMap, GoSlice, GoStruct, type GoValue, type StructMembers } from './language/values.ts';
import { messageData, questionData } from './message-data.ts';

/** A query that a stanza matched. */
export interface StanzaMatch {
  readonly exchange: Exchange;
  /** The stanza's zone that holds the name, as text. */
  readonly zone: string;
  /** The query's name in lower case. */
  readonly name: string;
  /** Mnemonics; '' for numbers without one. */
  readonly class: string;
  readonly type: string;
  readonly pattern: string;
  /** Groups by number; '' for those that took no part. */
  readonly groups: readonly string[];
  /** Numbers of the named groups. */
  readonly groupNames: Readonly<Record<string, number>>;
  /** What `var` lines came to. */
  readonly variables: ReadonlyMap<string, GoValue>;
}

const TYPE = '*template.templateData';
const ANY = 'interface {}';
const FIELDS = [
  'Zone',
  'Name',
  'Regex',
  'Match',
  'Group',
  'Class',
  'Type',
  'Message',
  'Question',
  'Remote',
  'Var',
] as const;

/** The mnemonic of the query's class, of the stanza's where the query has ANY. */
export function className(asked: number, own: number): string {
  const name = rrClassName(asked === RRClass.ANY ? own : asked);
  return /^CLASS\d/.test(name) ? '' : name;
}

/** The same for types. */
export function typeNameOf(asked: number, own: number): string {
  const name = rrTypeName(asked === RRType.ANY ? own : asked);
  return /^TYPE\d/.test(name) ? '' : name;
}

/** The data of one match. */
export function templateData(match: StanzaMatch): GoStruct {
  const { metadata } = match.exchange;
  const members: StructMembers = {
    fields: FIELDS,
    privates: ['md'],
    methods: (name) =>
      name === 'Meta'
        ? {
            parameters: ['string'],
            isVariadic: false,
            call: ([label]) => metadata?.get(String(label))?.() ?? '',
          }
        : undefined,
  };
  return new GoStruct(TYPE, members, (name) => fieldOf(match, name));
}

/** The value of a field, made when it is asked for. */
function fieldOf(match: StanzaMatch, name: string): GoValue {
  const { exchange } = match;
  switch (name) {
    case 'Zone':
      return match.zone;
    case 'Name':
      return match.name;
    case 'Regex':
      return match.pattern;
    case 'Match':
      return new GoSlice('string', match.groups);
    case 'Group':
      return new GoMap('string', groupTexts(match.groups, match.groupNames));
    case 'Class':
      return match.class;
    case 'Type':
      return match.type;
    case 'Message':
      return messageData(exchange);
    case 'Question':
      return questionData(exchange);
    case 'Remote':
      return exchange.client.address;
    default:
      return new GoMap(ANY, match.variables);
  }
}

/** Groups by number and name. */
export function groupTexts(
  groups: readonly string[],
  groupNames: Readonly<Record<string, number>>,
): ReadonlyMap<string, string> {
  const texts = new Map(groups.map((group, at) => [String(at), group]));
  for (const [name, at] of Object.entries(groupNames)) texts.set(name, groups[at] ?? '');
  return texts;
}
