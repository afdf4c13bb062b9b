// Names that mean this host.
import { describe, expect, test } from 'vitest';
import { rcodeName } from '../../../../src/dns/codes/rcode.ts';
import { recordText } from '../../../../src/dns/record.ts';
import { localServing } from '../../../../src/plugins/local/local.ts';
import { localControl } from '../../../../src/plugins/local/setup.ts';
import { exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const bench = new PluginBench(new FakeClock());
const METRIC = 'coredns_local_localhost_requests_total';

/** Response code and records, `--` before those of the authority; NEXT when the query goes on. */
function ask(name: string, type = 'A', isPrefixLocal = true): string[] {
  const next = { name: 'n', serve: () => 99 };
  const handler = localServing.create({ isPrefixLocal }, next, bench.context());
  const exchange = exchangeFor({ name, type });
  if (handler.serve(exchange) === 99) return ['NEXT'];
  const { rcode, answer, authority } = exchange.reply;
  return [rcodeName(rcode), ...answer.map(recordText), '--', ...authority.map(recordText)];
}

const SOA = '604800 IN SOA localhost. root.localhost. 1 0 0 0 604800';
const cases: readonly [string, string, readonly string[]][] = [
  ['localhost.', 'A', ['NOERROR', 'localhost. 604800 IN A 127.0.0.1', '--']],
  ['LocalHost.', 'AAAA', ['NOERROR', 'LocalHost. 604800 IN AAAA ::1', '--']],
  ['localhost.', 'SOA', ['NOERROR', `localhost. ${SOA}`, '--']],
  ['localhost.', 'NS', ['NOERROR', 'localhost. 604800 IN NS localhost.', '--']],
  ['localhost.', 'TXT', ['NOERROR', '--', `localhost. ${SOA}`]],
  ['a.b.localhost.', 'A', ['NOERROR', 'a.b.localhost. 604800 IN A 127.0.0.1', '--']],
  ['a.localhost.', 'NS', ['NOERROR', '--', `a.localhost. ${SOA}`]],
  [
    'Localhost.example.org.',
    'AAAA',
    ['NOERROR', 'Localhost.example.org. 604800 IN AAAA ::1', '--'],
  ],
  ['localhost.example.org.', 'TXT', ['NOERROR', '--', `localhost.example.org. ${SOA}`]],
  [
    '1.0.0.127.in-addr.arpa.',
    'PTR',
    ['NOERROR', '1.0.0.127.in-addr.arpa. 604800 IN PTR localhost.', '--'],
  ],
  ['1.0.0.127.in-addr.arpa.', 'A', ['NOERROR', '--', `127.in-addr.arpa. ${SOA}`]],
  ['2.0.0.127.In-Addr.arpa.', 'PTR', ['NXDOMAIN', '--', `127.In-Addr.arpa. ${SOA}`]],
  ['0.in-addr.arpa.', 'SOA', ['NOERROR', `0.in-addr.arpa. ${SOA}`, '--']],
  ['255.in-addr.arpa.', 'NS', ['NOERROR', '255.in-addr.arpa. 604800 IN NS localhost.', '--']],
  ['255.in-addr.arpa.', 'PTR', ['NOERROR', '--', `255.in-addr.arpa. ${SOA}`]],
  ['xlocalhost.', 'A', ['NEXT']],
  ['localhosts.test.', 'A', ['NEXT']],
  ['.', 'A', ['NEXT']],
];

test.each(cases)('%s %s', (name, type, expected) => {
  expect(ask(name, type)).toEqual(expected);
});

test('the prefix can be switched off', () => {
  expect(ask('localhost.example.org.', 'A', false)).toEqual(['NEXT']);
  expect(ask('a.localhost.', 'A', false)[0]).toBe('NOERROR');
});

test('names below localhost and names with the prefix are counted', () => {
  const before = bench.count(METRIC, []);
  for (const name of [
    'localhost.',
    'a.localhost.',
    'localhost.a.',
    'a.',
    '1.0.0.127.in-addr.arpa.',
  ])
    ask(name);
  expect(bench.count(METRIC, [])).toBe(before + 2);
});

describe('setup', () => {
  test.each([
    ['local', true],
    ['local {\n}', true],
    ['local {\nlocalhost_prefix off\n}', false],
    ['local {\nlocalhost_prefix off\n}\nlocal', true],
  ])('%s', async (lines, isPrefixLocal) => {
    const control = new ControlBench();
    expect(await control.load(localControl, `.:1053 {\n${lines}\n}`)).toEqual([{ isPrefixLocal }]);
  });

  const argument = 'Wrong argument count or unexpected line ending after';
  test.each([
    ['local x', `Corefile:2 - Error during parsing: ${argument} 'x'`],
    [
      'local {\nlocalhost_prefix maybe\n}',
      `Corefile:3 - Error during parsing: localhost_prefix expects 'on' or 'off', got "maybe"`,
    ],
    ['local {\nfoo\n}', `Corefile:3 - Error during parsing: unknown property 'foo'`],
    [
      'local {\nlocalhost_prefix\n}',
      `Corefile:3 - Error during parsing: ${argument} 'localhost_prefix'`,
    ],
  ])('refuses %s', async (lines, text) => {
    expect(await new ControlBench().errorOf(localControl, `.:1053 {\n${lines}\n}`)).toBe(text);
  });
});
