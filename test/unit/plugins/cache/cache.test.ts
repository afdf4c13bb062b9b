// The cache handler: what it stores, for whom, how long, and what clients see of it.
import { describe, expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { CacheBench, lines, play } from '../../../support/cache-bench.ts';
import { exchangeFor } from '../../../support/chain-doubles.ts';
import { name, record } from '../../../support/record-lines.ts';

const A = 'a.test. 100 IN A 192.0.2.1';
const SOA = 'test. 600 IN SOA ns.test. host.test. 9 7200 3600 86400 40';

test('asks once, and counts the TTL down', async () => {
  const bench = new CacheBench();
  bench.script = { answer: [A] };
  const miss = await bench.ask('a.test.');
  expect(lines(miss)).toEqual([A]);
  expect(miss.reply).toMatchObject({ isAuthoritative: false, isRecursionAvailable: true });
  bench.clock.advance(2900);
  const hit = await bench.ask('A.test.');
  expect(lines(hit)).toEqual(['a.test. 98 IN A 192.0.2.1']);
  expect(hit.reply).toMatchObject({ isAuthoritative: true, isRecursionAvailable: true, rcode: 0 });
  expect(bench.asked).toHaveLength(1);
  bench.clock.advance(97_100);
  await bench.ask('a.test.');
  expect(bench.asked).toHaveLength(2);
});

test('keeps what it gave from changes by plugins in front', async () => {
  const bench = new CacheBench();
  bench.script = { answer: [A] };
  await bench.ask('a.test.');
  (await bench.ask('a.test.')).reply.answer.pop();
  expect(lines(await bench.ask('a.test.'))).toEqual([A]);
});

test('passes names outside its zones by', async () => {
  const bench = new CacheBench({ zones: ['other.test.'] });
  bench.script = { answer: ['a.test. 7200 IN A 192.0.2.1'] };
  for (let i = 0; i < 2; i++) expect(lines(await bench.ask('a.test.'))[0]).toContain(' 7200 ');
  expect(bench.asked[0]?.isAuthenticData).toBe(false);
  expect(bench.count('requests_total')).toBe(0);
});

test.each([
  ['type', { type: 'AAAA' }],
  ['class', { class: 'CH' }],
  ['DO', { edns: { bufsize: 1232, do: true } }],
  ['CD', { cd: true }],
])('another %s is another entry', async (_what, change) => {
  const bench = new CacheBench();
  bench.script = {};
  await bench.ask('a.test.');
  await bench.ask({ name: 'a.test.', ...change });
  expect(bench.asked).toHaveLength(2);
});

test.each([
  ['RD', { rd: false }],
  ['AD', { ad: true }],
  ['the transport', { transport: 'tcp' as const }],
  ['EDNS without DO', { edns: { bufsize: 4096, do: false } }],
])('%s makes no other entry', async (_what, change) => {
  const bench = new CacheBench();
  bench.script = { answer: [A] };
  await bench.ask('a.test.');
  await bench.ask({ name: 'a.test.', ...change });
  expect(bench.asked).toHaveLength(1);
});

test('asks with AD, and shows AD only to clients that know of it', async () => {
  const bench = new CacheBench();
  bench.script = { answer: [A], isAuthenticData: true };
  const isAuthentic = async (change: object): Promise<boolean> =>
    (await bench.ask({ name: 'a.test.', ...change })).reply.isAuthenticData;
  const withDo = { edns: { bufsize: 1232, do: true } };
  expect(await isAuthentic({})).toBe(false);
  expect(await isAuthentic({ ad: true })).toBe(true);
  expect(await isAuthentic({})).toBe(false);
  expect(await isAuthentic(withDo)).toBe(true);
  expect(await isAuthentic(withDo)).toBe(true);
  expect(bench.asked).toHaveLength(2);
  const exchange = exchangeFor({ name: 'b.test.' });
  bench.script = (inner) => {
    expect(inner.isAuthenticData).toBe(true);
    return play(inner, { answer: [] });
  };
  await bench.handler.serve(exchange);
  expect(exchange.isAuthenticData).toBe(false);
});

test('an upstream that answers late is stored, too', async () => {
  const bench = new CacheBench();
  bench.script = async (exchange) => play(exchange, { answer: [A] });
  await bench.ask('a.test.');
  expect(lines(await bench.ask('a.test.'))).toEqual([A]);
  expect(bench.asked).toHaveLength(1);
});

test('an outcome without a reply is handed on', async () => {
  const bench = new CacheBench();
  bench.script = () => Rcode.SERVFAIL;
  const exchange = exchangeFor({ name: 'a.test.' });
  expect(await bench.handler.serve(exchange)).toBe(Rcode.SERVFAIL);
  expect(exchange.reply.isWritten).toBe(false);
});

test('OPT records do not pass', async () => {
  const bench = new CacheBench();
  const edns = { udpSize: 512, version: 0, isDnssecOk: false, options: [], extendedRcode: 0 };
  bench.script = { answer: [A], change: ({ reply }) => Object.assign(reply, { edns }) };
  expect((await bench.ask('a.test.')).reply.edns).toBeUndefined();
});

describe('one TTL for all records', () => {
  test.each<[string, object, number]>([
    ['the lowest', {}, 40],
    ['not below the minimum', { success: { minTtlSeconds: 50 } }, 50],
    ['not above the maximum', { success: { maxTtlSeconds: 30 } }, 30],
    ['the maximum also above the minimum', { success: { maxTtlSeconds: 3 } }, 3],
  ])('%s', async (_what, options, ttl) => {
    const bench = new CacheBench(options);
    bench.script = {
      answer: ['a.test. 300 IN CNAME b.test.', 'b.test. 40 IN A 192.0.2.1'],
      authority: ['test. 7200 IN NS ns.test.'],
      additional: ['ns.test. 60 IN A 192.0.2.2'],
    };
    const expected = [
      `a.test. ${ttl} IN CNAME b.test.`,
      `b.test. ${ttl} IN A 192.0.2.1`,
      `test. ${ttl} IN NS ns.test.`,
      `ns.test. ${ttl} IN A 192.0.2.2`,
    ];
    for (let i = 0; i < 2; i++) expect(lines(await bench.ask('a.test.'))).toEqual(expected);
  });

  test('0 is not stored where the minimum allows it', async () => {
    const bench = new CacheBench({ success: { minTtlSeconds: 0 } });
    bench.script = { answer: ['a.test. 0 IN A 192.0.2.1'] };
    for (let i = 0; i < 2; i++) expect(lines(await bench.ask('a.test.'))[0]).toContain(' 0 ');
    expect(bench.asked).toHaveLength(2);
  });

  test('keepttl does not count down', async () => {
    const bench = new CacheBench({ isTtlKept: true });
    bench.script = { answer: [A] };
    await bench.ask('a.test.');
    bench.clock.advance(50_000);
    expect(lines(await bench.ask('a.test.'))).toEqual([A]);
  });
});

describe('failures', () => {
  test.each([Rcode.SERVFAIL, Rcode.NOTIMP])('%d is kept five seconds', async (rcode) => {
    const bench = new CacheBench();
    bench.script = { rcode };
    await bench.ask('a.test.');
    bench.clock.advance(4999);
    expect((await bench.ask('a.test.')).reply).toMatchObject({ rcode, isAuthoritative: true });
    bench.clock.advance(1);
    await bench.ask('a.test.');
    expect(bench.asked).toHaveLength(2);
  });

  test.each([0, 999])('are not kept for %d ms', async (servfailMs) => {
    const bench = new CacheBench({ servfailMs });
    bench.script = { rcode: Rcode.SERVFAIL };
    for (let i = 0; i < 2; i++) await bench.ask('a.test.');
    expect(bench.asked).toHaveLength(2);
  });
});

describe('disable', () => {
  test.each<['success' | 'denial', object]>([
    ['success', { answer: ['a.off.test. 100 IN A 192.0.2.1'] }],
    ['denial', { rcode: Rcode.NXDOMAIN, authority: [SOA] }],
  ])('%s', async (store, script) => {
    const bench = new CacheBench({ [store]: { disabledZones: ['off.test.'] } });
    bench.script = script;
    for (let i = 0; i < 2; i++) await bench.ask('a.off.test.');
    expect(bench.asked).toHaveLength(2);
    expect(bench.countOf('entries', store)).toBe(0);
  });
});

describe('local data', () => {
  test('is not stored and not counted, but its TTL is limited', async () => {
    const bench = new CacheBench({ success: { maxTtlSeconds: 30 }, denial: { maxTtlSeconds: 20 } });
    bench.script = { answer: [A, 'a.test. 60 IN A 192.0.2.2'], isLocal: true };
    for (let i = 0; i < 2; i++) {
      expect(lines(await bench.ask('a.test.'))).toEqual([
        'a.test. 30 IN A 192.0.2.1',
        'a.test. 30 IN A 192.0.2.2',
      ]);
    }
    bench.script = { rcode: Rcode.NXDOMAIN, authority: [SOA], isLocal: true };
    expect(lines(await bench.ask('n.test.'))).toEqual([SOA.replace('600', '20')]);
    expect(bench.asked).toHaveLength(3);
    expect(bench.count('requests_total')).toBe(0);
    expect(bench.count('misses_total')).toBe(0);
  });

  test('has lower-case names, as a cache that was first asked in lower case', async () => {
    const bench = new CacheBench();
    bench.script = (exchange) =>
      play(exchange, {
        isLocal: true,
        change: ({ reply, askedName }) => {
          reply.answer = [{ ...record(A), name: askedName }];
        },
      });
    const exchange = await bench.ask('A.TEST.');
    expect(lines(exchange)).toEqual([A]);
    expect(exchange.askedName).toEqual(name('A.TEST.'));
  });

  test('has names as they were asked for where nothing is stored', async () => {
    const bench = new CacheBench({ success: { disabledZones: ['off.test.'] } });
    bench.script = (exchange) =>
      play(exchange, {
        isLocal: true,
        change: ({ reply, askedName }) => {
          reply.answer = [{ ...record(A), name: askedName }];
        },
      });
    expect(lines(await bench.ask('A.Off.Test.'))).toEqual([A.replace('a.test.', 'A.Off.Test.')]);
    expect(bench.asked).toHaveLength(1);
  });

  test('that has nothing to say is handed on', async () => {
    const bench = new CacheBench();
    bench.script = ({ reply }) => {
      reply.isLocal = true;
      return Rcode.SERVFAIL;
    };
    const exchange = exchangeFor({ name: 'A.test.' });
    expect(await bench.handler.serve(exchange)).toBe(Rcode.SERVFAIL);
    expect(bench.asked).toHaveLength(1);
  });
});

describe('metrics', () => {
  test('count requests, hits, misses, entries', async () => {
    const bench = new CacheBench();
    bench.script = { answer: [A] };
    for (let i = 0; i < 3; i++) await bench.ask('a.test.');
    bench.script = { rcode: Rcode.NXDOMAIN, authority: [SOA] };
    for (let i = 0; i < 2; i++) await bench.ask('n.test.');
    expect(bench.count('requests_total')).toBe(5);
    expect(bench.count('misses_total')).toBe(2);
    expect(bench.countOf('hits_total', 'success')).toBe(2);
    expect(bench.countOf('hits_total', 'denial')).toBe(1);
    expect(bench.countOf('entries', 'success')).toBe(1);
    expect(bench.countOf('entries', 'denial')).toBe(1);
  });

  test('are apart for listeners', async () => {
    const bench = new CacheBench();
    bench.script = {};
    for (const server of ['dns://:53', 'dns://:54', 'dns://:53']) {
      const exchange = exchangeFor({ name: 'a.test.' });
      exchange.server = server;
      await bench.handler.serve(exchange);
    }
    expect(bench.count('requests_total')).toBe(2);
    expect(bench.bench.count('coredns_cache_requests_total', ['dns://:54', '.', ''])).toBe(1);
  });

  test('count replies to another question as dropped', async () => {
    const bench = new CacheBench();
    const question = { name: name('other.test.'), type: 1, class: 1 };
    bench.script = { answer: [A], change: ({ reply }) => Object.assign(reply, { question }) };
    for (let i = 0; i < 2; i++) await bench.ask('a.test.');
    expect(bench.asked).toHaveLength(2);
    expect(bench.count('drops_total')).toBe(2);
    question.name = name('A.test.');
    for (let i = 0; i < 2; i++) await bench.ask('a.test.');
    expect(bench.asked).toHaveLength(3);
  });

  test('count entries that had to go', async () => {
    const bench = new CacheBench({ success: { capacity: 1 } });
    bench.script = {};
    for (let i = 0; i < 1030; i++) await bench.handler.serve(exchangeFor({ name: `n${i}.test.` }));
    expect(bench.bench.count('coredns_cache_evictions_total', ['', 'success', '.', ''])).toBe(6);
    expect(bench.bench.count('coredns_cache_entries', ['', 'success', '.', ''])).toBe(1024);
  });
});

test('remembers which wildcard a reply came from', async () => {
  const bench = new CacheBench();
  bench.script = {
    answer: [A],
    change: ({ metadata }) => metadata?.set('zone/wildcard', () => '*.test.'),
  };
  for (let i = 0; i < 2; i++) {
    const exchange = exchangeFor({ name: 'a.test.' });
    exchange.metadata = new Map();
    await bench.handler.serve(exchange);
    expect(exchange.metadata.get('zone/wildcard')?.()).toBe('*.test.');
  }
  expect(bench.asked).toHaveLength(1);
});
