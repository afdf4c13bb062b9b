// One upstream over real sockets on 127.0.0.1.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Rcode } from '../../../src/dns/codes/rcode.ts';
import { encodeMessage, type Message } from '../../../src/dns/message.ts';
import type { Upstream, UpstreamOptions } from '../../../src/upstream/upstream.ts';
import type { UpstreamOutcome } from '../../../src/upstream/upstream-query.ts';
import { name, record } from '../../support/record-lines.ts';
import { deadPort, replyTo, StubUpstream } from '../../support/stub-upstream.ts';
import { cuttingFirst, resultOf, UpstreamBench } from '../../support/upstream-bench.ts';
import { questionFor } from '../../support/upstream-questions.ts';

const RECORDS = [record('a.test. 5 IN A 10.0.0.1')];

let stub: StubUpstream;
let bench: UpstreamBench;

beforeEach(async () => {
  stub = await new StubUpstream((query) => replyTo(query, { answer: RECORDS })).start();
  bench = new UpstreamBench();
});

afterEach(async () => {
  bench.close();
  await stub.stop();
});

function upstreamAt(port: number | string, options: Partial<UpstreamOptions> = {}): Upstream {
  return bench.upstream(port, options);
}

function messageOf(outcome: UpstreamOutcome): Message {
  if (outcome.kind !== 'reply') throw new Error(`no reply: ${JSON.stringify(outcome)}`);
  return outcome.message;
}

describe.each(['udp', 'tcp'] as const)('over %s', (network) => {
  test('gives the reply of the upstream', async () => {
    const message = messageOf(await upstreamAt(stub.port).ask(questionFor('a.test.'), network));
    expect(message.answer).toEqual(RECORDS);
    expect(stub.seen.map((each) => each.network)).toEqual([network]);
  });

  test('asks again over the connection that is there', async () => {
    const upstream = upstreamAt(stub.port);
    for (let count = 0; count < 5; count++) await upstream.ask(questionFor('a.test.'), network);
    expect(new Set(stub.seen.map(({ port }) => port)).size).toBe(1);
    const labels = ['forward', upstream.text, network];
    expect(bench.count('coredns_proxy_conn_cache_misses_total', labels)).toBe(1);
    expect(bench.count('coredns_proxy_conn_cache_hits_total', labels)).toBe(4);
    const seconds = ['forward', upstream.text, 'NOERROR'];
    expect(bench.count('coredns_proxy_request_duration_seconds', seconds)).toBe(5);
  });

  test('has many queries in flight and gives each its own reply', async () => {
    const upstream = upstreamAt(stub.port);
    const waiting: (() => void)[] = [];
    stub.answer = (query) =>
      new Promise((resolve) => {
        // The replies go out in reverse order, once all queries are there.
        waiting.unshift(() => resolve(replyTo(query)));
        if (waiting.length === 60) for (const run of waiting) run();
      });
    const names = Array.from({ length: 60 }, (_, index) => `n${index}.test.`);
    const outcomes = await Promise.all(
      names.map((each) => upstream.ask(questionFor(each), network)),
    );
    expect(outcomes.map((outcome) => messageOf(outcome).questions[0]?.name)).toEqual(
      names.map(name),
    );
    expect(new Set(stub.seen.map(({ port }) => port)).size).toBeLessThanOrEqual(16);
  });

  test('passes over replies with an ID that is not in flight', async () => {
    stub.answer = (query) => [
      replyTo(query, { id: query.id ^ 1, rcode: Rcode.REFUSED }),
      replyTo(query),
    ];
    const outcome = await upstreamAt(stub.port).ask(questionFor('a.test.'), network);
    expect(messageOf(outcome).rcode).toBe(Rcode.NOERROR);
  });

  test('says i/o timeout with both ends when the upstream is silent', async () => {
    stub.answer = () => undefined;
    const upstream = upstreamAt(stub.port, { readTimeoutMs: 40 });
    // The second wait is over an open connection.
    await upstream.ask(questionFor('a.test.'), network);
    const outcome = await upstream.ask(questionFor('a.test.'), network);
    expect(resultOf(outcome)).toMatch(
      new RegExp(`^read ${network} 127\\.0\\.0\\.1:\\d+->${upstream.text}: i/o timeout$`),
    );
  });

  test('says so when the port is no port', async () => {
    const unknown = await upstreamAt('x').ask(questionFor('a.test.'), network);
    expect(resultOf(unknown)).toBe(`dial ${network}: lookup ${network}/x: unknown port`);
    const invalid = await upstreamAt('99999').ask(questionFor('a.test.'), network);
    expect(resultOf(invalid)).toBe(`dial ${network}: address 99999: invalid port`);
  });

  test('lets queries in flight end after close, and closes what is opened later', async () => {
    const upstream = upstreamAt(stub.port);
    const outcome = upstream.ask(questionFor('a.test.'), network);
    upstream.close();
    expect(messageOf(await outcome).answer).toHaveLength(1);
    expect(messageOf(await upstream.ask(questionFor('a.test.'), network)).answer).toHaveLength(1);
  });

  test('sends from the source address', async () => {
    const upstream = upstreamAt(stub.port, { sourceAddress: '127.0.0.1' });
    expect(messageOf(await upstream.ask(questionFor('a.test.'), network)).answer).toHaveLength(1);
  });

  test('opens a new connection when the old one has expired', async () => {
    const upstream = upstreamAt(stub.port, { expireMs: 0 });
    await upstream.ask(questionFor('a.test.'), network);
    await new Promise((resolve) => setImmediate(resolve));
    await upstream.ask(questionFor('a.test.'), network);
    expect(new Set(stub.seen.map(({ port }) => port)).size).toBe(2);
  });
});

