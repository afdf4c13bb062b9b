// The forward handler with stub upstreams on 127.0.0.1.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import type { ForwardOptions } from '../../../../src/plugins/forward/options.ts';
import type { Target } from '../../../../src/plugins/forward/target.ts';
import { hasOpenssl, type Issued, TestAuthority } from '../../../support/certificates.ts';
import { type AskedQuery, exchangeFor } from '../../../support/chain-doubles.ts';
import { DohStub } from '../../../support/doh-stub.ts';
import { answerOf, ask, ForwardBench, resultOf } from '../../../support/forward-bench.ts';
import { name, record } from '../../../support/record-lines.ts';
import { deadPort, replyTo, StubUpstream } from '../../../support/stub-upstream.ts';
import { TlsFront } from '../../../support/tls-front.ts';

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

describe('query and reply', () => {
  test('passes flags, spelling, class and OPT to the upstream', async () => {
    const query: AskedQuery = {
      name: 'A.tEst.',
      type: 'TXT',
      class: 'CH',
      rd: false,
      ad: true,
      cd: true,
      edns: { bufsize: 1400, do: true, options: [[65_001, 'beef']] },
    };
    await ask(bench.handler([one.port]), query);
    const [seen] = one.seen;
    expect(seen?.query).toMatchObject({
      recursionDesired: false,
      authenticData: true,
      checkingDisabled: true,
      questions: [{ name: name('A.tEst.'), type: 16, class: 3 }],
      edns: { udpSize: 1400, isDnssecOk: true, options: [{ code: 65_001 }] },
    });
  });

  test('passes flags, sections, rcode and OPT to the client', async () => {
    const records = [record('a.test. 5 IN A 10.0.0.9')];
    const edns = { udpSize: 1232, version: 0, isDnssecOk: false, options: [], extendedRcode: 0 };
    one.answer = (query) =>
      replyTo(query, {
        authoritative: true,
        authenticData: true,
        truncated: true,
        rcode: Rcode.BADCOOKIE,
        answer: records,
        authority: records,
        additional: records,
        edns,
      });
    const { reply } = await ask(bench.handler([one.port]));
    expect(reply).toMatchObject({
      isWritten: true,
      isAuthoritative: true,
      isAuthenticData: true,
      isTruncated: true,
      isRecursionAvailable: true,
      rcode: Rcode.BADCOOKIE,
      answer: records,
      authority: records,
      additional: records,
      question: undefined,
    });
    expect(reply.edns).toMatchObject({ udpSize: 1232 });
  });

  test("keeps the upstream's spelling of the question", async () => {
    const question = { name: name('A.TEST.'), type: 1, class: 1 };
    one.answer = (query) => replyTo(query, { questions: [question] });
    expect((await ask(bench.handler([one.port]))).reply.question).toEqual(question);
  });

  test('answers FORMERR when the upstream answers another question', async () => {
    const question = { name: name('b.test.'), type: 1, class: 1 };
    one.answer = (query) => replyTo(query, { questions: [question] });
    const exchange = await ask(bench.handler([one.port], { readTimeoutMs: 40 }));
    expect(resultOf(exchange)).toBe('FORMERR');
    expect(one.seen).toHaveLength(1);
  });

  test.each([
    ['udp', {}, ['udp']],
    ['tcp', {}, ['tcp']],
    ['udp', { isTcpForced: true }, ['tcp']],
    ['tcp', { isUdpPreferred: true }, ['udp']],
    ['tcp', { isUdpPreferred: true, isTcpForced: true }, ['tcp']],
  ] as const)('a %s client with %j goes over %j', async (transport, options, networks) => {
    await ask(bench.handler([one.port], options), { name: 'a.test.', transport });
    expect(one.seen.map(({ network }) => network)).toEqual(networks);
  });

  test('prefer_udp repeats a truncated reply over TCP', async () => {
    one.answer = (query, network) => replyTo(query, { truncated: network === 'udp' });
    const { reply } = await ask(bench.handler([one.port], { isUdpPreferred: true }));
    expect(reply.isTruncated).toBe(false);
    expect(one.seen.map(({ network }) => network)).toEqual(['udp', 'tcp']);
  });

  test('sets the metadata of the upstream', async () => {
    const exchange = exchangeFor({ name: 'a.test.' });
    exchange.metadata = new Map();
    await bench.handler([one.port]).serve(exchange);
    expect(exchange.metadata.get('forward/upstream')?.()).toBe(`127.0.0.1:${one.port}`);
  });
});

describe('which names', () => {
  test.each([
    ['a.other.test.', 'other.test.', [], 'NOERROR 10.0.0.1'],
    ['A.Other.TEST.', 'other.test.', [], 'NOERROR 10.0.0.1'],
    ['a.test.', 'other.test.', [], 'SERVFAIL'],
    ['a.sub.test.', '.', ['sub.test.'], 'SERVFAIL'],
    ['xsub.test.', '.', ['sub.test.'], 'NOERROR 10.0.0.1'],
    ['other.test.', 'other.test.', ['other.test.'], 'NOERROR 10.0.0.1'],
    ['a.other.test.', 'other.test.', ['other.test.'], 'SERVFAIL'],
  ])('%s from %s except %j: %s', async (asked, from, except, result) => {
    expect(resultOf(await ask(bench.handler([one.port], { from, except }), { name: asked }))).toBe(
      result,
    );
  });
});

