// Forwarded queries on the short path, beside the same ones on the general path, over real sockets.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { encodeMessage, type Message } from '../../../../src/dns/message.ts';
import { DirectForwardBench } from '../../../support/direct-forward-bench.ts';
import { queryPacket } from '../../../support/dns-client.ts';
import { name, record } from '../../../support/record-lines.ts';
import {
  deadPort,
  replyTo,
  type StubAnswer,
  StubUpstream,
} from '../../../support/stub-upstream.ts';

const SHORT = ['keep', 'commit', 'release'];
const HANDED_OVER = ['keep', 'send', 'release'];
const EDNS = { udpSize: 1232, version: 0, isDnssecOk: true, extendedRcode: 0, options: [] };
const SOA = record('test. 900 IN SOA ns.test. host.test. 1 2 3 4 60');
const ADDRESS = record('a.test. 300 IN A 192.0.2.1');

let upstream: StubUpstream;
const benches: DirectForwardBench[] = [];

beforeEach(async () => {
  upstream = await new StubUpstream((query) => replyTo(query, { answer: [ADDRESS] })).start();
});

afterEach(async () => {
  for (const bench of benches.splice(0)) bench.close();
  await upstream.stop();
});

function benchOf(...options: ConstructorParameters<typeof DirectForwardBench>): DirectForwardBench {
  const bench = new DirectForwardBench(...options);
  benches.push(bench);
  return bench;
}

describe('a plain query', () => {
  test.each([
    ['without EDNS', {}],
    ['with EDNS and DO', { edns: EDNS }],
    ['with other flags in its OPT', { edns: { ...EDNS, otherFlags: 0x21 } }],
  ])('%s goes out as on the general path', async (_what, parts) => {
    const packet = queryPacket('A.teSt.', 'A', parts);
    packet[3] = 0x10;
    expect((await benchOf([upstream.port]).ask(packet)).events).toEqual(SHORT);
    await benchOf([upstream.port]).general(packet);
    const [short, general] = upstream.seen.map(({ query }) => ({ ...query, id: 0 }));
    expect(short).toEqual(general);
    expect(short?.authenticData).toBe(true);
  });

  test('has an ID of its own on its way', async () => {
    const bench = benchOf([upstream.port]);
    const ids = new Set<number>();
    for (const host of ['a', 'b', 'c', 'd']) {
      const packet = queryPacket(`${host}.test.`, 'AAAA');
      packet.set([0x12, 0x34]);
      upstream.answer = (query) => replyTo(query, { authority: [SOA] });
      expect((await bench.ask(packet)).reply.slice(0, 4)).toBe('1234');
    }
    for (const { query } of upstream.seen) ids.add(query.id);
    expect(ids.size).toBeGreaterThan(1);
  });
});

