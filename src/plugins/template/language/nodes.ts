// The parsed form of a template, and its canonical text, which errors and metrics show (Go: text/template/parse/node.go). Plain
// data, no behaviour.

/** `.`, `nil`. */
export interface WordNode {
  readonly kind: 'dot' | 'nil';
  readonly position: number;
}

/** `true`, `false`. */
export interface BoolNode {
  readonly kind: 'bool';
  readonly position: number;
  readonly value: boolean;
}

/** A whole number (of `1.0` too, where one is asked for) or a fraction; `text` is the source. */
export interface NumberNode {
  readonly kind: 'number';
  readonly position: number;
  readonly text: string;
  readonly integer: bigint | undefined;
  readonly float: number;
  /** Whether it is a whole number where any type will do. */
  readonly isInteger: boolean;
}

/** `quoted` is the source. */
export interface StringNode {
  readonly kind: 'string';
  readonly position: number;
  readonly quoted: string;
  readonly value: string;
}

/** `.A.B`: names without dots. */
export interface FieldNode {
  readonly kind: 'field';
  readonly position: number;
  readonly names: readonly string[];
}

/** `$x.A`: the first name has the dollar. */
export interface VariableNode {
  readonly kind: 'variable';
  readonly position: number;
  readonly names: readonly string[];
}

/** `(...).A.B`. */
export interface ChainNode {
  readonly kind: 'chain';
  readonly position: number;
  readonly base: OperandNode;
  readonly names: readonly string[];
}

/** The name of a function. */
export interface IdentifierNode {
  readonly kind: 'identifier';
  readonly position: number;
  readonly name: string;
}

/** What a command is made of. */
export type OperandNode =
  | WordNode
  | BoolNode
  | NumberNode
  | StringNode
  | FieldNode
  | VariableNode
  | ChainNode
  | IdentifierNode
  | PipelineNode;

/** Words with spaces between: a function or method with arguments, or one value. */
export interface CommandNode {
  readonly kind: 'command';
  readonly position: number;
  readonly operands: readonly OperandNode[];
}

/** Commands with `|` between, and the variables that get the value. */
export interface PipelineNode {
  readonly kind: 'pipeline';
  readonly position: number;
  readonly isAssignment: boolean;
  readonly variables: readonly VariableNode[];
  readonly commands: readonly CommandNode[];
}

/** Text between actions, trimmed. */
export interface TextNode {
  readonly kind: 'text';
  readonly position: number;
  readonly text: string;
}

/** `{{pipeline}}`. */
export interface ActionNode {
  readonly kind: 'action';
  readonly position: number;
  readonly pipeline: PipelineNode;
}

/** `{{if}}`, `{{with}}`, `{{range}}`. */
export interface BranchNode {
  readonly kind: 'if' | 'with' | 'range';
  readonly position: number;
  readonly pipeline: PipelineNode;
  readonly body: ListNode;
  readonly otherwise: ListNode | undefined;
}

/** `{{break}}`, `{{continue}}`. */
export interface JumpNode {
  readonly kind: 'break' | 'continue';
  readonly position: number;
}

/** `{{template "name" pipeline}}`. */
export interface CallNode {
  readonly kind: 'template';
  readonly position: number;
  readonly name: string;
  readonly quoted: string;
  readonly pipeline: PipelineNode | undefined;
}

/** What a template is made of. */
export type StatementNode = TextNode | ActionNode | BranchNode | JumpNode | CallNode;

/** Statements in a row: a template, or the body of a branch. */
export interface ListNode {
  readonly kind: 'list';
  readonly position: number;
  readonly statements: readonly StatementNode[];
}

/** Any node. */
export type TemplateNode = OperandNode | CommandNode | StatementNode | ListNode;

/** The canonical text of a node: `{{if .A}}x{{else}}y{{end}}`. */
export function nodeText(node: TemplateNode): string {
  switch (node.kind) {
    case 'list':
      return node.statements.map(nodeText).join('');
    case 'text':
      return node.text;
    case 'action':
      return `{{${nodeText(node.pipeline)}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'if':
    case 'with':
    case 'range':
      return branchText(node);
    case 'template':
      return `{{template ${node.quoted}${node.pipeline === undefined ? '' : ` ${nodeText(node.pipeline)}`}}}`;
    default:
      return operandText(node);
  }
}

/** `{{if .A}}x{{else}}y{{end}}`; an `else if` is shown as an `if` inside of the `else`, as Go does. */
function branchText({ kind, pipeline, body, otherwise }: BranchNode): string {
  const rest = otherwise === undefined ? '' : `{{else}}${nodeText(otherwise)}`;
  return `{{${kind} ${nodeText(pipeline)}}}${nodeText(body)}${rest}{{end}}`;
}

/** Words inside of an action. */
function operandText(node: OperandNode | CommandNode): string {
  switch (node.kind) {
    case 'command':
      return node.operands.map(argumentText).join(' ');
    case 'pipeline':
      return pipelineText(node);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
    case 'field':
      return fieldsText(node.names);
    case 'variable':
      return node.names.join('.');
    case 'chain':
      return argumentText(node.base) + fieldsText(node.names);
    case 'identifier':
      return node.name;
  }
}

/** `$x := .A | len`. */
function pipelineText({ variables, isAssignment, commands }: PipelineNode): string {
  const names = variables.map(operandText).join(', ');
  const start = names === '' ? '' : `${names} ${isAssignment ? '=' : ':='} `;
  return start + commands.map(operandText).join(' | ');
}

/** A pipeline among the words of a command stands in parentheses. */
function argumentText(node: OperandNode): string {
  return node.kind === 'pipeline' ? `(${operandText(node)})` : operandText(node);
}

/** `.A.B`. */
function fieldsText(names: readonly string[]): string {
  return names.map((name) => `.${name}`).join('');
}
