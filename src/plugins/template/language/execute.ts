// Runs a parsed template (Go: text/template/exec.go): statements here, values in evaluator.ts. Ends in a text or in Go's error:
// `template: answer:1:3: executing "answer" at <.Nope>: can't evaluate field Nope in type *template.templateData`.

import { Evaluator } from './evaluator.ts';
import { Place } from './execution-error.ts';
import type { BranchNode, CallNode, ListNode, StatementNode } from './nodes.ts';
import type { ParsedTemplate } from './parser.ts';
import { Scope } from './scope.ts';
import {
  formatValue,
  type GoFunction,
  GoInteger,
  GoMap,
  GoSlice,
  type GoValue,
  isTrue,
  NO_VALUE,
  sortedKeys,
} from './values.ts';

/** Deepest nesting of `{{template}}`; Go allows more, but a template that needs this many calls itself. */
const MAX_DEPTH = 1000;
/** Longest text: nothing that fits a reply needs more, and `{{range}}` over a big number makes much. */
const MAX_CHARS = 65_535 * 4;

/** How a list of statements ended. */
type Ending = 'end' | 'break' | 'continue';

/** The text of a template for some data. Throws ExecutionError. */
export function executeTemplate(
  template: ParsedTemplate,
  data: GoValue,
  functions: ReadonlyMap<string, GoFunction>,
): string {
  const run = new Run(template, functions);
  run.list(template.root, data, run.evaluatorFor(data));
  return run.text;
}

/** One execution. */
class Run {
  text = '';
  readonly #template: ParsedTemplate;
  readonly #functions: ReadonlyMap<string, GoFunction>;
  readonly #place: Place;
  #depth = 0;

  constructor(template: ParsedTemplate, functions: ReadonlyMap<string, GoFunction>) {
    this.#template = template;
    this.#functions = functions;
    this.#place = new Place(template);
  }

  evaluatorFor(data: GoValue): Evaluator {
    return new Evaluator(this.#functions, new Scope(data), this.#place);
  }

  /** Runs statements until one of them jumps. */
  list({ statements }: ListNode, dot: GoValue, evaluator: Evaluator): Ending {
    for (const statement of statements) {
      const ending = this.#statement(statement, dot, evaluator);
      if (ending !== 'end') return ending;
    }
    return 'end';
  }

  /** Adds to the text, within bounds. */
  #write(text: string): void {
    this.text += text;
    if (this.text.length > MAX_CHARS) throw this.#place.error('output is too long');
  }

  /** Runs one statement. */
  #statement(node: StatementNode, dot: GoValue, evaluator: Evaluator): Ending {
    this.#place.node = node;
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return 'end';
      case 'action': {
        const value = evaluator.pipeline(dot, node.pipeline);
        if (node.pipeline.variables.length === 0) this.#print(value);
        return 'end';
      }
      case 'if':
      case 'with':
        return this.#conditional(node, dot, evaluator);
      case 'range':
        return this.#range(node, dot, evaluator);
      case 'template':
        this.#call(node, dot, evaluator);
        return 'end';
      case 'break':
      case 'continue':
        return node.kind;
    }
  }

  /** What an action leaves in the text. */
  #print(value: GoValue): void {
    this.#write(value === undefined ? NO_VALUE : formatValue(value));
  }

  /** `with` moves the dot, `if` does not. Variables of the pipeline end with the branch. */
  #conditional(node: BranchNode, dot: GoValue, evaluator: Evaluator): Ending {
    const mark = evaluator.scope.mark();
    const value = evaluator.pipeline(dot, node.pipeline);
    const isMet = isTrue(value);
    const list = isMet ? node.body : node.otherwise;
    const inner = node.kind === 'with' && isMet ? value : dot;
    const ending = list === undefined ? 'end' : this.list(list, inner, evaluator);
    evaluator.scope.leave(mark);
    return ending;
  }

  /** Runs the body for each item, or the `else` part if there is none. */
  #range(node: BranchNode, dot: GoValue, evaluator: Evaluator): Ending {
    const mark = evaluator.scope.mark();
    const value = evaluator.pipeline(dot, node.pipeline);
    let isEmpty = true;
    let ending: Ending = 'end';
    if (value instanceof GoInteger && node.pipeline.variables.length > 1) {
      const text = formatValue(value);
      throw this.#place.error(`can't use ${text} to iterate over more than one variable`);
    }
    for (const [key, item] of this.#items(value)) {
      isEmpty = false;
      if (this.#iteration(node, evaluator, key, item) === 'break') break;
    }
    if (isEmpty && node.otherwise !== undefined) {
      ending = this.list(node.otherwise, dot, evaluator);
    }
    evaluator.scope.leave(mark);
    return ending;
  }

  /** One variable gets the item, two get key and item. */
  #iteration(node: BranchNode, evaluator: Evaluator, key: GoValue, item: GoValue): Ending {
    const { variables, isAssignment } = node.pipeline;
    const { scope } = evaluator;
    const values = variables.length > 1 ? [key, item] : [item];
    const mark = scope.mark();
    for (const [at, variable] of variables.entries()) {
      if (isAssignment) scope.set(variable.names[0] ?? '', values[at]);
      else scope.setTop(variables.length - at, values[at]);
    }
    const ending = this.list(node.body, item, evaluator);
    scope.leave(mark);
    return ending;
  }

  /** Keys and values of what a range goes over. */
  *#items(value: GoValue): Generator<readonly [key: GoValue, value: GoValue]> {
    if (value instanceof GoSlice) {
      for (const [at, item] of value.items.entries()) yield [new GoInteger('int', at), item];
    } else if (value instanceof GoMap) {
      for (const key of sortedKeys(value)) yield [key, value.entries.get(key)];
    } else if (value instanceof GoInteger) {
      for (let at = 0n; at < value.value; at++) {
        const item = new GoInteger(value.type, at);
        yield [item, item];
      }
    } else if (value !== undefined) {
      throw this.#place.error(`range can't iterate over ${formatValue(value)}`);
    }
  }

  /** A called template sees its argument as `.` and `$`, and no variables. */
  #call(node: CallNode, dot: GoValue, evaluator: Evaluator): void {
    const list = this.#template.defined.get(node.name);
    if (list === undefined) {
      throw this.#place.error(`template ${node.quoted} not defined`);
    }
    if (this.#depth === MAX_DEPTH) {
      throw this.#place.error(`exceeded maximum template depth (${MAX_DEPTH})`);
    }
    const data = node.pipeline === undefined ? undefined : evaluator.pipeline(dot, node.pipeline);
    this.#depth++;
    this.list(list, data, this.evaluatorFor(data));
    this.#depth--;
  }
}