describe('replies', () => {
  const fields = (more: Partial<Message>) => (query: Message) => replyTo(query, more);
  const spelt = (query: Message): Message =>
    replyTo(query, {
      answer: [ADDRESS],
      questions: [{ name: name('A.TEST.'), type: 1, class: 1 }],
    });
  const alias = record('a.test. 60 IN CNAME b.test.');
  const target = record('B.test. 50 IN A 192.0.2.2');
  const other = record('b.test. 50 IN CNAME a.test.');
  const mail = record('x.test. 9 IN MX 10 y.test.');
  const padding = { code: 12, data: new Uint8Array(1300) };
  const times = '20200101000000 20190101000000';
  const signature = record(`a.test. 9 IN RRSIG A 8 2 9 ${times} 1 test. AAAA`);
  const cases: readonly [string, readonly string[], (query: Message) => StubAnswer][] = [
    ['an address', SHORT, fields({ answer: [ADDRESS], authenticData: true })],
    ['an authoritative one', SHORT, fields({ answer: [ADDRESS], authoritative: true })],
    ['an alias and its address', SHORT, fields({ answer: [alias, target], authority: [SOA] })],
    ['no such name', SHORT, fields({ rcode: Rcode.NXDOMAIN, authority: [SOA] })],
    ['no such type', SHORT, fields({ authority: [SOA], additional: [mail] })],
    ['an OPT with an option', SHORT, fields({ answer: [ADDRESS], edns: EDNS })],
    ['a TTL of 0', SHORT, fields({ answer: [{ ...ADDRESS, ttl: 0 }] })],
    ['a signature', HANDED_OVER, fields({ answer: [ADDRESS, signature], edns: EDNS })],
    [
      'a denial that is signed',
      HANDED_OVER,
      fields({ rcode: Rcode.NXDOMAIN, authority: [SOA, signature], edns: EDNS }),
    ],
    [
      'an extended code whose lower bits say that all is well',
      HANDED_OVER,
      fields({ rcode: 16, answer: [ADDRESS], edns: { ...EDNS, extendedRcode: 1 } }),
    ],
    [
      'one whose OPT makes it too long',
      HANDED_OVER,
      fields({ answer: [ADDRESS], edns: { ...EDNS, options: [padding] } }),
    ],
    ['an alias without an address', HANDED_OVER, fields({ answer: [alias] })],
    ['aliases in a loop', HANDED_OVER, fields({ answer: [alias, other, ADDRESS] })],
    ['two aliases', HANDED_OVER, fields({ answer: [alias, alias, target] })],
    ['an address of another name', HANDED_OVER, fields({ answer: [target] })],
    ['an answer that denies', HANDED_OVER, fields({ answer: [ADDRESS], rcode: Rcode.NXDOMAIN })],
    ['a denial without SOA', HANDED_OVER, fields({ rcode: Rcode.NXDOMAIN })],
    ['nothing at all', HANDED_OVER, fields({})],
    ['a failure', HANDED_OVER, fields({ rcode: Rcode.SERVFAIL })],
    ['a refusal', HANDED_OVER, fields({ rcode: Rcode.REFUSED })],
    ['a truncated one', HANDED_OVER, fields({ answer: [ADDRESS], truncated: true })],
    ['another spelling', HANDED_OVER, spelt],
    ['without RD', HANDED_OVER, fields({ answer: [ADDRESS], recursionDesired: false })],
    ['with CD', HANDED_OVER, fields({ answer: [ADDRESS], checkingDisabled: true })],
    [
      'an extended code',
      HANDED_OVER,
      fields({ rcode: Rcode.BADCOOKIE, edns: { ...EDNS, extendedRcode: 1 } }),
    ],
    ['one too long', HANDED_OVER, fields({ answer: Array(80).fill(ADDRESS) })],
    ['a class of its own', HANDED_OVER, fields({ answer: [{ ...ADDRESS, class: 3 }] })],
    [
      'more records said than there are',
      HANDED_OVER,
      (query) => {
        const bytes = encodeMessage(replyTo(query, { answer: [ADDRESS] }), { compress: true });
        bytes[7] = 2;
        return bytes;
      },
    ],
  ];

  test.each(cases)(
    '%s: the client gets what the general path gives',
    async (_what, events, answer) => {
      upstream.answer = answer;
      const [short, general] = [benchOf([upstream.port]), benchOf([upstream.port])];
      for (const parts of [{}, { edns: EDNS }]) {
        const packet = queryPacket('a.test.', 'A', parts);
        const first = await short.ask(packet);
        expect(first).toEqual({ reply: await general.general(packet), events });
        // The second time from the cache, where it is there.
        expect((await short.ask(packet)).reply).toBe(await general.general(packet));
      }
      expect(short.counts()).toEqual(general.counts());
      expect(short.thread.log.lines).toEqual(general.thread.log.lines);
    },
  );

  test('two addresses come in both orders, fresh and from the cache', async () => {
    const second = record('a.test. 300 IN A 192.0.2.2');
    upstream.answer = fields({ answer: [ADDRESS, second] });
    const bench = benchOf([upstream.port]);
    const firsts = { commit: new Set<string>(), hit: new Set<string>() };
    for (let turn = 0; turn < 64; turn++) {
      const fresh = await bench.ask(queryPacket('a.test.', 'A', turn < 32 ? {} : { edns: EDNS }));
      const isHit = !fresh.events.includes('keep');
      firsts[isHit ? 'hit' : 'commit'].add(fresh.reply);
      expect(fresh.events).toEqual(isHit ? ['commit'] : SHORT);
    }
    expect(upstream.seen).toHaveLength(2);
    const orders = new Set([...firsts.hit].map((reply) => reply.slice(80)));
    expect(orders.size).toBe(4);
  });

  test('two addresses come in both orders, too, when many queries wait at once', async () => {
    const second = record('a.test. 300 IN A 192.0.2.2');
    upstream.answer = fields({ answer: [ADDRESS, second] });
    const bench = benchOf([upstream.port]);
    const asked = Array.from({ length: 16 }, () => bench.ask(queryPacket('a.test.', 'A')));
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ events }) => events.join()))).toEqual(new Set([SHORT.join()]));
    expect(new Set(answers.map(({ reply }) => reply.slice(-8))).size).toBe(2);
  });

  test('mail exchanges are left to the general path, which mixes them', async () => {
    const second = record('a.test. 9 IN MX 20 y.test.');
    upstream.answer = fields({ answer: [record('a.test. 9 IN MX 10 x.test.'), second] });
    const { events } = await benchOf([upstream.port]).ask(queryPacket('a.test.', 'MX'));
    expect([events, upstream.seen.length]).toEqual([HANDED_OVER, 1]);
  });

  test('to another question do not count', async () => {
    const forged = { questions: [{ name: name('b.test.'), type: 1, class: 1 }] };
    upstream.answer = (query) => [
      replyTo(query, { ...forged, answer: [ADDRESS] }),
      replyTo({ ...query, id: query.id ^ 1 }, { answer: [record('a.test. 9 IN A 192.0.2.66')] }),
      replyTo(query, { answer: [ADDRESS] }),
    ];
    const { reply, events } = await benchOf([upstream.port]).ask(queryPacket('a.test.', 'A'));
    expect([reply.slice(-8), events]).toEqual(['c0000201', SHORT]);
  });
});

