// Upstreams over TLS, against a real TLS server on 127.0.0.1 with certificates made for this run.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TlsClient, TlsContext, type TlsMaterial } from '../../../src/upstream/tls-client.ts';
import type { Upstream, UpstreamOptions } from '../../../src/upstream/upstream.ts';
import { hasOpenssl, type Issued, TestAuthority } from '../../support/certificates.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { record } from '../../support/record-lines.ts';
import { deadPort, replyTo, StubUpstream } from '../../support/stub-upstream.ts';
import { TlsFront } from '../../support/tls-front.ts';
import {
  askUpstream as ask,
  cuttingFirst,
  resultOf,
  UpstreamBench,
} from '../../support/upstream-bench.ts';
import { questionFor } from '../../support/upstream-questions.ts';

const RECORDS = [record('a.test. 5 IN A 10.0.0.1')];
const VERIFY = 'tls: failed to verify certificate: x509: ';

let authority: TestAuthority;
let server: Issued;
let stub: StubUpstream;
let bench: UpstreamBench;
const closers: (() => unknown)[] = [];

describe.skipIf(!hasOpenssl)('an upstream over TLS', () => {
  beforeAll(() => {
    authority = new TestAuthority();
    server = authority.issue('server', 'subjectAltName=DNS:dns.test,DNS:*.w.test,IP:127.0.0.1');
  });

  afterAll(() => authority.remove());

  beforeEach(async () => {
    stub = await new StubUpstream((query) => replyTo(query, { answer: RECORDS })).start();
    bench = new UpstreamBench();
  });

  afterEach(async () => {
    bench.close();
    for (const close of closers.splice(0).reverse()) await close();
    await stub.stop();
  });

  async function front(
    options: ConstructorParameters<typeof TlsFront>[1] = server,
  ): Promise<TlsFront> {
    const made = await new TlsFront(stub.port, options).start();
    closers.push(() => made.stop());
    return made;
  }

  /** A TCP server on a free port that speaks no TLS. */
  async function plainServer(serve: (socket: Socket) => void): Promise<number> {
    const plain: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      closers.push(() => socket.destroy());
      serve(socket);
    });
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    closers.push(() => plain.close());
    return (plain.address() as AddressInfo).port;
  }

  interface Peer {
    readonly serverName?: string;
    readonly material?: TlsMaterial;
  }

  function upstreamAt(
    port: number | string,
    { serverName = 'dns.test', material = { ca: authority.ca.cert } }: Peer = {},
    options: Partial<UpstreamOptions> = {},
  ): Upstream {
    const tls = new TlsClient(new TlsContext(material), serverName);
    return bench.upstream(port, { tls, ...options });
  }

  test('answers, whatever the client came by, over one connection', async () => {
    const { port } = await front();
    const upstream = upstreamAt(port);
    const first = await ask(upstream);
    expect(first).toMatchObject({ kind: 'reply', message: { answer: RECORDS } });
    expect(resultOf(await upstream.ask(questionFor('b.test.'), 'tcp'))).toBe('reply');
    expect(stub.seen.map(({ network }) => network)).toEqual(['tcp', 'tcp']);
    const labels = ['forward', `127.0.0.1:${port}`, 'tcp-tls'];
    expect(bench.count('coredns_proxy_conn_cache_misses_total', labels)).toBe(1);
    expect(bench.count('coredns_proxy_conn_cache_hits_total', labels)).toBe(1);
  });

  test('has queries in flight on few connections', async () => {
    const tls = await front();
    const upstream = upstreamAt(tls.port);
    const names = Array.from({ length: 60 }, (_, index) => `n${index}.test.`);
    const outcomes = await Promise.all(names.map((text) => ask(upstream, text)));
    expect(new Set(outcomes.map(resultOf))).toEqual(new Set(['reply']));
    expect(tls.accepted).toBeLessThanOrEqual(8);
  });

  test('resumes the session with the next connection', async () => {
    const tls = await front();
    const upstream = upstreamAt(tls.port, {}, { maxAgeMs: 0.001 });
    for (let count = 0; count < 3; count++) expect(resultOf(await ask(upstream))).toBe('reply');
    expect([tls.accepted, tls.resumed]).toEqual([3, 2]);
  });

  test.each([['TLSv1.2'], ['TLSv1.3']] as const)('speaks %s', async (version) => {
    const tls = await front({ ...server, minVersion: version, maxVersion: version });
    expect(resultOf(await ask(upstreamAt(tls.port)))).toBe('reply');
  });

  test.each([
    ['dns.test', 'dns.test'],
    ['dns.test.', 'dns.test'],
    ['DNS.test', 'dns.test'],
    ['any.w.test', 'any.w.test'],
    ['127.0.0.1', false],
  ])('takes the certificate for %s and sends %s', async (serverName, sent) => {
    const tls = await front();
    expect(resultOf(await ask(upstreamAt(tls.port, { serverName })))).toBe('reply');
    expect(String(tls.serverName).toLowerCase()).toBe(String(sent));
  });

  test.each([
    ['other.test', 'certificate is valid for dns.test, *.w.test, not other.test'],
    ['a.b.w.test', 'certificate is valid for dns.test, *.w.test, not a.b.w.test'],
    ['10.0.0.1', 'certificate is valid for 127.0.0.1, not 10.0.0.1'],
  ])('refuses the certificate for %s', async (serverName, text) => {
    const tls = await front();
    expect(resultOf(await ask(upstreamAt(tls.port, { serverName })))).toBe(VERIFY + text);
    expect(stub.seen).toEqual([]);
  });

  test.each([
    ['dns.test', 'dns.test', 'certificate relies on legacy Common Name field, use SANs instead'],
    ['x.test', 'dns.test', 'certificate is not valid for any names, but wanted to match dns.test'],
    [
      '127.0.0.1',
      '127.0.0.1',
      "cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
    ],
  ])('refuses the common name %s for %s', async (commonName, serverName, text) => {
    const tls = await front(authority.issue(commonName));
    expect(resultOf(await ask(upstreamAt(tls.port, { serverName })))).toBe(VERIFY + text);
  });

  test('refuses an authority that it does not know, and believes one that is named', async () => {
    const own = authority.selfSigned('own', 'subjectAltName=DNS:dns.test');
    const unknown = `${VERIFY}certificate signed by unknown authority`;
    const [tls, alone] = [await front(), await front(own)];
    expect(resultOf(await ask(upstreamAt(tls.port, { material: {} })))).toBe(unknown);
    expect(resultOf(await ask(upstreamAt(alone.port)))).toBe(unknown);
    expect(resultOf(await ask(upstreamAt(alone.port, { material: { ca: own.cert } })))).toBe(
      'reply',
    );
    // A server's own certificate may be named, although another authority signed it.
    expect(resultOf(await ask(upstreamAt(tls.port, { material: { ca: server.cert } })))).toBe(
      'reply',
    );
  });

  test('refuses a certificate for clients only', async () => {
    const issued = authority.issue(
      'x',
      'subjectAltName=DNS:dns.test',
      'extendedKeyUsage=clientAuth',
    );
    const tls = await front(issued);
    expect(resultOf(await ask(upstreamAt(tls.port)))).toBe(
      `${VERIFY}certificate specifies an incompatible key usage`,
    );
  });

  test.each([
    ['TLSv1.2', 'handshake failure'],
    ['TLSv1.3', 'certificate required'],
  ] as const)('shows its own certificate when asked to over %s', async (version, alert) => {
    const tls = await front({
      ...server,
      minVersion: version,
      maxVersion: version,
      ca: authority.ca.cert,
      requestCert: true,
    });
    const ca = authority.ca.cert;
    expect(resultOf(await ask(upstreamAt(tls.port)))).toBe(`remote error: tls: ${alert}`);
    const { cert, key } = authority.issue('client', 'extendedKeyUsage=clientAuth');
    const material = { ca, cert, key };
    expect(resultOf(await ask(upstreamAt(tls.port, { material })))).toBe('reply');
  });

  test('asks again over a new connection when the old one was closed', async () => {
    const tls = await front();
    const upstream = upstreamAt(tls.port);
    await ask(upstream);
    stub.answer = cuttingFirst(() => {
      for (const socket of tls.connections) socket.end();
    });
    expect(resultOf(await ask(upstream))).toBe('reply');
    expect(tls.accepted).toBe(2);
  });

  test('says what is wrong with the other end', async () => {
    const dead = await deadPort();
    const words = await plainServer((socket) => socket.write('220 this is no TLS at all\r\n'));
    const closing = await plainServer((socket) => socket.once('data', () => socket.end()));
    const resetting = await plainServer((socket) =>
      socket.once('data', () => socket.resetAndDestroy()),
    );
    const old = await front({ ...server, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' });
    const results: string[] = [];
    for (const port of [dead, words, closing, old.port, resetting, 'x']) {
      results.push(resultOf(await ask(upstreamAt(port))));
    }
    expect(results).toEqual([
      `dial tcp 127.0.0.1:${dead}: connect: connection refused`,
      'tls: first record does not look like a TLS handshake',
      'EOF',
      'remote error: tls: protocol version not supported',
      expect.stringMatching(
        `^read tcp 127.0.0.1:\\d+->127.0.0.1:${resetting}: read: connection reset by peer$`,
      ),
      'dial tcp: lookup tcp/x: unknown port',
    ]);
  });

  test('does not wait for a handshake for ever', async () => {
    const clock = new FakeClock();
    let greeted = (): void => undefined;
    const hello = new Promise<void>((resolve) => {
      greeted = resolve;
    });
    const port = await plainServer((socket) => socket.once('data', () => greeted()));
    const outcome = ask(upstreamAt(port, {}, { clock }));
    await hello;
    clock.advance(2001);
    expect(resultOf(await outcome)).toBe('context deadline exceeded');
    expect(clock.pendingTimers).toBe(1);
  });

  test('fails with material of no use, each time', async () => {
    const upstream = upstreamAt(1, { material: { cert: 'x', key: 'y' } });
    for (let count = 0; count < 2; count++) {
      expect(resultOf(await ask(upstream))).toBe('tls: unusable certificate or key');
    }
  });

  test('is probed over TLS', async () => {
    const tls = await front();
    upstreamAt(tls.port).checkHealth();
    for (let turn = 0; turn < 2000 && stub.seen.length === 0; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(stub.seen[0]).toMatchObject({ network: 'tcp', query: { questions: [{ type: 2 }] } });
    expect(tls.accepted).toBe(1);
  });
});
