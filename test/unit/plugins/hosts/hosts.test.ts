// The hosts handler and the text of hosts files (more is in the golden scenarios of hosts).
import { beforeEach, describe, expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { recordText } from '../../../../src/dns/record.ts';
import type { Exchange } from '../../../../src/plugin/exchange.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { type HostLineOptions, parseHostLines } from '../../../../src/plugins/hosts/host-lines.ts';
import { HostTable, hostHash } from '../../../../src/plugins/hosts/host-table.ts';
import { hostsServing } from '../../../../src/plugins/hosts/hosts.ts';
import type { HostsOptions } from '../../../../src/plugins/hosts/options.ts';
import { packRecords } from '../../../../src/zone/packed-records.ts';
import { type AskedQuery, exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { name } from '../../../support/record-lines.ts';

const LINES: HostLineOptions = { zones: [name('.')], ttlSeconds: 60, hasReverse: true };
const FILE = `
10.1.1.1 a.test A2.test # comment
2001:db8::1 a.test
10.1.1.2 a.test
10.1.1.3 *.w.test
10.1.1.4 own.w.test
2001:db8::3 *.w.test
10.1.1.5 *
`;
const INLINE = '10.2.2.1 a.test in.test\n10.1.1.1 in.test';
const NEXT = Rcode.NOTIMP;

const next: Handler = { name: 'next', serve: () => NEXT };
let bench: PluginBench;

beforeEach(() => {
  bench = new PluginBench(new FakeClock());
});

function publish(file: string | undefined, inline = INLINE): void {
  bench.block([]).instance.publish('h', {
    file: file === undefined ? undefined : packRecords(parseHostLines(file, LINES)),
    inline: packRecords(parseHostLines(inline, LINES)),
  });
}

function handlerWith(options: Partial<HostsOptions> = {}): Handler {
  return hostsServing.create(
    { zones: ['.'], fallthrough: undefined, isUnsupportedPassed: false, channel: 'h', ...options },
    next,
    bench.context(),
  );
}

async function ask(handler: Handler, query: AskedQuery): Promise<[number, Exchange]> {
  const exchange = exchangeFor(query);
  return [await handler.serve(exchange), exchange];
}

const texts = ({ reply }: Exchange): string[] => reply.answer.map(recordText);

describe('answers', () => {
  test.each<[AskedQuery, readonly string[]]>([
    [
      { name: 'A.test.' },
      ['a.test. 60 IN A 10.1.1.1', 'a.test. 60 IN A 10.1.1.2', 'a.test. 60 IN A 10.2.2.1'],
    ],
    [{ name: 'a.test.', type: 'AAAA' }, ['a.test. 60 IN AAAA 2001:db8::1']],
    [{ name: 'a2.test.' }, ['a2.test. 60 IN A 10.1.1.1']],
    [{ name: 'a2.test.', type: 'AAAA' }, []],
    [{ name: 'a.test.', type: 'TXT' }, []],
    [{ name: 'in.test.' }, ['in.test. 60 IN A 10.2.2.1', 'in.test. 60 IN A 10.1.1.1']],
    [{ name: 'x.w.test.' }, ['x.w.test. 60 IN A 10.1.1.3']],
    [{ name: 'own.w.test.' }, ['own.w.test. 60 IN A 10.1.1.4']],
    [{ name: 'own.w.test.', type: 'AAAA' }, ['own.w.test. 60 IN AAAA 2001:db8::3']],
    [
      { name: '1.1.1.10.in-addr.arpa.', type: 'PTR' },
      [
        '1.1.1.10.in-addr.arpa. 60 IN PTR a.test.',
        '1.1.1.10.in-addr.arpa. 60 IN PTR a2.test.',
        '1.1.1.10.in-addr.arpa. 60 IN PTR in.test.',
      ],
    ],
  ])('%j', async (query, expected) => {
    publish(FILE);
    const [outcome, exchange] = await ask(handlerWith(), query);
    expect(outcome).toBe(Rcode.NOERROR);
    expect(texts(exchange)).toEqual(expected);
    expect(exchange.reply).toMatchObject({ isWritten: true, isAuthoritative: true, isLocal: true });
  });

  test('follow the file', async () => {
    publish(undefined);
    const handler = handlerWith();
    const first = async (): Promise<string[]> =>
      texts((await ask(handler, { name: 'a.test.' }))[1]);
    expect(await first()).toEqual(['a.test. 60 IN A 10.2.2.1']);
    publish('10.9.9.9 a.test');
    expect(await first()).toEqual(['a.test. 60 IN A 10.9.9.9', 'a.test. 60 IN A 10.2.2.1']);
  });
});

describe('what is not there', () => {
  test.each<[AskedQuery, Partial<HostsOptions>, number]>([
    [{ name: 'n.test.' }, {}, Rcode.SERVFAIL],
    [{ name: 'y.x.w.test.' }, {}, Rcode.SERVFAIL],
    [{ name: 'w.test.' }, {}, Rcode.SERVFAIL],
    [{ name: 'top.' }, {}, Rcode.SERVFAIL],
    [{ name: '.' }, {}, Rcode.SERVFAIL],
    [{ name: '1.1.1.10.in-addr.arpa.' }, {}, Rcode.SERVFAIL],
    [{ name: 'n.test.' }, { fallthrough: [] }, NEXT],
    [{ name: 'n.test.', type: 'TXT' }, { fallthrough: ['test.'] }, NEXT],
    [{ name: 'n.test.' }, { fallthrough: ['other.'] }, Rcode.SERVFAIL],
    [{ name: 'a.test.' }, { zones: ['other.'] }, NEXT],
    [{ name: 'a.test.', type: 'PTR' }, {}, NEXT],
    [{ name: '3.1.1.10.in-addr.arpa.', type: 'PTR' }, {}, NEXT],
    [{ name: 'a.test.', type: 'TXT' }, { fallthrough: [], isUnsupportedPassed: true }, NEXT],
    [{ name: 'a.test.', type: 'TXT' }, { fallthrough: ['o.'], isUnsupportedPassed: true }, 0],
  ])('%j with %j', async (query, options, expected) => {
    publish(FILE);
    const [outcome, { reply }] = await ask(handlerWith(options), query);
    expect(outcome).toBe(expected);
    expect(reply.isLocal).toBe(expected !== NEXT);
  });

  test('reverse zones need not be among the zones', async () => {
    publish(FILE);
    const query = { name: '2.1.1.10.in-addr.arpa.', type: 'PTR' };
    expect((await ask(handlerWith({ zones: ['o.'] }), query))[0]).toBe(Rcode.NOERROR);
  });
});

describe('lines', () => {
  test.each<[string, readonly string[]]>([
    ['10.0.0.1', []],
    ['# 10.0.0.1 a.test', []],
    ['10.0.0.256 a.test', []],
    ['foo bar', []],
    ['', []],
    ['10.0.0.1 other.zone', []],
    ['10.0.0.1 a..test', []],
    [
      '  10.0.0.1\ta.test.  # x',
      ['a.test. 60 IN A 10.0.0.1', '1.0.0.10.in-addr.arpa. 60 IN PTR a.test.'],
    ],
    [
      '::ffff:10.0.0.1 a.test',
      ['a.test. 60 IN A 10.0.0.1', '1.0.0.10.in-addr.arpa. 60 IN PTR a.test.'],
    ],
    [
      'fe80::1%eth0 a.test',
      [
        'a.test. 60 IN AAAA fe80::1',
        '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.e.f.ip6.arpa. 60 IN PTR a.test.',
      ],
    ],
    ['10.0.0.1 *.test', ['*.test. 60 IN A 10.0.0.1']],
  ])('%j', (line, expected) => {
    const records = parseHostLines(line, { ...LINES, zones: [name('test.')] });
    expect(records.map(recordText)).toEqual(expected);
  });

  test('without reverse', () => {
    expect(parseHostLines('10.0.0.1 a.test', { ...LINES, hasReverse: false })).toHaveLength(1);
  });
});

test('names that share a hash are told apart', () => {
  const table = new HostTable(parseHostLines('10.0.0.1 a.test\n10.0.0.2 b.test', LINES));
  expect(table.find(name('b.test.'), hostHash(name('a.test.')))).toBeUndefined();
});

test('names whose hashes are equal both have their records', () => {
  const byHash = new Map<number, string>();
  let pair: readonly string[] = [];
  for (let i = 0; pair.length === 0 && i < 1_000_000; i++) {
    const text = `n${i}.test.`;
    const hash = hostHash(name(text));
    const other = byHash.get(hash);
    if (other !== undefined) pair = [other, text];
    byHash.set(hash, text);
  }
  const table = new HostTable(parseHostLines(`10.0.0.1 ${pair.join(' ')}`, LINES));
  expect(pair).toHaveLength(2);
  for (const each of pair) {
    expect(table.find(name(each), hostHash(name(each)))?.ipv4).toHaveLength(1);
  }
});
