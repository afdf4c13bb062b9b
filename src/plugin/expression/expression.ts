// Expressions from text: what the control half of a plugin checks and its serving half runs (CoreDNS: plugin/pkg/expression).

import { CorefileError } from '../../corefile/error.ts';
import { check } from './check.ts';
import { compile, type Evaluate } from './compile.ts';
import { ExpressionFault } from './fault.ts';
import { parse } from './parser.ts';
import type { Scope } from './scope.ts';
import type { ValueType } from './types.ts';

/** The type of an expression. Throws CorefileError with CoreDNS's text, which shows the place in the expression. */
export function checkExpression(source: string, scope: Scope): ValueType {
  try {
    return check(parse(source), scope);
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error;
    throw new CorefileError(error.textFor(source), { cause: error });
  }
}

/** Compiles an expression that `checkExpression` has passed. */
export function compileExpression(source: string): Evaluate {
  return compile(parse(source));
}