describe('UDP', () => {
  test('says connection refused when nothing listens', async () => {
    const port = await deadPort();
    const outcome = await upstreamAt(port).ask(questionFor('a.test.'), 'udp');
    expect(resultOf(outcome)).toMatch(
      new RegExp(
        `^read udp 127\\.0\\.0\\.1:\\d+->127\\.0\\.0\\.1:${port}: read: connection refused$`,
      ),
    );
  });

  test('waits on when a reply to another question comes first', async () => {
    const other = { name: name('b.test.'), type: 1, class: 1 };
    stub.answer = (query) => [replyTo(query, { questions: [other] }), replyTo(query)];
    const outcome = await upstreamAt(stub.port).ask(questionFor('a.test.'), 'udp');
    expect(messageOf(outcome).questions[0]?.name).toEqual(name('a.test.'));
  });

  test('reports a mismatch when only replies to other questions come', async () => {
    const other = { name: name('a.test.'), type: 28, class: 1 };
    stub.answer = (query) => replyTo(query, { questions: [other] });
    const upstream = upstreamAt(stub.port, { readTimeoutMs: 40 });
    expect(await upstream.ask(questionFor('a.test.'), 'udp')).toEqual({ kind: 'mismatch' });
  });

  test('waits on after a datagram that is no message', async () => {
    stub.answer = (query) => {
      const broken = encodeMessage(replyTo(query), { compress: false }).slice(0, 20);
      return [broken, Uint8Array.of(1, 2, 3), replyTo(query)];
    };
    const outcome = await upstreamAt(stub.port).ask(questionFor('a.test.'), 'udp');
    expect(outcome.kind).toBe('reply');
  });

  test('turns a reply that is too long into an empty truncated one', async () => {
    const many = Array.from({ length: 60 }, (_, i) => record(`a.test. 5 IN A 10.0.0.${i}`));
    stub.answer = (query) => replyTo(query, { answer: many, rcode: Rcode.NXDOMAIN });
    const upstream = upstreamAt(stub.port);
    const short = messageOf(await upstream.ask(questionFor('a.test.'), 'udp'));
    expect(short).toMatchObject({ truncated: true, answer: [], rcode: Rcode.NXDOMAIN });
    expect(messageOf(await upstream.ask(questionFor('a.test.', 1232), 'udp')).answer).toHaveLength(
      60,
    );
  });

  test('renews sockets by age', async () => {
    const upstream = upstreamAt(stub.port, { maxAgeMs: 0.001 });
    for (let count = 0; count < 3; count++) await upstream.ask(questionFor('a.test.'), 'udp');
    expect(new Set(stub.seen.map(({ port }) => port)).size).toBe(3);
  });
});

