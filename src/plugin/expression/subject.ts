// What an expression is asked about.

import type { Exchange } from '../exchange.ts';
import type { Value } from './value.ts';

/** A query, and what the stanza at hand (plugin template) has made of it; both maps are empty elsewhere. */
export interface Subject {
  readonly exchange: Exchange;
  /** Variables that have been computed, by name. */
  readonly variables: ReadonlyMap<string, Value>;
  /** Groups of the match, by number and name. */
  readonly groups: ReadonlyMap<string, string>;
}
