// The OPT record of replies.

import { expect, test } from 'vitest';
import type { Edns } from '../../../src/dns/edns.ts';
import { replyEdns } from '../../../src/server/reply-edns.ts';
import { exchangeFor } from '../../support/chain-doubles.ts';

const own = (isDnssecOk: boolean): Edns => ({
  udpSize: 4096,
  version: 0,
  isDnssecOk,
  extendedRcode: 0,
  options: [{ code: 15, data: Uint8Array.of(0, 15) }],
});

test.each([
  ['neither', false, false, false],
  ['the client', true, false, true],
  ['the reply', false, true, true],
])('DO is set by %s', (_about, asked, answered, expected) => {
  const exchange = exchangeFor({ name: 'a.', edns: { bufsize: 1232, do: asked } });
  exchange.reply.edns = own(answered);
  expect(replyEdns(exchange)).toEqual({ ...own(expected), udpSize: 1232 });
});

test('a client without EDNS gets the OPT that the reply has', () => {
  const exchange = exchangeFor({ name: 'a.' });
  expect(replyEdns(exchange)).toBeUndefined();
  exchange.reply.edns = own(true);
  expect(replyEdns(exchange)).toEqual(own(true));
});
