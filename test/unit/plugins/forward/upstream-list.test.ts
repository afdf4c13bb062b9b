// A list of upstreams that is replaced while queries come, with stub upstreams on 127.0.0.1.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import type { Message } from '../../../../src/dns/message.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { answerOf, ask, ForwardBench, resultOf } from '../../../support/forward-bench.ts';
import { deadPort, replyTo, StubUpstream } from '../../../support/stub-upstream.ts';

let bench: ForwardBench;
let one: StubUpstream;
let two: StubUpstream;

beforeEach(async () => {
  bench = new ForwardBench();
  one = await new StubUpstream((query) => answerOf(query, 1)).start();
  two = await new StubUpstream((query) => answerOf(query, 2)).start();
});

afterEach(async () => {
  bench.close();
  await Promise.all([one.stop(), two.stop()]);
});

function replace(...ports: readonly number[]): void {
  const upstreams = ports.map((port) => ({ host: '127.0.0.1', port: String(port) }));
  bench.block([]).instance.publish('c', upstreams);
}

/** A query that has reached the first upstream, which answers with `reply` when told so. */
async function held(
  handler: Handler,
  reply: (query: Message) => Message = (query) => answerOf(query, 1),
): Promise<{ result: Promise<string>; release: () => void }> {
  const arrival = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  one.answer = async (query) => {
    arrival.resolve();
    await gate.promise;
    return reply(query);
  };
  const result = ask(handler).then(resultOf);
  await arrival.promise;
  return { result, release: gate.resolve };
}

test('a list counts for the next query', async () => {
  const handler = bench.handler([one.port], { channel: 'c' });
  expect(resultOf(await ask(handler))).toBe('NOERROR 10.0.0.1');
  replace(two.port);
  expect(resultOf(await ask(handler))).toBe('NOERROR 10.0.0.2');
  replace(one.port, two.port);
  expect(resultOf(await ask(handler))).toBe('NOERROR 10.0.0.1');
});

test('a list counts for a handler that is made later', async () => {
  replace(two.port);
  expect(resultOf(await ask(bench.handler([one.port], { channel: 'c' })))).toBe('NOERROR 10.0.0.2');
});

test('a list leaves the connections of those that stay open, and closes those of the others', async () => {
  const handler = bench.handler([one.port], { channel: 'c', isTcpForced: true });
  await ask(handler);
  replace(two.port, one.port);
  await ask(handler);
  replace(one.port);
  await ask(handler);
  expect([one.accepted, two.accepted]).toEqual([1, 1]);
  await vi.waitFor(() => expect(two.connections.size).toBe(0));
  expect(one.connections.size).toBe(1);
});

test('a list leaves one that is down down', async () => {
  const dead = await deadPort();
  const options = { maxFails: 1, healthIntervalMs: 1, isFailfast: true, channel: 'c' };
  const handler = bench.handler([dead], options);
  await bench.bringDown(handler, dead);
  replace(dead, two.port);
  const labels = ['forward', `127.0.0.1:${dead}`, 'udp'];
  const misses = bench.count('coredns_proxy_conn_cache_misses_total', labels);
  expect(resultOf(await ask(handler))).toBe('NOERROR 10.0.0.2');
  expect(bench.count('coredns_proxy_conn_cache_misses_total', labels)).toBe(misses);
});

test('a list ends the probes of one that has gone', async () => {
  const dead = await deadPort();
  const handler = bench.handler([dead], { maxFails: 1, healthIntervalMs: 1, channel: 'c' });
  await bench.bringDown(handler, dead);
  replace(two.port);
  const failures = (): number =>
    bench.count('coredns_forward_healthcheck_failures_total', [`127.0.0.1:${dead}`]);
  // One may be under way.
  const atMost = failures() + 1;
  for (let turn = 0; turn < 20; turn++) await ask(handler);
  expect(failures()).toBeLessThanOrEqual(atMost);
});

test('a list lets a query in flight have its reply', async () => {
  const handler = bench.handler([one.port], { channel: 'c' });
  const { result, release } = await held(handler);
  replace(two.port);
  release();
  expect(await result).toBe('NOERROR 10.0.0.1');
  expect(two.seen).toEqual([]);
});

test.each([{}, { maxAttempts: 1 }])(
  'a list gets the queries whose upstream fails meanwhile, all attempts anew (%j)',
  async (options) => {
    const handler = bench.handler([one.port], { readTimeoutMs: 40, channel: 'c', ...options });
    const { result } = await held(handler);
    replace(two.port);
    expect(await result).toBe('NOERROR 10.0.0.2');
  },
);

test('a list gets the query that was the last hope, too', async () => {
  const dead = await deadPort();
  const options = { maxFails: 1, healthIntervalMs: 1, channel: 'c' };
  const handler = bench.handler([dead], options);
  await bench.bringDown(handler, dead);
  const result = ask(handler);
  replace(two.port);
  expect(resultOf(await result)).toBe('NOERROR 10.0.0.2');
});

test('a list gets the queries that fail over', async () => {
  const options = { failoverRcodes: [Rcode.REFUSED], channel: 'c' };
  const dead = await deadPort();
  const handler = bench.handler([one.port, dead], options);
  const refusal = (query: Message): Message => replyTo(query, { rcode: Rcode.REFUSED });
  const { result, release } = await held(handler, refusal);
  replace(two.port);
  release();
  expect(await result).toBe('NOERROR 10.0.0.2');
  const labels = ['forward', `127.0.0.1:${dead}`, 'udp'];
  expect(bench.count('coredns_proxy_conn_cache_misses_total', labels)).toBe(0);
});