describe('TCP', () => {
  test('says connection refused when nothing listens', async () => {
    const port = await deadPort();
    const outcome = await upstreamAt(port).ask(questionFor('a.test.'), 'tcp');
    expect(resultOf(outcome)).toBe(`dial tcp 127.0.0.1:${port}: connect: connection refused`);
  });

  test('says EOF when the upstream closes a new connection', async () => {
    stub.answer = () => {
      for (const socket of stub.connections) socket.end();
      return undefined;
    };
    const outcome = await upstreamAt(stub.port).ask(questionFor('a.test.'), 'tcp');
    expect(resultOf(outcome)).toBe('EOF');
  });

  test('asks again over a new connection when the old one was closed', async () => {
    const upstream = upstreamAt(stub.port);
    await upstream.ask(questionFor('a.test.'), 'tcp');
    stub.answer = cuttingFirst(() => {
      for (const socket of stub.connections) socket.end();
    });
    expect((await upstream.ask(questionFor('a.test.'), 'tcp')).kind).toBe('reply');
    expect(stub.accepted).toBe(2);
  });

  test.each([
    { name: name('b.test.'), type: 1, class: 1 },
    { name: name('a.test.'), type: 28, class: 1 },
    { name: name('a.test.'), type: 1, class: 3 },
  ])('takes a mismatch at its word', async (other) => {
    stub.answer = (query) => replyTo(query, { questions: [other] });
    const outcome = await upstreamAt(stub.port).ask(questionFor('a.test.'), 'tcp');
    expect(outcome).toEqual({ kind: 'mismatch' });
  });

  test('closes connections that go idle above the limit, at once', async () => {
    const upstream = upstreamAt(stub.port, { maxIdle: 1 });
    const asked = [1, 2, 3].map((index) => upstream.ask(questionFor(`n${index}.test.`), 'tcp'));
    await Promise.all(asked);
    expect(stub.accepted).toBe(3);
    await vi.waitFor(() => expect(stub.connections.size).toBe(1));
    await upstream.ask(questionFor('a.test.'), 'tcp');
    expect(stub.accepted).toBe(3);
  });

  test('reads messages that come in pieces', async () => {
    const many = Array.from({ length: 3000 }, (_, i) =>
      record(`a.test. 5 IN A 10.0.${i >> 8}.${i & 255}`),
    );
    stub.answer = (query) => replyTo(query, { answer: many });
    const outcome = await upstreamAt(stub.port).ask(questionFor('a.test.'), 'tcp');
    expect(messageOf(outcome).answer).toHaveLength(3000);
  });
});

describe('health', () => {
  /** Waits for the number of probes that the upstream has seen. */
  async function seen(count: number): Promise<void> {
    for (let turn = 0; turn < 2000 && stub.seen.length < count; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(stub.seen.length).toBeGreaterThanOrEqual(count);
  }

  test('probes with NS queries until one is answered', async () => {
    const upstream = upstreamAt(stub.port);
    upstream.checkHealth();
    upstream.checkHealth();
    await seen(1);
    expect(stub.seen).toHaveLength(1);
    const { query } = stub.seen[0] ?? {};
    expect(query?.questions).toEqual([{ name: name('.'), type: 2, class: 1 }]);
    expect(query?.recursionDesired).toBe(true);
  });

  test('probes over TCP, with RD off and another domain, when told so', async () => {
    const domain = name('up.test.');
    const probe = { intervalMs: 10, domain, isRecursionDesired: false, isTcp: true };
    upstreamAt(stub.port, { probe }).checkHealth();
    await seen(1);
    expect(stub.seen[0]).toMatchObject({ network: 'tcp', query: { recursionDesired: false } });
  });

  test('is down after more failed probes than allowed, and up after a good one', async () => {
    const port = await deadPort();
    const upstream = upstreamAt(port, {
      probe: { intervalMs: 1, domain: name('.'), isRecursionDesired: true, isTcp: false },
    });
    upstream.checkHealth();
    const failures = (): number =>
      bench.count('coredns_proxy_healthcheck_failures_total', ['forward', upstream.text]);
    for (let turn = 0; turn < 2000 && failures() < 3; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(upstream.isDown(2)).toBe(true);
    expect(upstream.isDown(0)).toBe(false);
  });
});
