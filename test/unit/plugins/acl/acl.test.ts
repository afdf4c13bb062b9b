// Which queries acl ends, and how.
import { describe, expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { extendedErrors } from '../../../../src/dns/edns.ts';
import { Exchange } from '../../../../src/plugin/exchange.ts';
import { aclServing } from '../../../../src/plugins/acl/acl.ts';
import { aclControl } from '../../../../src/plugins/acl/setup.ts';
import { type AskedQuery, exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const NEXT = { name: 'next', serve: () => 99 };

async function ask(
  lines: string,
  query: AskedQuery,
  address = '127.0.0.1',
): Promise<{ exchange: Exchange; outcome: unknown; bench: PluginBench }> {
  const [options] = await new ControlBench().load(aclControl, `.:1053 {\n${lines}\n}`);
  const bench = new PluginBench(new FakeClock());
  const handler = aclServing.create(options, NEXT, bench.context());
  const made = exchangeFor(query);
  const client = { ...made.client, address };
  const exchange = new Exchange({ ...made } as never, made.name, client, 0);
  exchange.server = 'dns://:53';
  return { exchange, outcome: await handler.serve(exchange), bench };
}

const PLACE = ['dns://:53', '.', ''];

describe('a query that is', () => {
  test('blocked gets REFUSED with the reason', async () => {
    const { exchange, outcome, bench } = await ask('acl {\nblock\n}', { name: 'a.' });
    expect(outcome).toBe(Rcode.NOERROR);
    expect(exchange.reply).toMatchObject({ isWritten: true, rcode: Rcode.REFUSED });
    const { edns } = exchange.reply;
    expect(edns).toMatchObject({ udpSize: 4096, isDnssecOk: true });
    expect(edns === undefined ? [] : extendedErrors(edns)).toEqual([{ infoCode: 15, text: '' }]);
    expect(bench.count('coredns_acl_blocked_requests_total', PLACE)).toBe(1);
  });

  test('filtered gets an empty NOERROR with the reason', async () => {
    const { exchange, bench } = await ask('acl {\nfilter\n}', { name: 'a.' });
    expect(exchange.reply).toMatchObject({ isWritten: true, rcode: Rcode.NOERROR, answer: [] });
    const { edns } = exchange.reply;
    expect(edns === undefined ? [] : extendedErrors(edns)).toEqual([{ infoCode: 17, text: '' }]);
    expect(bench.count('coredns_acl_filtered_requests_total', PLACE)).toBe(1);
  });

  test('dropped gets no reply', async () => {
    const { exchange, outcome, bench } = await ask('acl {\ndrop\n}', { name: 'a.' });
    expect([outcome, exchange.reply.isWritten]).toEqual([Rcode.NOERROR, false]);
    expect(bench.count('coredns_acl_dropped_requests_total', PLACE)).toBe(1);
  });

  test('allowed goes on', async () => {
    const { outcome, bench } = await ask('acl {\nallow\nblock\n}\nacl {\nblock\n}', { name: 'a.' });
    expect(outcome).toBe(99);
    expect(bench.count('coredns_acl_allowed_requests_total', ['dns://:53', ''])).toBe(1);
  });
});

const cases: readonly [string, string, AskedQuery, string, boolean][] = [
  ['the type decides', 'acl {\nblock type TXT\n}', { name: 'a.' }, '10.0.0.1', true],
  ['the type fits', 'acl {\nblock type TXT A\n}', { name: 'a.' }, '10.0.0.1', false],
  ['the network decides', 'acl {\nblock net 10.0.0.0/8\n}', { name: 'a.' }, '11.0.0.1', true],
  ['the network fits', 'acl {\nblock net ::/0 10.0.0.0/8\n}', { name: 'a.' }, '10.9.9.9', false],
  ['IPv6 clients', 'acl {\nblock net 2001:db8::/32\n}', { name: 'a.' }, '2001:db8::1', false],
  ['the zone decides', 'acl a.test {\nblock\n}', { name: 'b.test.' }, '10.0.0.1', true],
  ['a name below the zone', 'acl a.test {\nblock\n}', { name: 'X.A.test.' }, '10.0.0.1', false],
  ['a later stanza', 'acl a.\nacl {\nblock\n}', { name: 'a.' }, '10.0.0.1', false],
  ['a source that is no address', 'acl {\nallow net 10.0.0.0/8\n}', { name: 'a.' }, '', false],
];

test.each(cases)('%s', async (_about, lines, query, address, isAllowed) => {
  const { outcome } = await ask(lines, query, address);
  expect(outcome === 99).toBe(isAllowed);
});

test('keeps one series for queries of one listener', async () => {
  const bench = new PluginBench(new FakeClock());
  const handler = aclServing.create({ rules: [] }, NEXT, bench.context());
  for (const server of ['dns://:53', 'dns://:53', 'dns://:54']) {
    const exchange = exchangeFor({ name: 'a.' });
    exchange.server = server;
    await handler.serve(exchange);
  }
  expect(bench.count('coredns_acl_allowed_requests_total', ['dns://:53', ''])).toBe(2);
  expect(bench.count('coredns_acl_allowed_requests_total', ['dns://:54', ''])).toBe(1);
});
