// Requests over real sockets: TLS with client certificates, tokens, kept connections, time-outs.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readErrorBody } from '../../../../src/kubernetes/api/body.ts';
import { ApiClient } from '../../../../src/kubernetes/api/client.ts';
import {
  type Connection,
  type ConnectionSource,
  openConnection,
} from '../../../../src/kubernetes/api/connection.ts';
import { COLLECTIONS, FakeApiServer } from '../../../support/fake-api-server.ts';
import {
  CA_CERT,
  CLIENT_CERT,
  CLIENT_KEY,
  SECOND_CLIENT_CERT,
  SECOND_CLIENT_KEY,
  SERVER_CERT,
  SERVER_KEY,
} from '../../../support/fake-api-server-certificates.ts';
import { until } from '../../../support/fake-api-server-harness.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const TLS = { key: SERVER_KEY, cert: SERVER_CERT, clientCa: CA_CERT };
const target = `${COLLECTIONS.services}?limit=500`;
const accept = 'application/json';
const closing: (() => unknown)[] = [];
let clock = new FakeClock();
let folder = '';

beforeEach(() => {
  clock = new FakeClock();
  folder = mkdtempSync(join(tmpdir(), 'client-'));
  closing.push(() => rmSync(folder, { recursive: true }));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function serve(
  options: ConstructorParameters<typeof FakeApiServer>[0],
): Promise<FakeApiServer> {
  const server = new FakeApiServer(options);
  await server.listen();
  closing.push(() => server.close());
  return server;
}

async function connect(
  source: ConnectionSource,
  env: Record<string, string> = {},
): Promise<{ client: ApiClient; connection: Connection }> {
  const connection = await openConnection(source, { clock, env, kubeconfigChildPath: '' });
  const limits = { qps: 0, burst: 0, maxInflight: 0 };
  return {
    client: new ApiClient(connection, { clock, limits, userAgent: 'Nodens/1' }),
    connection,
  };
}

async function get(client: ApiClient): Promise<{ status: number; body: string }> {
  const { signal } = new AbortController();
  const response = await client.get({ kind: 'list', target, accept, signal });
  const body = await readErrorBody(response, clock, 1000);
  return { status: response.statusCode ?? 0, body: body.toString() };
}

/** A server of bare sockets. */
async function listen(onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

test('shows its certificate, and a rotated one on a new connection', async () => {
  const server = await serve({ tls: TLS });
  const tls = {
    cert: write('c', CLIENT_CERT),
    key: write('k', CLIENT_KEY),
    ca: write('a', CA_CERT),
  };
  const { client } = await connect({ kind: 'endpoint', url: server.url, tls });
  expect((await get(client)).status).toBe(200);
  expect((await get(client)).status).toBe(200);
  write('c', SECOND_CLIENT_CERT);
  write('k', SECOND_CLIENT_KEY);
  clock.advance(60_000);
  expect((await get(client)).status).toBe(200);
  expect(server.requests.map(({ clientName, connection }) => [clientName, connection])).toEqual([
    ['client', 1],
    ['client', 1],
    ['second', 2],
  ]);
  client.close();
});

test('sends its headers', async () => {
  const server = await serve({});
  const { client } = await connect({ kind: 'endpoint', url: server.url });
  await get(client);
  expect(server.requests[0]?.headers).toMatchObject({
    accept: 'application/json',
    'user-agent': 'Nodens/1',
    host: `127.0.0.1:${server.port}`,
  });
});

test('does not trust a server of another authority', async () => {
  const server = await serve({ tls: TLS });
  const { client } = await connect({ kind: 'endpoint', url: server.url });
  await expect(get(client)).rejects.toThrow(
    `Get "${server.url}${target}": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
  );
});

test('says that the server wants a certificate', async () => {
  const server = await serve({ tls: TLS });
  write('token', 'one');
  write('ca.crt', CA_CERT);
  const env = {
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(server.port),
  };
  const { client } = await connect({ kind: 'in-cluster', folder }, env);
  await expect(get(client)).rejects.toThrow(/: remote error: tls: certificate required$/);
});

test('reads a rotated token after a 401', async () => {
  const server = await serve({ tls: { key: SERVER_KEY, cert: SERVER_CERT } });
  server.tokens.add('one');
  write('token', 'one');
  write('ca.crt', CA_CERT);
  const env = {
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(server.port),
  };
  const { client } = await connect({ kind: 'in-cluster', folder }, env);
  expect((await get(client)).status).toBe(200);
  server.tokens.clear();
  server.tokens.add('two');
  write('token', 'two');
  expect((await get(client)).status).toBe(401);
  expect((await get(client)).status).toBe(200);
});

test('asks once more when a kept connection was closed under it', async () => {
  let connections = 0;
  const url = await listen((socket) => {
    const isFirst = ++connections === 1;
    let requests = 0;
    socket.on('data', () => {
      if (isFirst && ++requests === 2) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
    });
  });
  const { client } = await connect({ kind: 'endpoint', url });
  expect((await get(client)).body).toBe('{}');
  expect((await get(client)).body).toBe('{}');
  expect(connections).toBe(2);
});

test('reports a server that is gone after a kept connection', async () => {
  let server: FakeApiServer | undefined = await serve({});
  const { client } = await connect({ kind: 'endpoint', url: server.url });
  await get(client);
  await server.close();
  await expect(get(client)).rejects.toMatchObject({ isPassing: true });
  await server.listen();
  server = undefined;
});

test('gives up a server that sends no headers', async () => {
  const url = await listen(() => {});
  const { client } = await connect({ kind: 'endpoint', url });
  const result = expect(get(client)).rejects.toThrow(
    `Get "${url}${target}": net/http: timeout awaiting response headers`,
  );
  await until(() => clock.monotonicMs() >= 75_000, clock, 1000);
  await result;
});

test('gives up a TLS handshake that does not end', async () => {
  const url = (await listen(() => {})).replace('http:', 'https:');
  const { client } = await connect({ kind: 'endpoint', url });
  const result = expect(get(client)).rejects.toThrow(/timeout/);
  await until(() => clock.monotonicMs() >= 75_000, clock, 1000);
  await result;
});

test('cuts long error texts and gives up bodies that stall', async () => {
  const url = await listen((socket) =>
    socket.on('data', () =>
      socket.write(`HTTP/1.1 500 no\r\ncontent-length: 200000\r\n\r\n${'x'.repeat(200_000)}`),
    ),
  );
  const { client } = await connect({ kind: 'endpoint', url });
  expect((await get(client)).body).toHaveLength(65536);
  const stalling = await listen((socket) =>
    socket.on('data', () => socket.write('HTTP/1.1 500 no\r\ncontent-length: 9\r\n\r\nx')),
  );
  const second = await connect({ kind: 'endpoint', url: stalling });
  const result = expect(get(second.client)).rejects.toMatchObject({ code: 'API_STALLED' });
  await until(() => clock.pendingTimers === 1);
  await until(() => clock.monotonicMs() > 1000, clock, 100);
  await result;
});

test('ends a request that is stopped', async () => {
  const url = await listen(() => {});
  const { client } = await connect({ kind: 'endpoint', url });
  const stopping = new AbortController();
  const result = client.get({ kind: 'watch', target, accept, signal: stopping.signal });
  stopping.abort();
  await expect(result).rejects.toThrow('abort');
});
