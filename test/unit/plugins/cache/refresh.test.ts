// Prefetching and stale answers: when the cache asks again, and what it does with what comes back.
import { describe, expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import {
  CacheBench,
  lines,
  type Overrides,
  play,
  type Script,
} from '../../../support/cache-bench.ts';
import { exchangeFor } from '../../../support/chain-doubles.ts';

const at = (ttl: number, host = 1): string => `a.test. ${ttl} IN A 192.0.2.${host}`;
const SOA = 'test. 10 IN SOA ns.test. host.test. 9 7200 3600 86400 40';
const NXDOMAIN: Script = { rcode: Rcode.NXDOMAIN, authority: [SOA] };
const short = { success: { maxTtlSeconds: 10 }, denial: { maxTtlSeconds: 10 } };

function staleBench(stale: Overrides['stale'] = {}, more: Overrides = {}): CacheBench {
  return new CacheBench({ ...short, ...more, stale: { upToSeconds: 60, ...stale } });
}

/** Stores an answer and lets it expire. */
async function expired(bench: CacheBench, first: Script = { answer: [at(10)] }): Promise<void> {
  bench.script = first;
  await bench.ask('a.test.');
  bench.clock.advance(10_000);
}

describe('prefetch', () => {
  const options = { ...short, prefetch: { amount: 2, spanMs: 5000, percentage: 20 } };

  test('fetches a popular entry before it expires, and goes on counting', async () => {
    const bench = new CacheBench(options);
    bench.script = { answer: [at(10)] };
    await bench.ask('a.test.');
    bench.clock.advance(4000);
    await bench.ask('a.test.');
    bench.clock.advance(4000);
    bench.script = { answer: [at(10, 2)] };
    expect(lines(await bench.ask('a.test.'))).toEqual([at(2)]);
    expect(bench.asked).toHaveLength(2);
    expect(bench.asked[1]).toMatchObject({ isAuthenticData: true, client: { protocol: 'tcp' } });
    expect(lines(await bench.ask('a.test.'))).toEqual([at(10, 2)]);
    expect(bench.count('prefetch_total')).toBe(1);
    bench.clock.advance(5000);
    await bench.ask('a.test.');
    bench.clock.advance(4000);
    await bench.ask('a.test.');
    expect(bench.asked).toHaveLength(3);
  });

  test.each([
    ['asked too seldom', 2000, 6000],
    ['too young', 100, 100],
  ])('leaves an entry that is %s', async (_what, first, second) => {
    const bench = new CacheBench(options);
    bench.script = { answer: [at(10)] };
    await bench.ask('a.test.');
    for (const ms of [first, second]) {
      bench.clock.advance(ms);
      await bench.ask('a.test.');
    }
    expect(bench.asked).toHaveLength(1);
  });

  test('is off after the configuration was dropped', async () => {
    const bench = new CacheBench({ ...options, prefetch: { ...options.prefetch, amount: 1 } });
    bench.script = { answer: [at(10)] };
    await bench.ask('a.test.');
    bench.bench.close();
    bench.clock.advance(9000);
    await bench.ask('a.test.');
    expect(bench.asked).toHaveLength(1);
  });

  test('fetches one at a time, and survives what goes wrong', async () => {
    const bench = new CacheBench({ ...options, prefetch: { ...options.prefetch, amount: 1 } });
    bench.script = { answer: [at(10)] };
    await bench.ask('a.test.');
    bench.clock.advance(9000);
    let fail: (error: unknown) => void = () => undefined;
    bench.script = () =>
      new Promise((_resolve, reject) => {
        fail = reject;
      });
    for (let i = 0; i < 3; i++) expect(lines(await bench.ask('a.test.'))).toEqual([at(1)]);
    expect(bench.asked).toHaveLength(2);
    fail(new Error('broken'));
    await bench.settle();
    expect(bench.bench.log.lines).toEqual(['[ERROR] plugin/cache: refresh failed: broken']);
    bench.script = () => {
      throw 'odd';
    };
    await bench.ask('a.test.');
    expect(bench.bench.log.lines).toContain('[ERROR] plugin/cache: refresh failed: odd');
  });

  test('collects values for logs apart from those of the client', async () => {
    const bench = new CacheBench({ ...options, prefetch: { ...options.prefetch, amount: 1 } });
    bench.script = {
      answer: [at(10)],
      change: ({ metadata }) => metadata?.set('next/asked', () => 'yes'),
    };
    await bench.ask('a.test.');
    bench.clock.advance(9000);
    const exchange = exchangeFor({ name: 'a.test.' });
    exchange.metadata = new Map();
    await bench.handler.serve(exchange);
    await bench.settle();
    expect(exchange.metadata.size).toBe(0);
    expect(bench.asked[1]?.metadata?.size).toBe(1);
  });
});

describe('serve_stale immediate', () => {
  test('answers with TTL 0 and refreshes in the background', async () => {
    const bench = staleBench();
    await expired(bench);
    bench.script = { answer: [at(10, 2)] };
    expect(lines(await bench.ask('a.test.'))).toEqual([at(0)]);
    expect(lines(await bench.ask('a.test.'))).toEqual([at(10, 2)]);
    expect(bench.asked).toHaveLength(2);
    expect(bench.count('served_stale_total')).toBe(1);
    expect(bench.count('prefetch_total')).toBe(1);
  });

  test.each<[string, Overrides, number]>([
    ['its own TTL', { stale: { ttlSeconds: 7 } }, 7],
    ['the first TTL with keepttl', { isTtlKept: true }, 10],
    ['its own TTL even with keepttl', { stale: { ttlSeconds: 7 }, isTtlKept: true }, 7],
  ])('answers with %s', async (_what, { stale, ...more }, ttl) => {
    const bench = staleBench(stale, more);
    await expired(bench);
    expect(lines(await bench.ask('a.test.'))).toEqual([at(ttl)]);
  });

  test('ends after its time', async () => {
    const bench = staleBench({ upToSeconds: 1 });
    await expired(bench);
    bench.clock.advance(999);
    bench.script = { rcode: Rcode.SERVFAIL };
    expect(lines(await bench.ask('a.test.'))).toEqual([at(0)]);
    bench.clock.advance(1);
    expect((await bench.ask('a.test.')).reply.rcode).toBe(Rcode.SERVFAIL);
  });

  test.each<[string, Script]>([
    ['fails', { rcode: Rcode.SERVFAIL }],
    ['is refused', { rcode: Rcode.REFUSED }],
    ['is cut', { answer: [at(10, 2)], isTruncated: true }],
    [
      'has another question',
      {
        change: ({ reply }) =>
          void Object.assign(reply, { question: { name: Uint8Array.of(0), type: 1, class: 1 } }),
      },
    ],
  ])('keeps the entry when a refresh %s', async (_what, script) => {
    const bench = staleBench();
    await expired(bench);
    bench.script = script;
    for (let i = 0; i < 2; i++) expect(lines(await bench.ask('a.test.'))).toEqual([at(0)]);
    expect(bench.asked).toHaveLength(3);
  });

  test('waits after a refresh that failed', async () => {
    const bench = staleBench({ recheckMs: 5000 });
    await expired(bench);
    bench.script = () => Rcode.SERVFAIL;
    for (let i = 0; i < 3; i++) await bench.ask('a.test.');
    expect(bench.asked).toHaveLength(2);
    bench.clock.advance(5000);
    await bench.ask('a.test.');
    expect(bench.asked).toHaveLength(3);
  });

  test('a denial takes the place of an answer, and the other way round', async () => {
    const bench = staleBench();
    await expired(bench);
    bench.script = NXDOMAIN;
    await bench.ask('a.test.');
    expect((await bench.ask('a.test.')).reply.rcode).toBe(Rcode.NXDOMAIN);
    bench.clock.advance(10_000);
    bench.script = { answer: [at(10, 3)] };
    await bench.ask('a.test.');
    expect(lines(await bench.ask('a.test.'))).toEqual([at(10, 3)]);
  });

  test('local data that knows the name by now is not stored', async () => {
    const bench = staleBench();
    await expired(bench);
    bench.script = { answer: [at(10, 2)], isLocal: true };
    for (let i = 0; i < 2; i++) expect(lines(await bench.ask('a.test.'))).toEqual([at(0)]);
    expect(bench.asked).toHaveLength(3);
  });
});

describe('serve_stale verify', () => {
  test.each<[string, Script, readonly string[], number]>([
    ['an answer', { answer: [at(10, 2)] }, [at(10, 2)], 0],
    ['NXDOMAIN', NXDOMAIN, [SOA], 0],
    ['a failure', { rcode: Rcode.SERVFAIL }, [at(0)], 1],
    ['a cut reply', { answer: [at(10, 2)], isTruncated: true }, [at(0)], 1],
  ])('asks first: %s', async (_what, script, expected, staleCount) => {
    const bench = staleBench({ isVerified: true });
    await expired(bench);
    bench.script = script;
    const exchange = await bench.ask('a.test.');
    expect(lines(exchange)).toEqual(expected);
    expect(exchange.reply.isAuthoritative).toBe(staleCount === 1);
    expect(bench.count('served_stale_total')).toBe(staleCount);
    expect(bench.count('prefetch_total')).toBe(0);
  });

  test('shows AD as a miss does', async () => {
    const bench = staleBench({ isVerified: true });
    await expired(bench);
    bench.script = { answer: [at(10, 2)], isAuthenticData: true };
    expect((await bench.ask('a.test.')).reply.isAuthenticData).toBe(false);
    bench.clock.advance(10_000);
    const asking = { name: 'a.test.', ad: true };
    expect((await bench.ask(asking)).reply.isAuthenticData).toBe(true);
  });

  test('asks one at a time, and not again after a failure, with RECHECK', async () => {
    const bench = staleBench({ isVerified: true, recheckMs: 5000 });
    await expired(bench);
    bench.script = { rcode: Rcode.SERVFAIL };
    for (let i = 0; i < 3; i++) expect(lines(await bench.ask('a.test.'))).toEqual([at(0)]);
    expect(bench.asked).toHaveLength(2);
  });

  test('gives up after its time, and stores what comes later', async () => {
    const bench = staleBench({ isVerified: true, verifyTimeoutMs: 500, ttlSeconds: 3 });
    await expired(bench);
    let answer = (): void => undefined;
    bench.script = (exchange) =>
      new Promise((resolve) => {
        answer = () => resolve(play(exchange, { answer: [at(10, 2)] }));
      });
    const exchange = exchangeFor({ name: 'a.test.' });
    const served = bench.handler.serve(exchange);
    await Promise.resolve();
    bench.clock.advance(500);
    await served;
    expect(lines(exchange)).toEqual([at(3)]);
    answer();
    await bench.settle();
    expect(lines(await bench.ask('a.test.'))).toEqual([at(10, 2)]);
    expect(bench.asked).toHaveLength(2);
  });

  test('answers in time as a hit does', async () => {
    const bench = staleBench({ isVerified: true, verifyTimeoutMs: 500 });
    await expired(bench);
    bench.script = { answer: [at(10, 2)] };
    const exchange = await bench.ask('a.test.');
    expect(lines(exchange)).toEqual([at(10, 2)]);
    expect(exchange.reply.isAuthoritative).toBe(true);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  test('what is not stored is answered all the same', async () => {
    const bench = staleBench({ isVerified: true, verifyTimeoutMs: 500 });
    await expired(bench);
    bench.script = { rcode: Rcode.NXDOMAIN };
    expect((await bench.ask('a.test.')).reply.rcode).toBe(Rcode.NXDOMAIN);
  });
});

describe('a failure does not hide an answer', () => {
  test('that has not expired', async () => {
    const bench = new CacheBench({ ...short, prefetch: { amount: 1, percentage: 90 } });
    bench.script = { answer: [at(10)] };
    await bench.ask('a.test.');
    bench.clock.advance(2000);
    bench.script = { rcode: Rcode.SERVFAIL };
    await bench.ask('a.test.');
    expect(bench.countOf('entries', 'denial')).toBe(1);
    expect(lines(await bench.ask('a.test.'))).toEqual([at(8)]);
  });
});

describe('serve_stale_policy prefer_positive', () => {
  const policy = { isPositivePreferred: true };

  test('a stale answer wins over a fresh denial', async () => {
    const bench = staleBench(policy);
    await expired(bench);
    bench.script = NXDOMAIN;
    await bench.ask('a.test.');
    expect(bench.countOf('entries', 'denial')).toBe(1);
    expect(lines(await bench.ask('a.test.'))).toEqual([at(0)]);
  });

  test('verify takes only an answer for an answer', async () => {
    const bench = staleBench({ ...policy, isVerified: true });
    await expired(bench);
    bench.script = NXDOMAIN;
    expect(lines(await bench.ask('a.test.'))).toEqual([at(0)]);
    bench.script = { answer: [at(10, 2)] };
    expect(lines(await bench.ask('a.test.'))).toEqual([at(10, 2)]);
    expect(bench.countOf('entries', 'denial')).toBe(0);
  });

  test('an answer is remembered behind an empty reply', async () => {
    const bench = staleBench(policy);
    await expired(bench);
    bench.script = {};
    for (let i = 0; i < 3; i++) expect(lines(await bench.ask('a.test.'))).toEqual([at(0)]);
    expect(bench.countOf('entries', 'success')).toBe(1);
  });

  test('without an answer the denial counts', async () => {
    const bench = staleBench(policy);
    bench.script = NXDOMAIN;
    for (let i = 0; i < 2; i++) await bench.ask('a.test.');
    expect(bench.asked).toHaveLength(1);
  });
});
