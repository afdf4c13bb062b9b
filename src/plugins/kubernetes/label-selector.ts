// Label selectors in the text form of kubectl (`a=b,c in (d, e),!f`), as the options labels and namespace_labels take them: checks
// them, writes them as the API server gets them, and decides for manifests mode. Grammar and error texts follow labels.Parse and
// metav1.ParseToLabelSelector of apimachinery.

import { quote } from '../../base/go-text.ts';
import { labelKeyFault, labelValueFault } from './label-syntax.ts';
import { type SelectorToken, selectorTokens, type TokenKind } from './selector-lexer.ts';

/** A checked selector; all requirements must hold. */
export interface LabelSelector {
  /** Canonical text for the API server: requirements by key, values sorted. */
  readonly text: string;
  readonly matches: (labels: Readonly<Record<string, string>>) => boolean;
}

type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'gt' | 'lt' | 'exists' | '!';

interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  /** Sorted, without repeats. */
  readonly values: readonly string[];
}

const OPERATORS: Readonly<Partial<Record<TokenKind, Operator>>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

const OPERATOR_LIST = 'in, notin, =, ==, !=, gt, lt';

/** An error with apimachinery's text; never leaves this file. */
class SelectorFault extends Error {}

/** Reads a selector. Returns apimachinery's error text as a string when it is wrong. */
export function parseLabelSelector(text: string): LabelSelector | string {
  try {
    return labelSelector(new Parser(selectorTokens(text)).parse());
  } catch (error) {
    if (!(error instanceof SelectorFault)) throw error;
    return `couldn't parse the selector string "${text}": ${error.message}`;
  }
}

/** Repeated equalities of one key: the last one counts, as they go through a map there. */
function labelSelector(requirements: readonly Requirement[]): LabelSelector | string {
  const equalities = new Map<string, Requirement>();
  const others: Requirement[] = [];
  for (const requirement of requirements) {
    const { key, operator } = requirement;
    if (operator === '=' || operator === '==') {
      equalities.set(key, { ...requirement, operator: '=' });
    } else if (operator === 'gt' || operator === 'lt') {
      return `${quote(operator)} isn't supported in label selectors`;
    } else if (operator === '!=') {
      return '"!=" is not a valid label selector operator';
    } else {
      others.push(requirement);
    }
  }
  const all = [...equalities.values(), ...others].sort((a, b) => compare(a.key, b.key));
  return {
    text: all.map(requirementText).join(','),
    matches: (labels) => all.every((requirement) => isMet(requirement, labels)),
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    default:
      return `${key}${operator}${values[0] ?? ''}`;
  }
}

function isMet(
  { key, operator, values }: Requirement,
  labels: Readonly<Record<string, string>>,
): boolean {
  const hasKey = Object.hasOwn(labels, key);
  const hasValue = hasKey && values.includes(labels[key] ?? '');
  switch (operator) {
    case 'exists':
      return hasKey;
    case '!':
      return !hasKey;
    case 'notin':
      return !hasValue;
    default:
      return hasValue;
  }
}

/** Reads requirements from tokens; throws SelectorFault. */
class Parser {
  readonly #tokens: readonly SelectorToken[];
  #at = 0;

  constructor(tokens: readonly SelectorToken[]) {
    this.#tokens = tokens;
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const next = this.#peek();
      if (next.kind === 'end') return requirements;
      if (next.kind !== 'word' && next.kind !== '!') {
        throw new SelectorFault(found(next, "!, identifier, or 'end of string'"));
      }
      requirements.push(this.#requirement());
      const behind = this.#take();
      if (behind.kind === 'end') return requirements;
      if (behind.kind !== ',') throw new SelectorFault(found(behind, "',' or 'end of string'"));
      const following = this.#peek();
      if (following.kind !== 'word' && following.kind !== '!') {
        throw new SelectorFault(found(following, "identifier after ','"));
      }
    }
  }

  #requirement(): Requirement {
    const fault = (text: string): SelectorFault =>
      new SelectorFault(`unable to parse requirement: ${text}`);
    const isAbsent = this.#peek().kind === '!';
    if (isAbsent) this.#take();
    const word = this.#take();
    if (word.kind !== 'word') throw fault(found(word, 'identifier'));
    const keyFault = labelKeyFault(word.text);
    if (keyFault !== undefined) throw fault(keyFault);
    if (isAbsent) return { key: word.text, operator: '!', values: [] };
    const next = this.#peek().kind;
    if (next === 'end' || next === ',') return { key: word.text, operator: 'exists', values: [] };
    const token = this.#takeOperator();
    const operator = OPERATORS[token.kind];
    if (operator === undefined) throw fault(found(token, OPERATOR_LIST));
    const isSet = operator === 'in' || operator === 'notin';
    const values = isSet ? this.#values(fault) : [this.#value(fault)];
    const distinct = [...new Set(values)].sort(compare);
    const faults = distinct.flatMap(
      (value, index) => labelValueFault(word.text, index, value) ?? [],
    );
    if (faults.length > 1) throw fault(`[${faults.join(', ')}]`);
    if (faults[0] !== undefined) throw fault(faults[0]);
    return { key: word.text, operator, values: distinct };
  }

  /** The value behind `=`; nothing there is the empty value. */
  #value(fault: (text: string) => SelectorFault): string {
    const next = this.#peek();
    if (next.kind === 'end' || next.kind === ',') return '';
    this.#take();
    if (next.kind !== 'word') throw fault(found(next, 'identifier'));
    return next.text;
  }

  /** `(a, b)`; nothing between commas or parentheses is the empty value. */
  #values(fault: (text: string) => SelectorFault): string[] {
    const open = this.#take();
    // This one text of apimachinery has no comma.
    if (open.kind !== '(') throw fault(`found '${open.text}' expected: '('`);
    const first = this.#peek();
    if (first.kind === ')') {
      this.#take();
      return [''];
    }
    if (first.kind !== 'word' && first.kind !== ',') {
      throw fault(found(first, "',', ')' or identifier"));
    }
    return this.#valueList(fault);
  }

  #valueList(fault: (text: string) => SelectorFault): string[] {
    const values: string[] = [];
    let hasValue = false;
    for (;;) {
      const token = this.#take();
      if (token.kind === 'word' && !hasValue) {
        values.push(token.text);
        hasValue = true;
        continue;
      }
      if (token.kind !== ',' && token.kind !== ')') {
        throw fault(found(token, hasValue ? "',' or ')'" : "',', or identifier"));
      }
      if (!hasValue) values.push('');
      if (token.kind === ')') return values;
      hasValue = false;
    }
  }

  #peek(): SelectorToken {
    return asValue(this.#current);
  }

  #take(): SelectorToken {
    return asValue(this.#takeOperator());
  }

  /** Here `in` and `notin` are operators. */
  #takeOperator(): SelectorToken {
    const token = this.#current;
    this.#at++;
    return token;
  }

  get #current(): SelectorToken {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }
}

/** Elsewhere than between key and values, `in` and `notin` are words like any other. */
function asValue(token: SelectorToken): SelectorToken {
  return token.kind === 'in' || token.kind === 'notin' ? { ...token, kind: 'word' } : token;
}

function found(token: SelectorToken, expected: string): string {
  return `found '${token.text}', expected: ${expected}`;
}
