// A server that forwards over TLS and HTTPS, with certificates made for this run.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Rcode } from '../../src/dns/codes/rcode.ts';
import { recordText } from '../../src/dns/record.ts';
import { hasOpenssl, type Issued, TestAuthority } from '../support/certificates.ts';
import { ask } from '../support/dns-client.ts';
import { DohStub } from '../support/doh-stub.ts';
import { askHttp } from '../support/http-ask.ts';
import { record } from '../support/record-lines.ts';
import { boot, freePort, type ServerProcess } from '../support/server.ts';
import { replyTo, StubUpstream } from '../support/stub-upstream.ts';
import { TlsFront } from '../support/tls-front.ts';

describe.skipIf(!hasOpenssl)('a server that forwards', () => {
  let authority: TestAuthority;
  let issued: Issued;
  let stub: StubUpstream;
  let front: TlsFront;
  let doh: DohStub;
  let server: ServerProcess | undefined;

  beforeAll(async () => {
    authority = new TestAuthority();
    issued = authority.issue('server', 'subjectAltName=DNS:dns.test');
    stub = await new StubUpstream((query) =>
      replyTo(query, { answer: [record('a.test. 5 IN A 10.0.0.1')] }),
    ).start();
    const { cert, key } = issued;
    front = await new TlsFront(stub.port, { cert, key }).start();
    doh = await new DohStub({ cert, key }, (query) =>
      replyTo(query, { answer: [record('a.test. 5 IN A 10.0.0.2')] }),
    ).start();
  });

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  afterAll(async () => {
    await Promise.all([front.stop(), doh.stop(), stub.stop()]);
    authority.remove();
  });

  /** The upstream is `to`; `ca.pem` lies beside the Corefile. */
  async function start(to: string, serverName: string): Promise<readonly [number, number]> {
    const [port, metrics] = [await freePort(), await freePort()];
    const block = `tls ca.pem\n tls_servername ${serverName}`;
    server = await boot(
      `.:${port} {\n errors\n prometheus 127.0.0.1:${metrics}\n forward . ${to} {\n ${block}\n }\n}\n`,
      { files: { 'ca.pem': authority.ca.cert } },
    );
    return [port, metrics];
  }

  test('over TLS answers, and counts the connections', async () => {
    const to = `127.0.0.1:${front.port}`;
    const [port, metrics] = await start(`tls://${to}`, 'dns.test');
    for (const isTcp of [false, true]) {
      const reply = await ask('a.test.', 'A', { port, isTcp, timeoutMs: 4000 });
      expect(reply?.answer.map(recordText)).toEqual(['a.test. 5 IN A 10.0.0.1']);
    }
    expect(front.serverName).toBe('dns.test');
    expect(front.accepted).toBe(1);
    const { body } = await askHttp(metrics, '/metrics');
    const labels = `{proto="tcp-tls",proxy_name="forward",to="${to}"}`;
    expect(String(body)).toContain(`coredns_proxy_conn_cache_misses_total${labels} 1`);
    expect(String(body)).toContain(`coredns_proxy_conn_cache_hits_total${labels} 1`);
  });

  test('over HTTPS answers', async () => {
    const [port] = await start(`https://127.0.0.1:${doh.port}`, 'dns.test');
    const reply = await ask('a.test.', 'A', { port, timeoutMs: 4000 });
    expect(reply?.answer.map(recordText)).toEqual(['a.test. 5 IN A 10.0.0.2']);
  });

  test('to a server of another name says so in the log', async () => {
    const [port] = await start(`tls://127.0.0.1:${front.port}`, 'other.test');
    const reply = await ask('a.test.', 'A', { port, timeoutMs: 4000 });
    expect(reply?.rcode).toBe(Rcode.SERVFAIL);
    await server?.printed(
      '[ERROR] plugin/errors: 2 a.test. A: tls: failed to verify certificate: x509: certificate is valid for dns.test, not other.test\n',
    );
  });
});
