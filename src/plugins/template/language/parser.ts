// Reads a template into nodes (Go: text/template/parse/parse.go): statements and their nesting here, pipelines in
// pipeline-parser.ts. `define` and `block` make templates that `template` calls.

import { quote } from '../../../base/go-text.ts';
import { unquote } from './literals.ts';
import type { BranchNode, CallNode, ListNode, PipelineNode, StatementNode } from './nodes.ts';
import { PipelineParser } from './pipeline-parser.ts';
import type { Token } from './token.ts';
import { TokenReader } from './token-reader.ts';

/** A template and those that it defines, by name. */
export interface ParsedTemplate {
  readonly name: string;
  /** For places in errors. */
  readonly source: string;
  readonly root: ListNode;
  readonly defined: ReadonlyMap<string, ListNode>;
}

/** What may close a list of statements. */
interface ListEnd {
  readonly kind: 'end' | 'else';
  /** After `else`: the keyword of `{{else if` and `{{else with`. */
  readonly chained: 'if' | 'with' | undefined;
}

/** A statement, or what ends a list. */
type Parsed = StatementNode | ListEnd | undefined;

/**
 * Parses a template. `functions` are the names that it may call. Throws TemplateSyntaxError with Go's text (`template:
 * answer:1: unclosed action`).
 */
export function parseTemplate(
  name: string,
  source: string,
  functions: ReadonlySet<string>,
): ParsedTemplate {
  const parser = new TemplateParser(name, source, functions);
  return { name, source, root: parser.parseAll(), defined: parser.defined };
}

/** Parses one template; `define` may not be inside of another statement. */
class TemplateParser {
  readonly defined: Map<string, ListNode> = new Map();
  readonly #reader: TokenReader;
  readonly #pipelines: PipelineParser;
  #ranges = 0;

  constructor(name: string, source: string, functions: ReadonlySet<string>) {
    this.#reader = new TokenReader(name, source);
    this.#pipelines = new PipelineParser(this.#reader, functions);
  }

  /** The statements up to the end of the template. */
  parseAll(): ListNode {
    const statements: StatementNode[] = [];
    while (this.#reader.peek().kind !== 'end') {
      const parsed = this.#isDefinition() ? this.#define() : this.#statement();
      if (parsed !== undefined && isEnd(parsed)) this.#unexpectedEnd(parsed);
      else if (parsed !== undefined) statements.push(parsed);
    }
    return { kind: 'list', position: 0, statements };
  }

