// Upstreams over HTTPS, against a real HTTP/2 server on 127.0.0.1.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Rcode } from '../../../src/dns/codes/rcode.ts';
import type { Message } from '../../../src/dns/message.ts';
import { TlsClient, TlsContext } from '../../../src/upstream/tls-client.ts';
import type { Upstream, UpstreamOptions } from '../../../src/upstream/upstream.ts';
import { hasOpenssl, type Issued, TestAuthority } from '../../support/certificates.ts';
import { DohStub } from '../../support/doh-stub.ts';
import { name, record } from '../../support/record-lines.ts';
import { deadPort, replyTo } from '../../support/stub-upstream.ts';
import { TlsFront } from '../../support/tls-front.ts';
import {
  askUpstream as ask,
  cuttingFirst,
  resultOf,
  UpstreamBench,
} from '../../support/upstream-bench.ts';

const RECORDS = [record('a.test. 5 IN A 10.0.0.1')];

let authority: TestAuthority;
let server: Issued;
let stub: DohStub;
let bench: UpstreamBench;

describe.skipIf(!hasOpenssl)('an upstream over HTTPS', () => {
  beforeAll(() => {
    authority = new TestAuthority();
    server = authority.issue('server', 'subjectAltName=IP:127.0.0.1');
  });

  afterAll(() => authority.remove());

  beforeEach(async () => {
    const { cert, key } = server;
    stub = await new DohStub({ cert, key }, (query) => replyTo(query, { answer: RECORDS })).start();
    bench = new UpstreamBench();
  });

  afterEach(async () => {
    bench.close();
    await stub.stop();
  });

  function upstreamAt(port: number | string, options: Partial<UpstreamOptions> = {}): Upstream {
    return bench.upstream(port, {
      tls: new TlsClient(new TlsContext({ ca: authority.ca.cert }), '127.0.0.1'),
      doh: 'POST',
      ...options,
    });
  }

  /** `Post "https://127.0.0.1:PORT/dns-query": TEXT`. */
  function postError(text: string, port: number | string = stub.port): string {
    return `Post "https://127.0.0.1:${port}/dns-query": ${text}`;
  }

  test.each([
    ['POST', '/dns-query'],
    ['GET', '/dns-query?dns=AAABAAABAAAAAAAAAWEEdGVzdAAAAQAB'],
  ] as const)('asks with %s, ID 0, at %s', async (doh, path) => {
    const outcome = await ask(upstreamAt(stub.port, { doh }));
    expect(outcome).toMatchObject({ kind: 'reply', message: { answer: RECORDS } });
    expect(stub.requests[0]).toMatchObject({
      ':method': doh,
      ':path': path,
      ':authority': `127.0.0.1:${stub.port}`,
      accept: 'application/dns-message',
      'content-type': 'application/dns-message',
    });
    expect(stub.requests[0]?.['content-length']).toBe(doh === 'POST' ? '24' : undefined);
    expect(stub.queries[0]?.id).toBe(0);
  });

  test('has all queries in flight on one connection and counts no cache of them', async () => {
    const upstream = upstreamAt(stub.port);
    const names = Array.from({ length: 60 }, (_, index) => `n${index}.test.`);
    const outcomes = await Promise.all(names.map((text) => ask(upstream, text)));
    expect(new Set(outcomes.map(resultOf))).toEqual(new Set(['reply']));
    expect(stub.accepted).toBe(1);
    const { text } = upstream;
    expect(bench.count('coredns_proxy_conn_cache_misses_total', ['forward', text, 'tcp'])).toBe(0);
    expect(
      bench.count('coredns_proxy_request_duration_seconds', ['forward', text, 'NOERROR']),
    ).toBe(60);
  });

  test('opens a new connection when the old one is too old', async () => {
    const upstream = upstreamAt(stub.port, { maxAgeMs: 0.001 });
    for (let count = 0; count < 3; count++) expect(resultOf(await ask(upstream))).toBe('reply');
    expect(stub.accepted).toBe(3);
  });

  test('asks again over a new connection when the old one was closed', async () => {
    const upstream = upstreamAt(stub.port);
    await ask(upstream);
    stub.answer = cuttingFirst(() => {
      for (const session of stub.sessions) session.destroy();
    });
    expect(resultOf(await ask(upstream))).toBe('reply');
    expect(stub.accepted).toBe(2);
  });

  test('leaves a connection that the server announces to close', async () => {
    const upstream = upstreamAt(stub.port);
    stub.answer = (query) => {
      for (const session of stub.sessions) session.goaway(0, 2 ** 31 - 1);
      return replyTo(query);
    };
    for (let count = 0; count < 3; count++) expect(resultOf(await ask(upstream))).toBe('reply');
    expect(stub.accepted).toBe(3);
  });

  test('takes a reply to another question at its word', async () => {
    const other = { name: name('b.test.'), type: 1, class: 1 };
    stub.answer = (query) => replyTo(query, { questions: [other] });
    expect(resultOf(await ask(upstreamAt(stub.port)))).toBe('mismatch');
    stub.answer = (query) => replyTo(query, { isResponse: false });
    expect(resultOf(await ask(upstreamAt(stub.port)))).toBe('mismatch');
  });

  test.each([
    [{ status: 503, body: 'busy' }, 'unexpected HTTP status 503'],
    [{ status: 200, body: 'hello' }, 'dns: bad message'],
    [{ status: 200, body: new Uint8Array(70_000) }, 'http: request body too large'],
  ])('%j is no reply, and the connection stays', async (answer, text) => {
    const upstream = upstreamAt(stub.port);
    stub.answer = () => answer;
    for (let count = 0; count < 2; count++) {
      expect(resultOf(await ask(upstream))).toBe(postError(text));
    }
    expect(stub.accepted).toBe(1);
  });

  test('does not wait for a reply for ever', async () => {
    const upstream = upstreamAt(stub.port, { readTimeoutMs: 200 });
    stub.answer = () => undefined;
    const why = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
    expect(resultOf(await ask(upstream))).toBe(postError(why));
    stub.answer = (query: Message) => replyTo(query, { rcode: Rcode.NXDOMAIN });
    expect(resultOf(await ask(upstream))).toBe('reply');
    expect(stub.accepted).toBe(2);
  });

  test('says what is wrong with the other end', async () => {
    const dead = await deadPort();
    const noHttp = await new TlsFront(dead, server).start();
    const unknown = { tls: new TlsClient(new TlsContext({}), '127.0.0.1') };
    const results = [
      resultOf(await ask(upstreamAt(dead))),
      resultOf(await ask(upstreamAt('x'))),
      resultOf(await ask(upstreamAt(noHttp.port))),
      resultOf(await ask(upstreamAt(stub.port, unknown))),
    ];
    await noHttp.stop();
    expect(results).toEqual([
      postError(`dial tcp 127.0.0.1:${dead}: connect: connection refused`, dead),
      postError('dial tcp: lookup tcp/x: unknown port', 'x'),
      expect.stringContaining('http2: the server does not offer it'),
      postError('tls: failed to verify certificate: x509: certificate signed by unknown authority'),
    ]);
  });

  test('is probed by POST', async () => {
    upstreamAt(stub.port, { doh: 'GET' }).checkHealth();
    for (let turn = 0; turn < 2000 && stub.queries.length === 0; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(stub.requests[0]?.[':method']).toBe('POST');
    expect(stub.queries[0]?.questions).toEqual([{ name: name('.'), type: 2, class: 1 }]);
  });

  test('lets queries in flight end after close', async () => {
    const upstream = upstreamAt(stub.port);
    const outcome = ask(upstream);
    upstream.close();
    expect(resultOf(await outcome)).toBe('reply');
  });
});
