// The names that an expression may use: which there are depends on where it stands in the Corefile.

import type { ExpressionFunction } from './function.ts';
import { FUNCTIONS, STANZA_FUNCTIONS } from './functions.ts';
import type { ValueType } from './types.ts';

/** Functions besides those with a predicate, and variables with their types. */
export interface Scope {
  readonly functions: ReadonlyMap<string, ExpressionFunction>;
  readonly variables: ReadonlyMap<string, ValueType>;
}

/** What view has: functions about the query. */
export const QUERY_SCOPE: Scope = { functions: FUNCTIONS, variables: new Map() };

/** What a stanza of template has: `group`, too, and the variables in front of the line. */
export function stanzaScope(variables: ReadonlyMap<string, ValueType>): Scope {
  return { functions: STANZA_FUNCTIONS, variables };
}
