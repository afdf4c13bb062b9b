// One stanza: which queries it is for, and what it makes of them (CoreDNS: plugin/template/template.go, match).

import { RE2JS } from 're2js';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { formatName, type Name } from '../../dns/name.ts';
import type { Counter } from '../../metrics/writer.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { fallsThrough, matchZone, zoneNames } from '../../plugin/zones.ts';
import { MATCH_ALL, SECTIONS, type StanzaOptions } from './options.ts';
import { RecordTemplate } from './record-template.ts';
import { StanzaExpressions, type Variables } from './stanza-expressions.ts';
import { className, groupTexts, type StanzaMatch, typeNameOf } from './template-data.ts';

/** A compiled expression. */
interface Pattern {
  readonly text: string;
  readonly regexp: RE2JS;
  readonly groupNames: Readonly<Record<string, number>>;
}

/** An expression that matched, and its groups by number. */
interface Found {
  readonly pattern: Pattern;
  readonly groups: readonly string[];
}

/** What a stanza says to a query: its own, another's, or nobody's. */
export type Verdict = StanzaMatch | 'next' | 'refused';

/** A compiled stanza. */
export class Stanza {
  readonly options: StanzaOptions;
  readonly zones: readonly Name[];
  /** All templates, in the order in which they run. */
  readonly templates: readonly RecordTemplate[];
  /** Counters of matches by labels. */
  readonly counters: Map<string, Counter> = new Map();
  readonly #zoneTexts: ReadonlyMap<Name, string>;
  readonly #fallthrough: readonly Name[] | undefined;
  readonly #patterns: readonly Pattern[];
  readonly #expressions: StanzaExpressions;

  constructor(options: StanzaOptions) {
    this.options = options;
    this.zones = zoneNames(options.zones);
    this.#zoneTexts = new Map(this.zones.map((zone) => [zone, formatName(zone)]));
    this.templates = SECTIONS.flatMap((section) =>
      options.records[section].map((text) => new RecordTemplate(section, text)),
    );
    this.#fallthrough =
      options.fallthrough === undefined ? undefined : zoneNames(options.fallthrough);
    this.#patterns = options.patterns.map(compilePattern);
    this.#expressions = new StanzaExpressions(options);
  }

  /** Whether a query is this stanza's. `name` is its name in text form, lower case. */
  match(exchange: Exchange, name: string): Verdict {
    const zone = matchZone(this.zones, exchange.name);
    if (zone === undefined || !this.#isForKind(exchange)) return 'next';
    const found = this.#find(name);
    if (found === undefined) return this.#otherwise(exchange);
    const variables = this.#expressions.run(exchange, () =>
      groupTexts(found.groups, found.pattern.groupNames),
    );
    // Unlike a condition that is not true, a failure goes no further.
    if (variables === 'failed') return 'refused';
    if (variables === 'untrue') return this.#otherwise(exchange);
    return this.#matched(exchange, zone, name, found, variables);
  }

  /** The first expression that matches a name. */
  #find(name: string): Found | undefined {
    for (const pattern of this.#patterns) {
      const groups = groupsOf(pattern, name);
      if (groups !== undefined) return { pattern, groups };
    }
    return undefined;
  }

  /** For queries that are not the stanza's after all. */
  #otherwise(exchange: Exchange): Verdict {
    return fallsThrough(this.#fallthrough, exchange.name) ? 'next' : 'refused';
  }

  /** ANY matches all, on either side. */
  #isForKind({ class: klass, type }: Exchange): boolean {
    const { options } = this;
    const isClass =
      options.class === RRClass.ANY || klass === RRClass.ANY || klass === options.class;
    const isType = options.type === RRType.ANY || type === RRType.ANY || type === options.type;
    return isClass && isType;
  }

  /** The data of a match. */
  #matched(
    exchange: Exchange,
    zone: Name,
    name: string,
    { pattern, groups }: Found,
    variables: Variables,
  ): StanzaMatch {
    return {
      exchange,
      zone: this.#zoneTexts.get(zone) ?? '',
      name,
      class: className(exchange.class, this.options.class),
      type: typeNameOf(exchange.type, this.options.type),
      pattern: pattern.text,
      groups,
      groupNames: pattern.groupNames,
      variables,
    };
  }
}

/** The text has been checked by the control half. */
function compilePattern(text: string): Pattern {
  const regexp = RE2JS.compile(text);
  return { text, regexp, groupNames: regexp.namedGroups() };
}

/** The whole match and its groups, '' for those that took no part; undefined without a match. */
function groupsOf({ text, regexp }: Pattern, name: string): string[] | undefined {
  if (text === MATCH_ALL) return [name];
  const matcher = regexp.matcher(name);
  if (!matcher.find()) return undefined;
  const groups: string[] = [];
  for (let at = 0; at <= regexp.groupCount(); at++) groups.push(matcher.group(at) ?? '');
  return groups;
}
