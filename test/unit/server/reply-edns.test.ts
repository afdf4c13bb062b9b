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

test.each([
  ['the client', undefined, 0x7fff, 0x7f00],
  ['the client, when nothing is left of them', undefined, 0x00ff, undefined],
  ['the reply', 0x2000, 0x4000, 0x2000],
  ['the reply, which has none', 0, 0x4000, undefined],
])('the upper seven flags beside DO are those of %s', (_about, answered, asked, expected) => {
  const exchange = exchangeFor({ name: 'a.', edns: { bufsize: 1232, do: false } });
  const { edns } = exchange;
  if (edns !== undefined) exchange.edns = { ...edns, otherFlags: asked };
  if (answered !== undefined) exchange.reply.edns = { ...own(false), otherFlags: answered };
  expect(replyEdns(exchange)?.otherFlags).toBe(expected);
});