describe('an upstream that does not answer', () => {
  test('is asked once more on the general path, in the time of the first attempt', async () => {
    upstream.answer = () => undefined;
    const bench = benchOf([upstream.port], { readTimeoutMs: 30, maxFails: 0 });
    const { reply, events } = await bench.ask(queryPacket('a.test.', 'A'));
    expect([reply.slice(7, 8), events, upstream.seen.length]).toEqual(['2', HANDED_OVER, 2]);
    expect(bench.thread.log.lines).toEqual([
      expect.stringMatching(/^\[ERROR\] plugin\/errors: 2 a\.test\. A: read udp .*i\/o timeout$/),
    ]);
    // Both attempts: the last bucket that is not counted in is 32 ms.
    const durations = bench.thread.series.find(
      ({ definition }) => definition.name === 'coredns_dns_request_duration_seconds',
    );
    const below = (durations?.definition.buckets ?? []).filter((bound) => bound < 0.05).length;
    const counted = bench.thread.values(durations?.slotIndex ?? 0, below);
    expect(counted).toEqual(Array(below).fill(0));
  });

  test('is asked no more when the query has no time left, and says why', async () => {
    upstream.answer = () => undefined;
    const options = { readTimeoutMs: 20, maxFails: 0 };
    const bench = benchOf([upstream.port], options, { cancelMs: 10 });
    const { reply, events } = await bench.ask(queryPacket('a.test.', 'A'));
    expect([reply.slice(7, 8), events, upstream.seen.length]).toEqual(['2', HANDED_OVER, 1]);
    expect(bench.thread.log.lines).toEqual([expect.stringMatching(/i\/o timeout$/)]);
  });

  test('has the next one asked', async () => {
    const dead = await deadPort();
    const bench = benchOf([dead, upstream.port]);
    const { reply, events } = await bench.ask(queryPacket('a.test.', 'A'));
    expect([reply.slice(-8), events]).toEqual(['c0000201', HANDED_OVER]);
  });
});

