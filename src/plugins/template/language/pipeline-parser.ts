// Reads pipelines: declarations, commands, operands (Go: text/template/parse/parse.go, from `pipeline` down). Keeps the names of
// the variables that are in scope.

import { quote } from '../../../base/go-text.ts';
import { readNumber, unquote } from './literals.ts';
import {
  type CommandNode,
  nodeText,
  type OperandNode,
  type PipelineNode,
  type VariableNode,
} from './nodes.ts';
import type { Token, TokenKind } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** Tokens that a command may begin with. */
const COMMAND_STARTS: ReadonlySet<TokenKind> = new Set([
  'bool',
  'char-constant',
  'dot',
  'field',
  'identifier',
  'number',
  'raw-string',
  'string',
  'variable',
  'left-paren',
]);

/** Values that take no input from a pipe. */
const NOT_EXECUTABLE: ReadonlySet<string> = new Set(['bool', 'dot', 'nil', 'number', 'string']);

/** Parses the pipelines of one template. */
export class PipelineParser {
  readonly #reader: TokenReader;
  readonly #functions: ReadonlySet<string>;
  #variables: readonly string[] = ['$'];

  constructor(reader: TokenReader, functions: ReadonlySet<string>) {
    this.#reader = reader;
    this.#functions = functions;
  }

  /** The variables in scope, to give to `leave` later. */
  scope(): number {
    return this.#variables.length;
  }

  /** Forgets the variables that were declared since. */
  leave(scope: number): void {
    this.#variables = this.#variables.slice(0, scope);
  }

  /** A pipeline up to `end`; `context` is for errors. */
  pipeline(context: string, end: TokenKind): PipelineNode {
    const { position } = this.#reader.peekNonSpace();
    const { variables, isAssignment } = this.#declarations(context);
    const commands: CommandNode[] = [];
    for (let token = this.#reader.nextNonSpace(); token.kind !== end; ) {
      const isStart = COMMAND_STARTS.has(token.kind) || isNil(token);
      if (!isStart) return this.#reader.unexpected(token, context);
      this.#reader.backup();
      commands.push(this.#command());
      token = this.#reader.nextNonSpace();
    }
    this.#check(commands, context);
    return { kind: 'pipeline', position, isAssignment, variables, commands };
  }

  /** Only the first command may be a plain value: the others get one. */
  #check(commands: readonly CommandNode[], context: string): void {
    if (commands.length === 0) this.#reader.fail(`missing value for ${context}`);
    for (const [index, { operands }] of commands.entries()) {
      const kind = operands[0]?.kind ?? '';
      if (index > 0 && NOT_EXECUTABLE.has(kind)) {
        this.#reader.fail(`non executable command in pipeline stage ${index + 1}`);
      }
    }
  }

  /** `$x :=`, `$x =`, and `$i, $x :=` of range. A variable with something else behind it is given back. */
  #declarations(context: string): { variables: VariableNode[]; isAssignment: boolean } {
    const reader = this.#reader;
    const variables: VariableNode[] = [];
    while (reader.peekNonSpace().kind === 'variable') {
      const token = reader.next();
      const hasSpace = reader.isAt('space');
      const after = reader.peekNonSpace();
      const isComma = after.kind === 'char' && after.text === ',';
      const isAssignment = after.kind === 'assign';
      if (!isComma && !isAssignment && after.kind !== 'declare') {
        if (hasSpace) reader.backup();
        reader.backup();
        break;
      }
      reader.next();
      variables.push({ kind: 'variable', position: token.position, names: [token.text] });
      this.#variables = [...this.#variables, token.text];
      if (!isComma) return { variables, isAssignment };
      this.#checkSecond(context, variables.length);
    }
    return { variables, isAssignment: false };
  }

  /** Only range declares two variables. */
  #checkSecond(context: string, count: number): void {
    const reader = this.#reader;
    if (context !== 'range' || count >= 2) reader.fail(`too many declarations in ${context}`);
    const { kind } = reader.peekNonSpace();
    const isFine = kind === 'variable' || kind === 'right-delimiter' || kind === 'right-paren';
    if (!isFine) reader.fail('range can only initialize variables');
  }

  /** Operands up to a `|` or the end of the pipeline. */
  #command(): CommandNode {
    const { position } = this.#reader.peekNonSpace();
    const operands: OperandNode[] = [];
    for (;;) {
      this.#reader.peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) operands.push(operand);
      const token = this.#reader.next();
      if (token.kind === 'space') continue;
      if (token.kind === 'right-delimiter' || token.kind === 'right-paren') this.#reader.backup();
      else if (token.kind !== 'pipe') this.#reader.unexpected(token, 'operand');
      break;
    }
    if (operands.length === 0) this.#reader.fail('empty command');
    return { kind: 'command', position, operands };
  }

  /** A term with the fields that follow it without a space. */
  #operand(): OperandNode | undefined {
    const term = this.#term();
    if (term === undefined || !this.#reader.isAt('field')) return term;
    const { position } = this.#reader.peek();
    const names: string[] = [];
    while (this.#reader.isAt('field')) names.push(this.#reader.next().text.slice(1));
    switch (term.kind) {
      case 'field':
      case 'variable':
        return { kind: term.kind, position, names: [...term.names, ...names] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#reader.fail(`unexpected . after term ${quote(nodeText(term))}`);
      default:
        return { kind: 'chain', position, base: term, names };
    }
  }

  /** One word, literal or parenthesized pipeline; undefined if there is none. */
  #term(): OperandNode | undefined {
    const token = this.#reader.nextNonSpace();
    const { kind, text, position } = token;
    switch (kind) {
      case 'identifier':
        if (!this.#functions.has(text)) return this.#reader.unknownFunction(text);
        return { kind: 'identifier', position, name: text };
      case 'dot':
        return { kind: 'dot', position };
      case 'bool':
        return { kind: 'bool', position, value: text === 'true' };
      case 'variable':
        return this.#variable(token);
      case 'field':
        return { kind: 'field', position, names: [text.slice(1)] };
      case 'number':
      case 'char-constant':
        return this.#number(token);
      case 'left-paren':
        return this.pipeline('parenthesized pipeline', 'right-paren');
      case 'string':
      case 'raw-string': {
        const value = unquote(text) ?? this.#reader.fail('invalid syntax');
        return { kind: 'string', position, quoted: text, value };
      }
      default:
        if (isNil(token)) return { kind: 'nil', position };
        this.#reader.backup();
        return undefined;
    }
  }

  /** Variables must be declared before they are used. */
  #variable({ text, position }: Token): VariableNode {
    if (!this.#variables.includes(text)) this.#reader.fail(`undefined variable ${quote(text)}`);
    return { kind: 'variable', position, names: [text] };
  }

  /** A number, or the code of a character. */
  #number({ kind, text, position }: Token): OperandNode {
    if (kind === 'char-constant') {
      const char = unquote(text) ?? '';
      if (char === '') return this.#reader.fail('invalid syntax');
      if ([...char].length !== 1) return this.#reader.fail(`malformed character constant: ${text}`);
      const code = char.codePointAt(0) ?? 0;
      const integer = BigInt(code);
      return { kind: 'number', position, text, integer, float: code, isInteger: true };
    }
    const number = readNumber(text);
    if (typeof number === 'string') return this.#reader.fail(number);
    return { kind: 'number', position, text, ...number };
  }
}

function isNil({ kind, text }: Token): boolean {
  return kind === 'keyword' && text === 'nil';
}