describe('when upstreams fail', () => {
  test('asks the next one', async () => {
    const dead = await deadPort();
    expect(resultOf(await ask(bench.handler([dead, two.port])))).toBe('NOERROR 10.0.0.2');
  });

  test('gives up after twice the number of upstreams, with the last error', async () => {
    const dead = await deadPort();
    const exchange = await ask(bench.handler([dead]));
    expect(resultOf(exchange)).toBe('SERVFAIL');
    expect(exchange.error?.message).toMatch(/^read udp .*: read: connection refused$/);
    const misses = ['forward', `127.0.0.1:${dead}`, 'udp'];
    // One or more probes come on top of the two attempts, over sockets of their own.
    expect(bench.count('coredns_proxy_conn_cache_misses_total', misses)).toBe(2);
  });

  test('keeps to max_connect_attempts and does not probe with max_fails 0', async () => {
    one.answer = () => undefined;
    const options = { maxAttempts: 1, maxFails: 0, readTimeoutMs: 20 };
    const exchange = await ask(bench.handler([one.port], options));
    expect(exchange.error?.message).toMatch(/: i\/o timeout$/);
    expect(one.seen).toHaveLength(1);
  });

  test('fails over by response code, each upstream once', async () => {
    one.answer = (query) => replyTo(query, { rcode: Rcode.REFUSED });
    const handler = bench.handler([one.port, two.port], { failoverRcodes: [Rcode.REFUSED] });
    expect(resultOf(await ask(handler))).toBe('NOERROR 10.0.0.2');
    two.answer = (query) => replyTo(query, { rcode: Rcode.REFUSED });
    expect(resultOf(await ask(handler))).toBe('REFUSED');
    expect([one.seen.length, two.seen.length]).toEqual([2, 2]);
  });

  test('refuses queries above max_concurrent', async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    one.answer = async (query) => {
      await gate;
      return answerOf(query, 1);
    };
    const handler = bench.handler([one.port], { maxConcurrent: 1 });
    const first = ask(handler);
    const second = await ask(handler);
    release();
    expect(resultOf(second)).toBe('REFUSED');
    expect(second.error?.message).toBe('concurrent queries exceeded maximum 1');
    expect(resultOf(await first)).toBe('NOERROR 10.0.0.1');
    expect(resultOf(await ask(handler))).toBe('NOERROR 10.0.0.1');
    expect(bench.count('coredns_forward_max_concurrent_rejects_total', [])).toBe(1);
  });
});

test('replies count once more under the names of older dashboards', async () => {
  const to = `127.0.0.1:${one.port}`;
  const handler = bench.handler([one.port]);
  for (let turn = 0; turn < 2; turn++) await ask(handler);
  one.answer = (query) => replyTo(query, { rcode: Rcode.NXDOMAIN });
  await ask(handler);
  expect(bench.count('coredns_forward_requests_total', [to])).toBe(3);
  expect(bench.count('coredns_forward_responses_total', ['NOERROR', to])).toBe(2);
  expect(bench.count('coredns_forward_responses_total', ['NXDOMAIN', to])).toBe(1);
  expect(bench.count('coredns_forward_request_duration_seconds', [to, 'NOERROR'])).toBe(2);
});

describe('when all upstreams are down', () => {
  test('still tries one of them, and counts', async () => {
    const dead = await deadPort();
    const handler = bench.handler([dead], { maxFails: 1, healthIntervalMs: 1 });
    await bench.bringDown(handler, dead);
    expect((await ask(handler)).error?.message).toMatch(/connection refused$/);
    expect(bench.count('coredns_forward_healthcheck_broken_total', [])).toBeGreaterThan(0);
    const failures = bench.count('coredns_forward_healthcheck_failures_total', [
      `127.0.0.1:${dead}`,
    ]);
    expect(failures).toBeGreaterThan(1);
  });

  test('tries only once', async () => {
    const dead = await deadPort();
    const handler = bench.handler([dead], { maxFails: 1, healthIntervalMs: 1 });
    await bench.bringDown(handler, dead);
    const misses = ['forward', `127.0.0.1:${dead}`, 'udp'];
    const before = bench.count('coredns_proxy_conn_cache_misses_total', misses);
    await ask(handler);
    expect(bench.count('coredns_proxy_conn_cache_misses_total', misses)).toBe(before + 1);
    expect(bench.count('coredns_forward_healthcheck_broken_total', [])).toBe(1);
  });

  test('fails at once with failfast_all_unhealthy_upstreams', async () => {
    const dead = await deadPort();
    const handler = bench.handler([dead], { maxFails: 1, healthIntervalMs: 1, isFailfast: true });
    await bench.bringDown(handler, dead);
    expect((await ask(handler)).error?.message).toBe('no healthy proxies');
  });
});

