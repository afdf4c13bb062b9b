// Values of pipelines, commands and operands (Go: text/template/exec.go, from evalPipeline down).

import type { Place } from './execution-error.ts';
import { ANY_TYPE, SHORT_CIRCUITS } from './functions.ts';
import {
  type ChainNode,
  type CommandNode,
  type FieldNode,
  type IdentifierNode,
  type NumberNode,
  nodeText,
  type OperandNode,
  type PipelineNode,
  type TemplateNode,
  type VariableNode,
} from './nodes.ts';
import type { Scope } from './scope.ts';
import {
  GoError,
  GoFloat,
  type GoFunction,
  GoInteger,
  GoMap,
  GoStruct,
  type GoValue,
  isTrue,
  typeName,
} from './values.ts';

/** What the commands of a pipeline hand on; undefined in front of the first one. */
type Piped = { readonly value: GoValue } | undefined;

/** The call of a function or method, as errors name it. */
interface Call {
  readonly node: TemplateNode;
  readonly name: string;
  readonly dot: GoValue;
  /** Operands after the name. */
  readonly operands: readonly OperandNode[];
  readonly piped: Piped;
}

const NO_OPERANDS: readonly OperandNode[] = [];

/** Evaluates in one scope. */
export class Evaluator {
  readonly scope: Scope;
  readonly #functions: ReadonlyMap<string, GoFunction>;
  readonly #place: Place;

  constructor(functions: ReadonlyMap<string, GoFunction>, scope: Scope, place: Place) {
    this.#functions = functions;
    this.scope = scope;
    this.#place = place;
  }

