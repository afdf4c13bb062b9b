// Where a running template is, and the errors that say so (Go: text/template/exec.go, errorf; parse.go, ErrorContext).

import { quote } from '../../../base/go-text.ts';
import { nodeText, type TemplateNode } from './nodes.ts';
import type { ParsedTemplate } from './parser.ts';

/** A template that failed while it ran; the message is Go's. */
export class ExecutionError extends Error {}

/** The node that a run is at. */
export class Place {
  node: TemplateNode | undefined = undefined;
  readonly #template: ParsedTemplate;

  constructor(template: ParsedTemplate) {
    this.#template = template;
  }

  /** An error at the current node. */
  error(text: string): ExecutionError {
    const { name, source } = this.#template;
    if (this.node === undefined) return new ExecutionError(`template: ${name}: ${text}`);
    const before = source.slice(0, this.node.position);
    const line = before.split('\n').length;
    // Octets from the start of the line, from 0.
    const column = new TextEncoder().encode(before.slice(before.lastIndexOf('\n') + 1)).length;
    const context = nodeText(this.node);
    return new ExecutionError(
      `template: ${name}:${line}:${column}: executing ${quote(name)} at <${context}>: ${text}`,
    );
  }
}
