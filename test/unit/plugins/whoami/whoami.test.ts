// What whoami tells its clients; the names and sizes are those of CoreDNS.
import { describe, expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { recordText } from '../../../../src/dns/record.ts';
import { type Client, Exchange } from '../../../../src/plugin/exchange.ts';
import { replySize } from '../../../../src/plugin/reply-size.ts';
import { whoamiServing } from '../../../../src/plugins/whoami/whoami.ts';
import { type AskedQuery, exchangeFor } from '../../../support/chain-doubles.ts';

function asked(query: AskedQuery, client: Partial<Client> = {}): Exchange {
  const made = exchangeFor(query);
  const exchange = new Exchange(
    { ...made, isAuthenticData: false } as never,
    made.name,
    { ...made.client, ...client },
    0,
  );
  const handler = whoamiServing.create({}, undefined as never, undefined as never);
  expect(handler.name).toBe('whoami');
  expect(handler.serve(exchange)).toBe(Rcode.NOERROR);
  return exchange;
}

const cases: readonly [string, AskedQuery, Partial<Client>, readonly string[], number][] = [
  [
    'an IPv4 client over UDP',
    { name: 'a.test.' },
    {},
    ['a.test. 0 IN A 127.0.0.1', '_udp.a.test. 0 IN SRV 0 0 40000 .'],
    76,
  ],
  [
    'a client over TCP',
    { name: 'a.test.', transport: 'tcp', type: 'TXT' },
    {},
    ['a.test. 0 IN A 127.0.0.1', '_tcp.a.test. 0 IN SRV 0 0 40000 .'],
    76,
  ],
  [
    'an IPv6 client',
    { name: 'a.test.', type: 'ANY' },
    { address: '::1' },
    ['a.test. 0 IN AAAA ::1', '_udp.a.test. 0 IN SRV 0 0 40000 .'],
    88,
  ],
  ['the root name', { name: '.' }, {}, ['. 0 IN A 127.0.0.1', '_udp. 0 IN SRV 0 0 40000 .'], 55],
  [
    'the spelling and class of the query',
    { name: 'A.Test.', class: 'CH' },
    {},
    ['A.Test. 0 CH A 127.0.0.1', '_udp.A.Test. 0 CH SRV 0 0 40000 .'],
    76,
  ],
];

describe('answers', () => {
  test.each(cases)('%s', (_about, query, client, additional, size) => {
    const { reply, ...exchange } = asked(query, client);
    expect(reply.isWritten).toBe(true);
    expect(reply.isAuthoritative).toBe(true);
    expect(reply.answer).toEqual([]);
    expect(reply.additional.map(recordText)).toEqual(additional);
    expect(replySize({ reply, ...exchange } as Exchange)).toBe(size);
  });
});

test('leaves the service away when the name has no room for its label', () => {
  const name = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(60)}.`;
  const { reply } = asked({ name });
  expect(reply.additional).toHaveLength(1);
});

test('leaves the address away when the client has none', () => {
  const { reply } = asked({ name: 'a.test.' }, { address: '' });
  expect(reply.additional.map(({ type }) => type)).toEqual([33]);
});
