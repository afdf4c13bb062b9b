// Compiling the handlers of a block.

import { expect, test } from 'vitest';
import type { Handler } from '../../../src/plugin/handler.ts';
import { isEndOfChain } from '../../../src/plugin/next.ts';
import type { ServingContext } from '../../../src/plugin/serving.ts';
import { compileChain } from '../../../src/server/chain.ts';
import { exchangeFor } from '../../support/chain-doubles.ts';
import { registryOf, servingPlugin } from '../../support/serving-bench.ts';

const context = (byName: ReadonlyMap<string, Handler>): ServingContext =>
  ({ handler: (plugin: string) => byName.get(plugin) }) as unknown as ServingContext;
const specs = (...names: string[]): { plugin: string; options: unknown }[] =>
  names.map((plugin) => ({ plugin, options: plugin.toUpperCase() }));

test('a query passes the handlers in order and reaches the end', async () => {
  const seen: unknown[] = [];
  const plugins = ['a', 'b'].map((name) =>
    servingPlugin(name, (exchange, next, _context, options) => {
      seen.push(options);
      return next.serve(exchange);
    }),
  );
  const chain = compileChain(specs('a', 'b'), registryOf(...plugins), context);
  const exchange = exchangeFor({ name: 'x.' });
  expect(await chain.first?.serve(exchange)).toBe(2);
  expect(seen).toEqual(['A', 'B']);
  expect(exchange.error?.message).toBe('plugin/b: no next plugin found');
});

test('the last handler can tell that nothing follows', () => {
  let isLast = false;
  const plugin = servingPlugin('file', (_exchange, next) => {
    isLast = isEndOfChain(next);
    return 0;
  });
  void compileChain(specs('file'), registryOf(plugin), context).first?.serve(
    exchangeFor({ name: 'x.' }),
  );
  expect(isLast).toBe(true);
});

test('handlers find each other by word when they serve, also later ones', () => {
  let found: string | undefined;
  const asking = servingPlugin('autopath', (_exchange, _next, { handler }) => {
    found = handler('kubernetes')?.name;
    return 0;
  });
  const kubernetes = servingPlugin('kubernetes', () => 0);
  const chain = compileChain(
    specs('autopath', 'kubernetes'),
    registryOf(asking, kubernetes),
    context,
  );
  void chain.first?.serve(exchangeFor({ name: 'x.' }));
  expect(found).toBe('kubernetes');
});

test('a block without handlers has no first one', () => {
  expect(compileChain([], new Map(), context).first).toBeUndefined();
});

test('a word without a serving half is an error', () => {
  expect(() => compileChain(specs('nosuch'), new Map(), context)).toThrow(
    'plugin/nosuch: no serving half',
  );
});
