// Serving half of view: says which queries the block takes (CoreDNS: plugin/view/view.go). The router asks before the chain
// runs; in the chain the handler only passes queries on.

import type { Exchange } from '../../plugin/exchange.ts';
import type { Evaluate } from '../../plugin/expression/compile.ts';
import { compileExpression } from '../../plugin/expression/expression.ts';
import type { Subject } from '../../plugin/expression/subject.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import type { Metadata, MetadataProvider } from '../../plugin/metadata.ts';
import type { QueryFilter } from '../../plugin/query-filter.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';
import type { ViewOptions } from './setup.ts';

/** A view has no variables and no groups. */
const NOTHING: ReadonlyMap<string, string> = new Map();

/** Evaluates the expressions of a view. */
export class ViewHandler implements Handler, QueryFilter, MetadataProvider {
  readonly name = 'view';
  readonly viewName: string;
  readonly #expressions: readonly Evaluate[];
  readonly #next: Handler;

  constructor({ viewName, expressions }: ViewOptions, next: Handler) {
    this.viewName = viewName;
    this.#expressions = expressions.map(compileExpression);
    this.#next = next;
  }

  serve(exchange: Exchange): Later<Outcome> {
    return this.#next.serve(exchange);
  }

  /** A fault while an expression runs counts as false, and so does any value but true. */
  accepts(exchange: Exchange): boolean {
    const subject: Subject = { exchange, variables: NOTHING, groups: NOTHING };
    try {
      return this.#expressions.every((evaluate) => evaluate(subject, null) === true);
    } catch {
      return false;
    }
  }

  addMetadata(_exchange: Exchange, metadata: Metadata): void {
    metadata.set('view/name', () => this.viewName);
  }
}

/** Makes view handlers. */
export const viewServing: ServingPlugin = {
  name: 'view',
  create: (options, next) => new ViewHandler(options as ViewOptions, next),
};
