// Tells without an Exchange that no rule is for a plain query (plugin/direct.ts). In doubt a rule is for it: the general path
// then decides.

import { RRClass } from '../../dns/codes/rr-class.ts';
import type { DirectExchange } from '../../plugin/direct.ts';
import type { NamePattern, RuleAction } from './options.ts';

const DOT = 0x2e;
const encoder = new TextEncoder();

/** Octets that stand for themselves in the text form of a lower-case name: letters, digits, `-` and `_`. */
const isPlain = new Uint8Array(256);
for (const octet of encoder.encode('abcdefghijklmnopqrstuvwxyz0123456789-_')) isPlain[octet] = 1;

/** A name in text form, in memory that is used for one query after the other. */
class NameText {
  readonly octets: Uint8Array = new Uint8Array(256);
  length = 0;

  /** False for a name with octets that are written in another way; it is then not taken. */
  take({ name, nameLength }: DirectExchange): boolean {
    const { octets } = this;
    this.length = Math.max(nameLength - 1, 1);
    let at = 0;
    for (let left = name[at++] ?? 0; left > 0; left = name[at++] ?? 0) {
      for (const end = at + left; at < end; at++) {
        const octet = name[at] ?? 0;
        if (isPlain[octet] === 0) return false;
        octets[at - 1] = octet;
      }
      octets[at - 1] = DOT;
    }
    octets[this.length - 1] = DOT;
    return true;
  }
}

/** Whether a rule may be for a query whose name is `text`. */
type Doubt = (text: NameText, direct: DirectExchange) => boolean;

/** Says whether a query is for none of some rules. */
export class QueryScreen {
  readonly #doubts: readonly Doubt[];
  readonly #text: NameText = new NameText();

  private constructor(doubts: readonly Doubt[]) {
    this.#doubts = doubts;
  }

  /** The screen of these rules; undefined when one of them is for all queries, or needs a closer look at each. */
  static compile(actions: readonly RuleAction[]): QueryScreen | undefined {
    const doubts = actions.map(doubtOf);
    const known = doubts.filter((doubt) => doubt !== undefined);
    return known.length === doubts.length ? new QueryScreen(known) : undefined;
  }

  /** Whether no rule is for the query. */
  passes(direct: DirectExchange): boolean {
    if (!this.#text.take(direct)) return false;
    for (const isFor of this.#doubts) if (isFor(this.#text, direct)) return false;
    return true;
  }
}

function doubtOf(action: RuleAction): Doubt | undefined {
  switch (action.field) {
    case 'name':
    case 'ttl':
    case 'rcode':
      return patternDoubt(action.pattern);
    case 'type':
      return (_text, { type }) => type === action.from;
    case 'class':
      return () => action.from === RRClass.IN;
    case 'cname':
    case 'edns0':
      return undefined;
  }
}

function patternDoubt({ kind, from }: NamePattern): Doubt | undefined {
  const wanted = encoder.encode(from);
  const size = wanted.length;
  switch (kind) {
    case 'exact':
      return ({ octets, length }) => length === size && isAt(octets, 0, wanted);
    case 'prefix':
      return ({ octets, length }) => length >= size && isAt(octets, 0, wanted);
    case 'suffix':
      return ({ octets, length }) => length >= size && isAt(octets, length - size, wanted);
    case 'substring':
      return ({ octets, length }) => {
        for (let at = 0; at + size <= length; at++) if (isAt(octets, at, wanted)) return true;
        return false;
      };
    case 'regex':
      return undefined;
  }
}

function isAt(octets: Uint8Array, offset: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (octets[offset + i] !== wanted[i]) return false;
  return true;
}
