// Control half of view: the name of the view and its expressions (CoreDNS: plugin/view/setup.go). Expressions are checked here
// and compiled in each serving thread.

import type { Dispenser } from '../../corefile/dispenser.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import { checkExpression } from '../../plugin/expression/expression.ts';
import { QUERY_SCOPE } from '../../plugin/expression/scope.ts';
import { type OptionRow, readOptions } from '../../plugin/options.ts';
import { readOnce } from '../../plugin/single-use.ts';

/** Options of the handler. */
export interface ViewOptions {
  readonly viewName: string;
  /** All of them must be true. */
  readonly expressions: string[];
}

/** Options of the block. */
export const viewRows: readonly OptionRow<ViewOptions>[] = [
  {
    name: 'expr',
    // None is an empty expression, which has an error of its own.
    args: '[EXPRESSION...]',
    parse(options, args) {
      const expression = args.join(' ');
      checkExpression(expression, QUERY_SCOPE);
      options.expressions.push(expression);
    },
    doc: 'the view takes queries for which the expression is true; of several, all must be.',
  },
];

/** One handler; names the block's view. */
export const viewControl: ControlPlugin = {
  name: 'view',
  isHandler: true,
  setup(dispenser, { settings }) {
    const options = readOnce(dispenser, () => readView(dispenser));
    settings.view = options.viewName;
    return [options];
  },
};

function readView(dispenser: Dispenser): ViewOptions {
  const [viewName, ...more] = dispenser.remainingArgs();
  if (viewName === undefined || more.length > 0) throw dispenser.argErr();
  const options: ViewOptions = { viewName, expressions: [] };
  readOptions(dispenser, viewRows, options);
  return options;
}
