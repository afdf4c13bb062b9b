// The functions of expressions by name: those about the query, and the part of expr-lang's own ones that has to do with strings,
// numbers and lists. Those with a predicate are in list-functions.ts.

import type { ExpressionFunction } from './function.ts';
import { LIST_FUNCTIONS } from './list-functions.ts';
import { NUMBER_FUNCTIONS } from './number-functions.ts';
import { GROUP_FUNCTION, QUERY_FUNCTIONS } from './query-functions.ts';
import { TEXT_FUNCTIONS } from './text-functions.ts';

/** What every expression may call. */
export const FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map(
  Object.entries({ ...TEXT_FUNCTIONS, ...NUMBER_FUNCTIONS, ...LIST_FUNCTIONS, ...QUERY_FUNCTIONS }),
);

/** The same for stanzas of template. */
export const STANZA_FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map([
  ...FUNCTIONS,
  ['group', GROUP_FUNCTION],
]);
