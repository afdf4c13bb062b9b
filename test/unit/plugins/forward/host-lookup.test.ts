// Host names among the upstreams: which server is asked for them, and what is said when none knows.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../../src/base/clock.ts';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import type { Message } from '../../../../src/dns/message.ts';
import { hostAddresses } from '../../../../src/plugins/forward/host-lookup.ts';
import { name, record } from '../../../support/record-lines.ts';
import { deadPort, replyTo, StubUpstream } from '../../../support/stub-upstream.ts';

let stub: StubUpstream;

beforeEach(async () => {
  stub = await new StubUpstream(answer).start();
});

afterEach(async () => {
  await stub.stop();
});

function answer(query: Message): Message {
  const isIpv6 = query.questions[0]?.type === 28;
  const alias = record('up.test. 5 IN CNAME real.test.');
  const address = isIpv6 ? 'real.test. 5 IN AAAA fd00::1' : 'real.test. 5 IN A 10.0.0.1';
  return replyTo(query, { answer: [alias, record(address)] });
}

function resolve(host: string, ...resolvers: string[]): Promise<string[]> {
  return hostAddresses(host, { resolvers, clock: systemClock });
}

test('a resolver is asked for both kinds of addresses, recursively', async () => {
  const found = await resolve('up.test', `127.0.0.1:${stub.port}`);
  expect(found).toEqual(['10.0.0.1', 'fd00::1']);
  expect(stub.seen.map(({ query }) => [query.questions, query.recursionDesired])).toEqual(
    [1, 28].map((type) => [[{ name: name('up.test.'), type, class: 1 }], true]),
  );
});

test('the next resolver is asked when one is gone or knows nothing', async () => {
  const dead = `127.0.0.1:${await deadPort()}`;
  const poor = await new StubUpstream((query) => replyTo(query, { rcode: Rcode.NXDOMAIN })).start();
  const found = await resolve('up.test', dead, `127.0.0.1:${poor.port}`, `127.0.0.1:${stub.port}`);
  expect(found).toEqual(['10.0.0.1', 'fd00::1']);
  expect(poor.seen).toHaveLength(2);
  await poor.stop();
});

test('one kind of addresses is enough', async () => {
  stub.answer = (query) => {
    const message = answer(query);
    return query.questions[0]?.type === 1 ? message : { ...message, answer: [] };
  };
  expect(await resolve('up.test', `127.0.0.1:${stub.port}`)).toEqual(['10.0.0.1']);
});

test('says when no resolver knows any', async () => {
  stub.answer = (query) => replyTo(query, { rcode: Rcode.NXDOMAIN });
  await expect(resolve('up.test', `127.0.0.1:${stub.port}`)).rejects.toThrow(
    /^failed to resolve "up\.test": no addresses found for "up\.test"$/,
  );
  const dead = await deadPort();
  await expect(resolve('up.test', `127.0.0.1:${dead}`)).rejects.toThrow(
    new RegExp(
      `^failed to resolve "up\\.test": no addresses found for "up\\.test": read udp 127\\.0\\.0\\.1:\\d+->127\\.0\\.0\\.1:${dead}: read: connection refused$`,
    ),
  );
});

test('without resolvers the machine is asked', async () => {
  expect(await resolve('localhost')).toContain('127.0.0.1');
  await expect(resolve('1.1.1.1.1')).rejects.toThrow(
    'failed to resolve "1.1.1.1.1": lookup 1.1.1.1.1: no such host',
  );
});