describe('next stanzas', () => {
  test('are asked on the response codes of next', async () => {
    one.answer = (query) => replyTo(query, { rcode: Rcode.NXDOMAIN });
    const second = bench.handler([two.port]);
    const handler = bench.handler([one.port], { nextRcodes: [Rcode.NXDOMAIN] }, second);
    expect(resultOf(await ask(handler))).toBe('NOERROR 10.0.0.2');
  });

  test('are asked on empty replies with next_on_nodata', async () => {
    one.answer = (query) => replyTo(query);
    const handler = bench.handler([one.port], { isNextOnNoData: true }, bench.handler([two.port]));
    expect(resultOf(await ask(handler))).toBe('NOERROR 10.0.0.2');
  });

  test('must be forward stanzas', async () => {
    one.answer = (query) => replyTo(query, { rcode: Rcode.NXDOMAIN });
    const handler = bench.handler([one.port], { nextRcodes: [Rcode.NXDOMAIN] });
    expect(resultOf(await ask(handler))).toBe('NXDOMAIN');
  });
});

describe.skipIf(!hasOpenssl)('upstreams over TLS and HTTPS', () => {
  let authority: TestAuthority;
  let server: Issued;
  let tls: TlsFront;
  let https: DohStub;

  beforeAll(() => {
    authority = new TestAuthority();
    server = authority.issue('server', 'subjectAltName=DNS:dns.test,DNS:other.test,IP:127.0.0.1');
  });

  afterAll(() => authority.remove());

  beforeEach(async () => {
    tls = await new TlsFront(one.port, server).start();
    const { cert, key } = server;
    https = await new DohStub({ cert, key }, (query) => answerOf(query, 3)).start();
  });

  afterEach(async () => {
    bench.close();
    await Promise.all([tls.stop(), https.stop()]);
  });

  function secureHandler(target: Partial<Target>, options: Partial<ForwardOptions> = {}): Handler {
    const port = String(target.protocol === 'https' ? https.port : tls.port);
    const upstreams: Target[] = [{ host: '127.0.0.1', port, ...target }];
    return bench.handler([], { upstreams, tls: { ca: authority.ca.cert }, ...options });
  }

  test.each([
    [{ protocol: 'tls' }, {}, false],
    [{ protocol: 'tls', serverName: 'dns.test' }, {}, 'dns.test'],
    [{ protocol: 'tls' }, { tlsServerName: 'other.test' }, 'other.test'],
    [{ protocol: 'tls' }, { isTcpForced: true }, false],
  ] as const)('%j with %j asks for the name %s', async (target, options, name) => {
    expect(resultOf(await ask(secureHandler(target, options)))).toBe('NOERROR 10.0.0.1');
    expect(tls.serverName).toBe(name);
  });

  test.each(['POST', 'GET'] as const)('DNS over HTTPS by %s', async (dohMethod) => {
    const handler = secureHandler({ protocol: 'https' }, { dohMethod });
    expect(resultOf(await ask(handler))).toBe('NOERROR 10.0.0.3');
    expect(https.requests[0]?.[':method']).toBe(dohMethod);
  });

  test('the wrong name is SERVFAIL, with the reason', async () => {
    const exchange = await ask(secureHandler({ protocol: 'tls', serverName: 'wrong.test' }));
    expect(resultOf(exchange)).toBe('SERVFAIL');
    expect(exchange.error?.message).toBe(
      'tls: failed to verify certificate: x509: certificate is valid for dns.test, other.test, not wrong.test',
    );
  });

  test('prefer_udp repeats a truncated reply, over TLS both times', async () => {
    let turn = 0;
    one.answer = (query) => replyTo(query, { truncated: turn++ === 0 });
    const { reply } = await ask(secureHandler({ protocol: 'tls' }, { isUdpPreferred: true }));
    expect(reply.isTruncated).toBe(false);
    expect(one.seen.map(({ network }) => network)).toEqual(['tcp', 'tcp']);
  });
});

describe('policies', () => {
  test.each([
    ['sequential', ['10.0.0.1', '10.0.0.1', '10.0.0.1']],
    ['round_robin', ['10.0.0.2', '10.0.0.1', '10.0.0.2']],
  ] as const)('%s', async (policy, addresses) => {
    const handler = bench.handler([one.port, two.port], { policy });
    const got: string[] = [];
    for (let turn = 0; turn < 3; turn++) got.push(resultOf(await ask(handler)).split(' ')[1] ?? '');
    expect(got).toEqual(addresses);
  });

  test('random asks both in the end', async () => {
    const handler = bench.handler([one.port, two.port], { policy: 'random' });
    for (let turn = 0; turn < 200 && !(one.seen.length > 0 && two.seen.length > 0); turn++) {
      await ask(handler);
    }
    expect(Math.min(one.seen.length, two.seen.length)).toBeGreaterThan(0);
  });
});
