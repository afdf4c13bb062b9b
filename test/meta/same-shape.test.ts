// The objects that every query makes keep the shape that their constructor gave them, whatever the query was: the engine
// then reads their fields without a look-up.

import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Rcode } from '../../src/dns/codes/rcode.ts';
import { Reply } from '../../src/plugin/reply.ts';
import { type AskedQuery, exchangeFor } from '../support/chain-doubles.ts';

setFlagsFromString('--allow-natives-syntax');
const haveSameMap = runInThisContext('(a, b) => %HaveSameMap(a, b)') as (
  a: object,
  b: object,
) => boolean;

const QUERIES: readonly AskedQuery[] = [
  { name: 'a.test.' },
  {
    name: 'A.Test.',
    type: 'TYPE65280',
    class: 'CH',
    transport: 'tcp',
    rd: false,
    ad: true,
    cd: true,
  },
  { name: '.', type: 'ANY', opcode: 4, edns: { bufsize: 4096, do: true, options: [[10, '0102']] } },
];

test.each(QUERIES)('an exchange for $name has the shape of any other', (query) => {
  const other = exchangeFor({ name: 'other.test.' });
  const exchange = exchangeFor(query, 3);
  expect(haveSameMap(exchange, other)).toBe(true);
  exchange.echoedOptions = [65_001];
  exchange.error = new Error('x');
  exchange.server = 'dns://:53';
  exchange.view = 'v';
  exchange.metadata = new Map([['kubernetes/namespace', () => 'ns']]);
  exchange.type = 28;
  exchange.edns = undefined;
  expect(haveSameMap(exchange, other)).toBe(true);
});

test('a reply keeps its shape when everything in it is set', () => {
  const reply = new Reply();
  reply.isAuthoritative = true;
  reply.isRecursionDesired = true;
  reply.isCheckingDisabled = false;
  reply.edns = { udpSize: 1232, version: 0, isDnssecOk: false, extendedRcode: 0, options: [] };
  reply.question = { name: Uint8Array.of(0), type: 1, class: 1 };
  reply.write(Rcode.SERVFAIL);
  reply.clearSections();
  expect(haveSameMap(reply, new Reply())).toBe(true);
});

test('the natives tell shapes apart', () => {
  expect(haveSameMap({ a: 1 }, { b: 1 })).toBe(false);
});
