// The end of a chain.

import { expect, test } from 'vitest';
import { Rcode } from '../../../src/dns/codes/rcode.ts';
import { EndOfChain, isEndOfChain } from '../../../src/plugin/next.ts';
import { exchangeFor } from '../../support/chain-doubles.ts';

test('fails the query with the name of the last plugin and writes nothing', () => {
  const exchange = exchangeFor({ name: 'a.test.' });
  expect(new EndOfChain('cache').serve(exchange)).toBe(Rcode.SERVFAIL);
  expect(exchange.error?.message).toBe('plugin/cache: no next plugin found');
  expect(exchange.reply.isWritten).toBe(false);
});

test('can be told from a handler', () => {
  expect(isEndOfChain(new EndOfChain('file'))).toBe(true);
  expect(isEndOfChain({ name: 'file', serve: () => 0 })).toBe(false);
});