  /** An error at the node that is looked at. */
  #fail(text: string): never {
    throw this.#place.error(text);
  }

  /** The value of the last command; declared variables get it. Throws ExecutionError. */
  pipeline(dot: GoValue, node: PipelineNode): GoValue {
    this.#place.node = node;
    let piped: Piped;
    for (const command of node.commands) piped = { value: this.#command(dot, command, piped) };
    const value = piped?.value;
    for (const { names } of node.variables) {
      const [name = ''] = names;
      if (!node.isAssignment) this.scope.push(name, value);
      else if (!this.scope.set(name, value)) this.#fail(`undefined variable: ${name}`);
    }
    return value;
  }

  /** The first operand decides: a function or method takes the others, a value takes none. */
  #command(dot: GoValue, { operands }: CommandNode, piped: Piped): GoValue {
    const [first, ...rest] = operands;
    if (first === undefined) return undefined;
    switch (first.kind) {
      case 'field':
        this.#place.node = first;
        return this.#fields(first, { dot, receiver: dot, names: first.names, rest, piped });
      case 'chain':
        return this.#chain(dot, first, rest, piped);
      case 'variable':
        return this.#variable(dot, first, rest, piped);
      case 'identifier':
        return this.#function(dot, first, { operands, rest, piped });
      default:
        this.#place.node = first;
        if (rest.length > 0 || piped !== undefined) {
          this.#fail(`can't give argument to non-function ${nodeText(first)}`);
        }
        return first.kind === 'nil' ? this.#fail('nil is not a command') : this.#value(dot, first);
    }
  }

  /** The value of an operand that stands for itself: an argument, or a command of one word. */
  #value(dot: GoValue, node: OperandNode): GoValue {
    this.#place.node = node;
    switch (node.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return undefined;
      case 'bool':
      case 'string':
        return node.value;
      case 'number':
        return this.#constant(node);
      case 'pipeline':
        return this.pipeline(dot, node);
      case 'field':
        return this.#fields(node, {
          dot,
          receiver: dot,
          names: node.names,
          rest: NO_OPERANDS,
          piped: undefined,
        });
      case 'chain':
        return this.#chain(dot, node, NO_OPERANDS, undefined);
      case 'variable':
        return this.#variable(dot, node, NO_OPERANDS, undefined);
      case 'identifier':
        return this.#function(dot, node, { operands: [node], rest: NO_OPERANDS, piped: undefined });
    }
  }

  /** Constants are int or float64 where nothing else is asked for. */
  #constant({ isInteger, integer, float }: NumberNode): GoValue {
    return isInteger && integer !== undefined ? new GoInteger('int', integer) : new GoFloat(float);
  }

  /** Fields of a parenthesized value. */
  #chain(dot: GoValue, node: ChainNode, rest: readonly OperandNode[], piped: Piped): GoValue {
    this.#place.node = node;
    const receiver = this.#value(dot, node.base);
    return this.#fields(node, { dot, receiver, names: node.names, rest, piped });
  }

  #variable(dot: GoValue, node: VariableNode, rest: readonly OperandNode[], piped: Piped): GoValue {
    this.#place.node = node;
    const [name = '', ...names] = node.names;
    const value = this.scope.get(name);
    if (names.length > 0) return this.#fields(node, { dot, receiver: value, names, rest, piped });
    if (rest.length > 0 || piped !== undefined) {
      this.#fail(`can't give argument to non-function ${nodeText(node)}`);
    }
    return value;
  }

  /** `.A.B`: only the last name gets arguments. */
  #fields(
    node: FieldNode | ChainNode | VariableNode,
    access: {
      readonly dot: GoValue;
      readonly receiver: GoValue;
      readonly names: readonly string[];
      readonly rest: readonly OperandNode[];
      readonly piped: Piped;
    },
  ): GoValue {
    let value = access.receiver;
    const last = access.names.length - 1;
    for (const [at, name] of access.names.entries()) {
      const operands = at === last ? access.rest : NO_OPERANDS;
      const piped = at === last ? access.piped : undefined;
      value = this.#field(value, { node, name, dot: access.dot, operands, piped });
    }
    return value;
  }

  /** A method, a field, or what a map holds under a name. */
  #field(receiver: GoValue, call: Call): GoValue {
    const { name } = call;
    // What a map has not got has no fields either, which is no error.
    if (receiver === undefined) return undefined;
    const hasArguments = call.operands.length > 0 || call.piped !== undefined;
    if (receiver instanceof GoStruct) {
      const method = receiver.method(name);
      if (method !== undefined) return this.#call(method, call);
      if (receiver.has(name)) {
        if (hasArguments) {
          this.#fail(`${name} has arguments but cannot be invoked as function`);
        }
        return receiver.field(name);
      }
      if (receiver.isPrivate(name)) {
        this.#fail(`${name} is an unexported field of struct type ${receiver.type}`);
      }
    }
    if (receiver instanceof GoMap) {
      if (hasArguments) this.#fail(`${name} is not a method but has arguments`);
      return receiver.entries.get(name);
    }
    return this.#fail(`can't evaluate field ${name} in type ${typeName(receiver)}`);
  }

  /** A call by name; errors show the whole command. */
  #function(
    dot: GoValue,
    node: IdentifierNode,
    {
      operands,
      rest,
      piped,
    }: { operands: readonly OperandNode[]; rest: readonly OperandNode[]; piped: Piped },
  ): GoValue {
    this.#place.node = node;
    const { name } = node;
    const command: CommandNode = { kind: 'command', position: node.position, operands };
    const call: Call = { node: command, name, dot, operands: rest, piped };
    if (SHORT_CIRCUITS.has(name)) return this.#shortCircuit(call);
    const found = this.#functions.get(name);
    // The parser has checked the name.
    return found === undefined ? undefined : this.#call(found, call);
  }

  /** `and` and `or`: the first operand that decides, else the last one. */
  #shortCircuit(call: Call): GoValue {
    const { name, operands, piped, dot } = call;
    if (operands.length === 0 && piped === undefined) {
      this.#fail(`wrong number of args for ${name}: want at least 1 got 0`);
    }
    let value: GoValue;
    for (const operand of operands) {
      value = this.#argument(dot, operand, ANY_TYPE);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return piped === undefined ? value : piped.value;
  }

  /** Evaluates the arguments and calls. */
  #call(found: GoFunction, call: Call): GoValue {
    this.#checkCount(found, call);
    const { parameters, isVariadic } = found;
    const typeAt = (at: number): string =>
      parameters[Math.min(at, parameters.length - 1)] ?? (isVariadic ? ANY_TYPE : '');
    const args = call.operands.map((operand, at) => this.#argument(call.dot, operand, typeAt(at)));
    if (call.piped !== undefined) args.push(this.#checked(call.piped.value, typeAt(args.length)));
    try {
      return found.call(args);
    } catch (error) {
      if (!(error instanceof GoError)) throw error;
      this.#place.node = call.node;
      return this.#fail(`error calling ${call.name}: ${error.message}`);
    }
  }

  /** The number of arguments, the piped one among them. */
  #checkCount({ parameters, isVariadic }: GoFunction, { name, operands, piped }: Call): void {
    const given = operands.length + (piped === undefined ? 0 : 1);
    const fixed = isVariadic ? parameters.length - 1 : parameters.length;
    if (isVariadic && given < fixed) {
      this.#fail(`wrong number of args for ${name}: want at least ${fixed} got ${operands.length}`);
    }
    if (!isVariadic && given !== fixed) {
      this.#fail(`wrong number of args for ${name}: want ${fixed} got ${given}`);
    }
  }

  /** An operand for a parameter of a type. Constants must be of its kind, other values of the type itself. */
  #argument(dot: GoValue, node: OperandNode, type: string): GoValue {
    this.#place.node = node;
    switch (node.kind) {
      case 'bool':
      case 'string':
      case 'number':
        return this.#constantArgument(node, type);
      case 'nil':
        return type === ANY_TYPE ? undefined : this.#fail(`cannot assign nil to ${type}`);
      default:
        return this.#checked(this.#value(dot, node), type);
    }
  }

  /** Whole numbers take the type of the parameter. */
  #constantArgument(
    node: Extract<OperandNode, { kind: 'bool' | 'string' | 'number' }>,
    type: string,
  ): GoValue {
    if (type === ANY_TYPE) return node.kind === 'number' ? this.#constant(node) : node.value;
    if (type === 'string') {
      return node.kind === 'string'
        ? node.value
        : this.#fail(`expected string; found ${nodeText(node)}`);
    }
    if (node.kind === 'number' && node.integer !== undefined) {
      return new GoInteger(type, node.integer);
    }
    return this.#fail(`expected integer; found ${nodeText(node)}`);
  }

  /** A value for a parameter: of its type, nothing is converted. */
  #checked(value: GoValue, type: string): GoValue {
    if (type === ANY_TYPE) return value;
    if (value === undefined) return this.#fail(`invalid value; expected ${type}`);
    if (typeName(value) === type) return value;
    return this.#fail(`wrong type for value; expected ${type}; got ${typeName(value)}`);
  }
}
