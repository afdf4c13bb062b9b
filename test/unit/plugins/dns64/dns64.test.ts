// AAAA records out of A records.
import { describe, expect, test } from 'vitest';
import { formatIp, parseCidr, parseIp } from '../../../../src/base/ip.ts';
import { Rcode, rcodeName } from '../../../../src/dns/codes/rcode.ts';
import { RRType } from '../../../../src/dns/codes/rr-type.ts';
import { recordText } from '../../../../src/dns/record.ts';
import { Exchange } from '../../../../src/plugin/exchange.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { dns64Serving } from '../../../../src/plugins/dns64/dns64.ts';
import { embedIpv4 } from '../../../../src/plugins/dns64/embed.ts';
import { defaultDns64 } from '../../../../src/plugins/dns64/options.ts';
import { dns64Control } from '../../../../src/plugins/dns64/setup.ts';
import { type AskedQuery, exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { record } from '../../../support/record-lines.ts';

/** RFC 6052 section 2.4. */
test.each([
  ['2001:db8::/32', '2001:db8:c000:221::'],
  ['2001:db8:100::/40', '2001:db8:1c0:2:21::'],
  ['2001:db8:122::/48', '2001:db8:122:c000:2:2100::'],
  ['2001:db8:122:300::/56', '2001:db8:122:3c0:0:221::'],
  ['2001:db8:122:344::/64', '2001:db8:122:344:c0:2:2100:0'],
  ['2001:db8:122:344::/96', '2001:db8:122:344::c000:221'],
])('192.0.2.33 in %s is %s', (prefix, expected) => {
  const cidr = parseCidr(prefix);
  const address = parseIp('192.0.2.33');
  if (cidr === undefined || address === undefined) throw new Error('unreadable');
  const shown = formatIp(embedIpv4(cidr, address));
  expect(shown).toBe(formatIp(parseIp(expected) ?? new Uint8Array(16)));
});

interface Answers {
  readonly aaaa?: readonly string[];
  readonly soa?: string;
  readonly rcode?: number;
  readonly a?: readonly string[];
}

/** The chain behind dns64, which is asked for both types. */
function chain({ aaaa = [], soa, rcode = 0, a = [] }: Answers): Handler {
  return {
    name: 'n',
    serve({ type, reply }) {
      reply.isAuthoritative = true;
      reply.answer.push(...(type === RRType.A ? a : aaaa).map(record));
      if (type !== RRType.A && soa !== undefined) reply.authority.push(record(soa));
      return reply.write(type === RRType.A ? 0 : rcode);
    },
  };
}

const SOA = 'test. 30 IN SOA a. b. 1 2 3 4 5';
const bench = new PluginBench(new FakeClock());

async function ask(
  answers: Answers,
  options = defaultDns64(),
  query: AskedQuery = { name: 'a.test.', type: 'AAAA' },
  address = '2001:db8::1',
): Promise<Exchange> {
  bench.first = chain(answers);
  const handler = dns64Serving.create(options, bench.first, bench.context());
  const made = exchangeFor(query);
  const exchange = new Exchange({ ...made } as never, made.name, { ...made.client, address }, 0);
  exchange.server = 'dns://:53';
  await handler.serve(exchange);
  return exchange;
}

const lines = ({ reply }: Exchange): string[] => [
  rcodeName(reply.rcode),
  ...reply.answer.map(recordText),
];
const A = ['a.test. 60 IN A 192.0.2.1'];
const AAAA = ['a.test. 60 IN AAAA 2001:db8::5'];
const MADE = (ttl: number): string[] => ['NOERROR', `a.test. ${ttl} IN AAAA 64:ff9b::c000:201`];

describe('a reply', () => {
  test('without AAAA records gets them, and is not authoritative', async () => {
    const exchange = await ask({ a: A, soa: SOA });
    expect(lines(exchange)).toEqual(MADE(30));
    expect(exchange.reply).toMatchObject({ isAuthoritative: false, authority: [] });
  });

  test('without SOA has the TTL of the A records, at most 600', async () => {
    expect(lines(await ask({ a: A }))).toEqual(MADE(60));
    expect(lines(await ask({ a: ['a.test. 900 IN A 192.0.2.1'] }))).toEqual(MADE(600));
  });

  test('keeps CNAME records', async () => {
    const a = ['a.test. 9 IN CNAME b.test.', 'b.test. 8 IN A 192.0.2.1'];
    expect(lines(await ask({ a }))).toEqual([
      'NOERROR',
      'a.test. 9 IN CNAME b.test.',
      'b.test. 8 IN AAAA 64:ff9b::c000:201',
    ]);
  });

  test('with AAAA records stays, unless all shall be translated', async () => {
    expect(lines(await ask({ a: A, aaaa: AAAA }))).toEqual(['NOERROR', ...AAAA]);
    const all = { ...defaultDns64(), isAlwaysTranslated: true };
    expect(lines(await ask({ a: A, aaaa: AAAA }, all))).toEqual(MADE(60));
  });

  test('that says that there is no such name stays; other errors are like an empty answer', async () => {
    expect(lines(await ask({ a: A, rcode: Rcode.NXDOMAIN }))).toEqual(['NXDOMAIN']);
    expect(lines(await ask({ a: A, rcode: Rcode.SERVFAIL }))).toEqual(MADE(60));
  });

  test('is translated for IPv4 clients only when allowed', async () => {
    const query = { name: 'a.test.', type: 'AAAA' };
    expect(lines(await ask({ a: A }, defaultDns64(), query, '192.0.2.9'))).toEqual(['NOERROR']);
    const allowed = { ...defaultDns64(), isForIpv4: true };
    expect(lines(await ask({ a: A }, allowed, query, '192.0.2.9'))).toEqual(MADE(60));
  });

  test.each([
    [{ name: 'a.test.', type: 'A' }, ['NOERROR', ...A]],
    [{ name: 'a.test.', type: 'AAAA', class: 'CH' }, ['NOERROR']],
  ])('to %j stays', async (query, expected) => {
    expect(lines(await ask({ a: A }, defaultDns64(), query))).toEqual(expected);
  });
});

test('translations are counted', async () => {
  const labels = ['dns://:53'];
  const before = bench.count('coredns_dns64_requests_translated_total', labels);
  await ask({ a: A });
  await ask({ a: A, aaaa: AAAA });
  expect(bench.count('coredns_dns64_requests_translated_total', labels)).toBe(before + 1);
});

test('silence of the chain stays, and a lookup that brings nothing is SERVFAIL', async () => {
  const silent: Handler = { name: 'n', serve: () => 0 };
  const context = { ...bench.context(), lookup: () => undefined };
  const options = { ...defaultDns64(), isForIpv4: true };
  const exchange = exchangeFor({ name: 'a.test.', type: 'AAAA' });
  expect(await dns64Serving.create(options, silent, context).serve(exchange)).toBe(0);
  expect(exchange.reply.isWritten).toBe(false);
  const other = exchangeFor({ name: 'a.test.', type: 'AAAA' });
  const handler = dns64Serving.create(options, chain({}), context);
  expect(await handler.serve(other)).toBe(Rcode.SERVFAIL);
  expect(other.reply.isWritten).toBe(false);
});

describe('setup', () => {
  const standard = defaultDns64();
  const P64 = parseCidr('2001:db8::/64');
  test.each([
    ['dns64', standard],
    ['dns64 2001:db8::/64', { ...standard, prefix: P64 }],
    [
      'dns64 {\nprefix 2001:db8::/64\ntranslate_all\nallow_ipv4\n}',
      { prefix: P64, isAlwaysTranslated: true, isForIpv4: true },
    ],
    ['dns64 2001:db8::/64 {\nfoo\ntranslate_all\n}', { ...standard, prefix: P64 }],
    ['dns64\ndns64 {\nallow_ipv4\n}', { ...standard, isForIpv4: true }],
  ])('%s', async (text, options) => {
    expect(await new ControlBench().load(dns64Control, `.:1053 {\n${text}\n}`)).toEqual([options]);
  });

  const parsing = 'Corefile:2 - Error during parsing:';
  test.each([
    ['dns64 foo', 'invalid CIDR address: foo'],
    ['dns64 1.2.3.4/24', `${parsing} invalid netmask 32 IPv6 address: "1.2.3.0/24"`],
    ['dns64 64:ff9b::/97', `${parsing} invalid prefix length "64:ff9b::/97"`],
    ['dns64 64:ff9b::/72', `${parsing} invalid prefix length "64:ff9b::/72"`],
    ['dns64 {\nfoo\n}', `Corefile:3 - Error during parsing: unknown property 'foo'`],
  ])('refuses %s', async (text, error) => {
    expect(await new ControlBench().errorOf(dns64Control, `.:1053 {\n${text}\n}`)).toBe(error);
  });
});