  /** `{{end}}` or `{{else}}` with nothing to close. */
  #unexpectedEnd(end: ListEnd): never {
    return this.#reader.fail(`unexpected {{${end.kind}}}`);
  }

  #isDefinition(): boolean {
    return this.#reader.isAt('left-delimiter') && this.#reader.isKeywordAfter('define');
  }

  /** `{{define "name"}}...{{end}}`: allowed at the top only. */
  #define(): undefined {
    const reader = this.#reader;
    reader.next();
    reader.nextNonSpace();
    const name = this.#templateName(reader.nextNonSpace(), 'define clause');
    reader.expect('right-delimiter', 'define clause');
    const { list, end } = this.#list();
    if (end.kind !== 'end') reader.fail(`unexpected {{${end.kind}}} in define clause`);
    this.defined.set(name, list);
    return undefined;
  }

  /** The quoted name of `define`, `block` and `template`. */
  #templateName(token: Token, context: string): string {
    const isString = token.kind === 'string' || token.kind === 'raw-string';
    if (!isString) return this.#reader.unexpected(token, context);
    return unquote(token.text) ?? this.#reader.fail('invalid syntax');
  }

  /** Statements up to an `end` or `else`. */
  #list(): { readonly list: ListNode; readonly end: ListEnd } {
    const statements: StatementNode[] = [];
    const { position } = this.#reader.peekNonSpace();
    while (this.#reader.peekNonSpace().kind !== 'end') {
      const parsed = this.#statement();
      if (parsed === undefined) continue;
      if (isEnd(parsed)) return { list: { kind: 'list', position, statements }, end: parsed };
      statements.push(parsed);
    }
    return this.#reader.fail('unexpected EOF');
  }

  /** Text or an action. */
  #statement(): Parsed {
    const token = this.#reader.nextNonSpace();
    if (token.kind === 'text') return { kind: 'text', position: token.position, text: token.text };
    if (token.kind !== 'left-delimiter') return this.#reader.unexpected(token, 'input');
    this.#reader.actionLine = token.line;
    const parsed = this.#action();
    this.#reader.actionLine = undefined;
    return parsed;
  }

  /** An action behind its `{{`: a keyword decides, anything else is a pipeline. */
  #action(): Parsed {
    const token = this.#reader.nextNonSpace();
    const { position } = token;
    switch (token.kind === 'keyword' ? token.text : '') {
      case 'if':
        return this.#branch('if', position);
      case 'with':
        return this.#branch('with', position);
      case 'range':
        return this.#branch('range', position);
      case 'break':
        return this.#jump('break', position);
      case 'continue':
        return this.#jump('continue', position);
      case 'template':
        return this.#call();
      case 'block':
        return this.#block(position);
      case 'else':
        return this.#else();
      case 'end':
        this.#reader.expect('right-delimiter', 'end');
        return { kind: 'end', chained: undefined };
      default: {
        this.#reader.backup();
        const start = this.#reader.peek().position;
        const pipeline = this.#pipelines.pipeline('command', 'right-delimiter');
        return { kind: 'action', position: start, pipeline };
      }
    }
  }

  /** `{{else}}`, or the start of `{{else if`, which is left for the branch. */
  #else(): ListEnd {
    const token = this.#reader.peekNonSpace();
    if (token.kind === 'keyword' && (token.text === 'if' || token.text === 'with')) {
      return { kind: 'else', chained: token.text };
    }
    this.#reader.expect('right-delimiter', 'else');
    return { kind: 'else', chained: undefined };
  }

  /** `{{break}}` and `{{continue}}` need a range around them. */
  #jump(kind: 'break' | 'continue', position: number): StatementNode {
    const token = this.#reader.nextNonSpace();
    if (token.kind !== 'right-delimiter') return this.#reader.unexpected(token, `{{${kind}}}`);
    if (this.#ranges === 0) return this.#reader.fail(`{{${kind}}} outside {{range}}`);
    return { kind, position };
  }

  /** The variables that the pipeline declares end with the branch. */
  #branch(kind: BranchNode['kind'], position: number): BranchNode {
    const scope = this.#pipelines.scope();
    const pipeline = this.#pipelines.pipeline(kind, 'right-delimiter');
    if (kind === 'range') this.#ranges++;
    const { list, end } = this.#list();
    if (kind === 'range') this.#ranges--;
    const otherwise = end.kind === 'else' ? this.#otherwise(kind, end) : undefined;
    this.#pipelines.leave(scope);
    return { kind, position, pipeline, body: list, otherwise };
  }

  /** What stands behind `else`, up to the end of the branch. */
  #otherwise(kind: BranchNode['kind'], { chained }: ListEnd): ListNode {
    if (chained === undefined) return this.#lastList();
    const token = this.#reader.nextNonSpace();
    if (chained !== kind) return this.#reader.unexpected(token, 'input');
    // `{{else if}}` nests, and its end is the end of both.
    const nested = this.#branch(chained, token.position);
    return { kind: 'list', position: token.position, statements: [nested] };
  }

  /** A list after which only `{{end}}` may come. */
  #lastList(): ListNode {
    const { list, end } = this.#list();
    if (end.kind !== 'end') this.#reader.fail('expected end; found {{else}}');
    return list;
  }

  /** `{{template "name" pipeline}}`. */
  #call(): CallNode {
    const token = this.#reader.nextNonSpace();
    const { position } = token;
    const name = this.#templateName(token, 'template clause');
    return { kind: 'template', position, name, quoted: quote(name), pipeline: this.#callData() };
  }

  /** The argument of a called template; without one it sees nothing. */
  #callData(): PipelineNode | undefined {
    if (this.#reader.nextNonSpace().kind === 'right-delimiter') return undefined;
    this.#reader.backup();
    return this.#pipelines.pipeline('template clause', 'right-delimiter');
  }

  /** `{{block "name" pipeline}}...{{end}}`: a definition and its call. */
  #block(position: number): CallNode {
    const name = this.#templateName(this.#reader.nextNonSpace(), 'block clause');
    const pipeline = this.#pipelines.pipeline('block clause', 'right-delimiter');
    const { list, end } = this.#list();
    if (end.kind !== 'end') this.#reader.fail(`unexpected {{${end.kind}}} in block clause`);
    this.defined.set(name, list);
    return { kind: 'template', position, name, quoted: quote(name), pipeline };
  }
}

function isEnd(parsed: StatementNode | ListEnd): parsed is ListEnd {
  return parsed.kind === 'end' || parsed.kind === 'else';
}
