// Compiles a server block's handlers into a chain, last one first, so that each knows its successor.

import type { Handler } from '../plugin/handler.ts';
import { EndOfChain } from '../plugin/next.ts';
import type { ServingContext, ServingPlugin } from '../plugin/serving.ts';
import type { HandlerSpec } from './serving-config.ts';

/** The serving halves by Corefile word. */
export type ServingRegistry = ReadonlyMap<string, ServingPlugin>;

/** A compiled chain: its first handler, undefined for a block without handlers, and all handlers by word. */
export interface Chain {
  readonly first: Handler | undefined;
  readonly byName: ReadonlyMap<string, Handler>;
  /** All of them in chain order. */
  readonly handlers: readonly Handler[];
}

/** Builds the handlers of one block. Throws when a word has no serving half (a fault of the registries). */
export function compileChain(
  specs: readonly HandlerSpec[],
  registry: ServingRegistry,
  contextFor: (byName: ReadonlyMap<string, Handler>, all: readonly Handler[]) => ServingContext,
): Chain {
  const byName = new Map<string, Handler>();
  const all: Handler[] = [];
  const context = contextFor(byName, all);
  const last = specs.at(-1);
  if (last === undefined) return { first: undefined, byName, handlers: all };
  let next: Handler = new EndOfChain(last.plugin);
  for (const spec of specs.toReversed()) {
    const plugin = registry.get(spec.plugin);
    if (plugin === undefined) throw new Error(`plugin/${spec.plugin}: no serving half`);
    next = plugin.create(spec.options, next, context);
    byName.set(spec.plugin, next);
    all.unshift(next);
  }
  return { first: next, byName, handlers: all };
}