test.each(['sequential', 'round_robin'] as const)(
  'an upstream that is down is passed over, in the order of %s',
  async (policy) => {
    upstream.answer = (query) => replyTo(query, { authority: [SOA] });
    const [dead, other] = [await deadPort(), await new StubUpstream(upstream.answer).start()];
    const options = { policy, maxFails: 1, healthIntervalMs: 1 };
    const bench = benchOf([dead, upstream.port, other.port], options);
    const failures = (): number[] =>
      Object.values(bench.thread.counts('coredns_proxy_healthcheck_failures_total'));
    await vi.waitFor(async () => {
      await bench.ask(queryPacket(`${performance.now()}.test.`, 'A'));
      expect(failures().some((count) => count > 1)).toBe(true);
    });
    upstream.seen.length = 0;
    other.seen.length = 0;
    const answers: string[] = [];
    for (let at = 0; at < 6; at++)
      answers.push(String((await bench.ask(queryPacket(`${at}.x.test.`, 'A'))).events));
    expect(answers).toEqual(Array(6).fill(SHORT.join()));
    const expected = policy === 'sequential' ? [6, 0] : [4, 2];
    expect([upstream.seen.length, other.seen.length]).toEqual(expected);
    await other.stop();
  },
);

test('a reply that only the general path can read counts however late it comes', async () => {
  upstream.answer = (query) => replyTo(query, { rcode: Rcode.REFUSED });
  const bench = benchOf([upstream.port], {}, { cancelMs: 0 });
  const { reply, events } = await bench.ask(queryPacket('a.test.', 'A'));
  expect([reply.slice(7, 8), events]).toEqual(['5', HANDED_OVER]);
});

test('queries that are too many for one turn are all answered when no upstream is there', async () => {
  const bench = benchOf([await deadPort()], { maxFails: 0 });
  const names = Array.from({ length: 130 }, (_, at) => `${at}.test.`);
  const answers = await Promise.all(names.map((each) => bench.ask(queryPacket(each, 'A'))));
  expect(new Set(answers.map(({ reply }) => reply.slice(7, 8)))).toEqual(new Set(['2']));
  await bench.instance.idle();
});

describe('the general path alone takes', () => {
  test.each(['DS', 'RRSIG', 'ANY', 'AXFR', 'HINFO'])('%s', async (type) => {
    const { events } = await benchOf([upstream.port]).ask(queryPacket('a.test.', type));
    expect(events).toEqual(['general']);
  });

  test.each([
    ['force_tcp', { isTcpForced: true }],
    ['prefer_udp', { isUdpPreferred: true }],
    ['failover', { failoverRcodes: [Rcode.SERVFAIL] }],
    ['next', { nextRcodes: [Rcode.NXDOMAIN] }],
    ['next on no data', { isNextOnNoData: true }],
    ['max_idle_conns', { maxIdle: 1 }],
    ['other names', { from: 'example.' }],
    ['names that are excepted', { except: ['test.'] }],
  ])('all queries with %s', async (_what, options) => {
    const { events } = await benchOf([upstream.port], options).ask(queryPacket('a.test.', 'A'));
    expect(events).toEqual(['general']);
  });

  test('queries of upstreams that take their turns there', async () => {
    const other = await new StubUpstream(upstream.answer).start();
    const options = { policy: 'round_robin', maxIdle: 1 } as const;
    const bench = benchOf([upstream.port, other.port], options);
    for (const host of ['a', 'b', 'c', 'd']) await bench.ask(queryPacket(`${host}.test.`, 'A'));
    expect([upstream.seen.length, other.seen.length]).toEqual([2, 2]);
    await other.stop();
  });

  test('what is more than max_concurrent', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    upstream.answer = async (query) => {
      await promise;
      return replyTo(query, { answer: [ADDRESS] });
    };
    const bench = benchOf([upstream.port], { maxConcurrent: 1 });
    const first = bench.ask(queryPacket('a.test.', 'A'));
    const second = await bench.ask(queryPacket('b.test.', 'A'));
    expect([second.reply.slice(7, 8), second.events]).toEqual(['5', ['general']]);
    resolve();
    expect((await first).events).toEqual(SHORT);
    expect((await bench.ask(queryPacket('c.test.', 'A'))).events).not.toContain('general');
  });
});

test('a configuration is idle when the last reply has gone', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  upstream.answer = async (query) => {
    await promise;
    return replyTo(query, { answer: [ADDRESS] });
  };
  const bench = benchOf([upstream.port]);
  const asked = bench.ask(queryPacket('a.test.', 'A'));
  let isIdle = false;
  const idle = bench.instance.idle().then(() => {
    isIdle = true;
  });
  await vi.waitFor(() => expect(upstream.seen).toHaveLength(1));
  expect(isIdle).toBe(false);
  resolve();
  await asked;
  await idle;
});
