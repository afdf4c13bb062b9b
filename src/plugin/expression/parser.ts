// Builds the tree of an expression: operators by precedence, calls, arrays, indexes (expr-lang, parser/parser.go). Maps,
// variables and member access are not part of it: nothing in a view has members.

import { ExpressionFault } from './fault.ts';
import { lex, type Token, type TokenKind, tokenText } from './lexer.ts';
import { PREDICATE_FUNCTIONS } from './list-functions.ts';
import type { Node, UnaryOperator } from './node.ts';
import {
  BINARY_OPERATORS,
  NOT_PRECEDENCE,
  type OperatorRow,
  SIGN_PRECEDENCE,
} from './operators.ts';

/** Deepest nesting: a tree is walked by recursion. */
const MAX_DEPTH = 200;

/** Parses a whole expression. Throws ExpressionFault. */
export function parse(source: string): Node {
  const parser = new Parser(lex(source));
  const node = parser.expression();
  parser.expectEnd();
  return node;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  /** How many predicates are open: `#` has a meaning inside only. */
  #predicates = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'EOF', text: '', offset: 0 };
  }

  /** A conditional, or what it is made of. */
  expression(): Node {
    if (++this.#depth > MAX_DEPTH)
      throw new ExpressionFault('expression too deep', this.#token.offset);
    const test = this.#binary(0);
    const node =
      this.#token.text === '?' && this.#token.kind === 'Operator' ? this.#conditional(test) : test;
    this.#depth--;
    return node;
  }

  expectEnd(): void {
    if (this.#token.kind !== 'EOF') throw this.#unexpected();
  }

  #conditional(test: Node): Node {
    const { offset } = this.#next();
    if (this.#accept('Operator', ':')) {
      return { kind: 'conditional', offset, test, whenTrue: test, whenFalse: this.expression() };
    }
    const whenTrue = this.expression();
    this.#expect('Operator', ':');
    return { kind: 'conditional', offset, test, whenTrue, whenFalse: this.expression() };
  }

  /** `value | f(more)` is `f(value, more)`; no operator binds as loosely. */
  #piped(first: Node, least: number): Node {
    let node = first;
    while (least === 0 && this.#accept('Operator', '|')) {
      const name = this.#token;
      if (name.kind !== 'Identifier') throw this.#unexpected();
      this.#next();
      this.#expect('Bracket', '(');
      node = this.#postfix(this.#call(name, [node]));
    }
    return node;
  }

  #binary(least: number): Node {
    let left = this.#piped(this.#unary(), least);
    for (let row = this.#operator(least); row !== undefined; row = this.#operator(least)) {
      const { offset } = this.#token;
      const isNegated = this.#accept('Operator', 'not');
      const { text: sign } = this.#next();
      const right = this.#binary(row.isRightBound === true ? row.precedence : row.precedence + 1);
      const node: Node = { kind: 'binary', offset, operator: row.operator, sign, left, right };
      const whole: Node = isNegated
        ? { kind: 'unary', offset, operator: '!', sign: 'not', operand: node }
        : node;
      left = this.#piped(whole, least);
    }
    return left;
  }

  /** The binary operator that stands here, if it binds at least that tightly. */
  #operator(least: number): OperatorRow | undefined {
    const { kind, text } = this.#token;
    if (kind !== 'Operator') return undefined;
    const row = BINARY_OPERATORS.get(text === 'not' ? this.#peekOperator() : text);
    if (row === undefined || row.precedence < least) return undefined;
    return text === 'not' && row.hasNot !== true ? undefined : row;
  }

  #peekOperator(): string {
    const following = this.#tokens[this.#at + 1];
    return following?.kind === 'Operator' ? following.text : '';
  }

  #unary(): Node {
    const { kind, text } = this.#token;
    if (kind === 'Operator' && (text === '!' || text === 'not')) {
      return this.#prefixed('!', NOT_PRECEDENCE);
    }
    if (kind === 'Operator' && (text === '-' || text === '+')) {
      return this.#prefixed(text, SIGN_PRECEDENCE);
    }
    // Nothing can be picked out of a number.
    return kind === 'Number' ? number(this.#next()) : this.#postfix(this.#primary());
  }

  #prefixed(operator: UnaryOperator, precedence: number): Node {
    const { text: sign, offset } = this.#next();
    if (++this.#depth > MAX_DEPTH) throw new ExpressionFault('expression too deep', offset);
    const operand = this.#binary(precedence);
    this.#depth--;
    return { kind: 'unary', offset, operator, sign, operand };
  }

  #primary(): Node {
    const token = this.#token;
    const { kind, text, offset } = token;
    if (kind === 'String') return { kind: 'literal', offset, value: this.#next().text };
    if (kind === 'Identifier') return this.#named(this.#next());
    if (kind === 'Operator' && text === '#' && this.#predicates > 0) {
      this.#next();
      return { kind: 'element', offset };
    }
    if (this.#accept('Bracket', '(')) {
      const node = this.expression();
      this.#expect('Bracket', ')');
      return node;
    }
    if (this.#accept('Bracket', '[')) return { kind: 'array', offset, items: this.#list(']') };
    throw this.#unexpected();
  }

  #named(token: Token): Node {
    const { text, offset } = token;
    if (text === 'true' || text === 'false') {
      return { kind: 'literal', offset, value: text === 'true' };
    }
    if (text === 'nil') return { kind: 'literal', offset, value: null };
    if (this.#accept('Bracket', '(')) return this.#call(token, []);
    return { kind: 'name', offset, name: text };
  }

  /** The opening parenthesis has been read. */
  #call({ text: name, offset }: Token, first: readonly Node[]): Node {
    const predicate = PREDICATE_FUNCTIONS.get(name);
    const args =
      predicate === undefined
        ? [...first, ...this.#list(')')]
        : this.#predicateArguments(first, predicate.isOptional === true);
    return { kind: 'call', offset, name, args };
  }

  /** A list, and what is asked about its elements. */
  #predicateArguments(first: readonly Node[], isOptional: boolean): Node[] {
    const args = [...first];
    if (args.length === 0) {
      args.push(this.expression());
      if (this.#accept('Operator', ',')) args.push(this.#predicate());
    } else if (!(this.#token.kind === 'Bracket' && this.#token.text === ')')) {
      args.push(this.#predicate());
    }
    if (args.length < 2 && !isOptional) {
      throw new ExpressionFault('expected at least 2 arguments', this.#token.offset);
    }
    this.#expect('Bracket', ')');
    return args;
  }

  #predicate(): Node {
    const hasBraces = this.#accept('Bracket', '{');
    this.#predicates++;
    const node = this.expression();
    this.#predicates--;
    if (hasBraces) this.#expect('Bracket', '}');
    return node;
  }

  #list(end: string): Node[] {
    const items: Node[] = [];
    while (!this.#accept('Bracket', end)) {
      if (items.length > 0) {
        this.#expect('Operator', ',');
        // A comma may stand behind the last one, too.
        if (this.#accept('Bracket', end)) break;
      }
      items.push(this.expression());
    }
    return items;
  }

  #postfix(first: Node): Node {
    let node = first;
    for (let { offset } = this.#token; this.#accept('Bracket', '['); offset = this.#token.offset) {
      node = this.#index(node, offset);
    }
    return node;
  }

  #index(of: Node, offset: number): Node {
    const { kind, text } = this.#token;
    const from = kind === 'Operator' && text === ':' ? undefined : this.expression();
    if (!this.#accept('Operator', ':')) {
      if (from === undefined) throw this.#unexpected();
      this.#expect('Bracket', ']');
      return { kind: 'index', offset, of, index: from };
    }
    const isOpen = this.#token.kind === 'Bracket' && this.#token.text === ']';
    const to = isOpen ? undefined : this.expression();
    this.#expect('Bracket', ']');
    return { kind: 'slice', offset, of, from, to };
  }

  #next(): Token {
    const token = this.#token;
    this.#at++;
    return token;
  }

  #accept(kind: TokenKind, text: string): boolean {
    if (this.#token.kind !== kind || this.#token.text !== text) return false;
    this.#at++;
    return true;
  }

  #expect(kind: TokenKind, text: string): void {
    if (!this.#accept(kind, text)) throw this.#unexpected();
  }

  #unexpected(): ExpressionFault {
    return new ExpressionFault(`unexpected token ${tokenText(this.#token)}`, this.#token.offset);
  }
}

function number({ text, offset }: Token): Node {
  const digits = text.replaceAll('_', '');
  const value = Number(digits);
  if (Number.isNaN(value)) throw new ExpressionFault(`invalid float literal: ${text}`, offset);
  const isInteger = /^(?:0[xXbBoO].*|\d+)$/.test(digits);
  return { kind: 'literal', offset, value, isInteger };
}
