// Where connection settings come from, their set-up errors, and how they are kept fresh; kubeconfigs are in kubeconfig.test.ts.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clock, connect, folder, useFolder, write } from '../../../support/connections.ts';
import {
  CA_CERT,
  CLIENT_CERT,
  CLIENT_KEY,
  SECOND_CLIENT_CERT,
  SECOND_CLIENT_KEY,
} from '../../../support/fake-api-server-certificates.ts';

useFolder();

test.each([
  ['http://10.0.0.1:8080', { isTls: false, hostname: '10.0.0.1', port: 8080, basePath: '' }],
  ['http://10.0.0.1', { isTls: false, port: 80, host: '10.0.0.1' }],
  ['https://h:443/', { isTls: true, port: 443, host: 'h:443', basePath: '' }],
  ['https://[::1]/k8s/c/', { isTls: true, hostname: '::1', port: 443, basePath: '/k8s/c' }],
  ['localhost:8080', { isTls: false, hostname: 'localhost', port: 8080 }],
])('reads the endpoint %s', async (url, server) => {
  expect((await connect({ kind: 'endpoint', url })).last.server).toMatchObject(server);
});

test('takes TLS for an endpoint without a scheme when there are certificates', async () => {
  const tls = {
    cert: write('c', CLIENT_CERT),
    key: write('k', CLIENT_KEY),
    ca: write('ca', CA_CERT),
  };
  const { last } = await connect({ kind: 'endpoint', url: 'h:6443', tls });
  expect(last.server.isTls).toBe(true);
  expect(last.tls).toMatchObject({ cert: CLIENT_CERT, key: CLIENT_KEY, ca: CA_CERT });
});

test.each(['', 'localhost:8080/x', 'http://', 'a b'])('refuses the endpoint "%s"', async (url) => {
  await expect(connect({ kind: 'endpoint', url })).rejects.toThrow(
    `host must be a URL or a host:port pair: "${url}"`,
  );
});

test('lists the files of the tls option that cannot be read', async () => {
  const ca = write('ca', CA_CERT);
  await expect(
    connect({ kind: 'endpoint', url: 'x', tls: { cert: '/no/a', key: '/no/b', ca } }),
  ).rejects.toThrow(
    'invalid configuration: [unable to read client-cert /no/a for  due to open /no/a: no such file or directory, unable to read client-key /no/b for  due to open /no/b: no such file or directory]',
  );
  await expect(
    connect({ kind: 'endpoint', url: 'x', tls: { cert: ca, key: ca, ca: '/no/c' } }),
  ).rejects.toThrow(
    'invalid configuration: unable to read certificate-authority /no/c for  due to open /no/c: no such file or directory',
  );
});

test.each([
  ['cert', 'tls: failed to find any PEM data in certificate input'],
  ['key', 'tls: failed to find any PEM data in key input'],
  ['ca', 'unable to load root certificates: unable to parse bytes as PEM block'],
])('refuses a %s file that is no PEM', async (name, message) => {
  const good = {
    cert: write('c', CLIENT_CERT),
    key: write('k', CLIENT_KEY),
    ca: write('a', CA_CERT),
  };
  const tls = { ...good, [name]: write('bad', 'nothing') };
  await expect(connect({ kind: 'endpoint', url: 'x', tls })).rejects.toThrow(message);
});

test('refuses a key that belongs to another certificate', async () => {
  const tls = {
    cert: write('c', CLIENT_CERT),
    key: write('k', SECOND_CLIENT_KEY),
    ca: write('a', CA_CERT),
  };
  await expect(connect({ kind: 'endpoint', url: 'x', tls })).rejects.toThrow(/^tls: .*mismatch/);
});

test('reads rotated certificates a minute later, and keeps the old ones while they do not fit', async () => {
  const tls = {
    cert: write('c', CLIENT_CERT),
    key: write('k', CLIENT_KEY),
    ca: write('ca', CA_CERT),
  };
  const connection = await connect({ kind: 'endpoint', url: 'h:6443', tls });
  const before = connection.last;
  write('c', SECOND_CLIENT_CERT);
  expect(await connection.current()).toBe(before);
  clock.advance(60_000);
  expect(await connection.current()).toBe(before);
  write('k', SECOND_CLIENT_KEY);
  clock.advance(60_000);
  const [after, again] = await Promise.all([connection.current(), connection.current()]);
  expect(after.tls.cert).toBe(SECOND_CLIENT_CERT);
  expect(again).toBe(after);
});

test.each([
  ['10.96.0.1', '443', { host: '10.96.0.1:443', hostname: '10.96.0.1' }],
  ['fd00::1', '6443', { host: '[fd00::1]:6443', hostname: 'fd00::1' }],
])('takes the settings of a pod from the environment: %s', async (host, port, server) => {
  write('token', 'secret\n');
  write('ca.crt', CA_CERT);
  const env = { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port };
  const { last } = await connect({ kind: 'in-cluster', folder }, env);
  expect(last).toMatchObject({
    server: { isTls: true, port: Number(port), ...server },
    tls: { ca: CA_CERT },
    headers: { authorization: 'Bearer secret' },
  });
});

test('says what a pod is missing', async () => {
  await expect(connect({ kind: 'in-cluster' })).rejects.toThrow(
    'unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined',
  );
  const env = { KUBERNETES_SERVICE_HOST: 'h', KUBERNETES_SERVICE_PORT: '1' };
  await expect(connect({ kind: 'in-cluster', folder }, env)).rejects.toThrow(
    `open ${folder}/token: no such file or directory`,
  );
  write('token', ' ');
  await expect(connect({ kind: 'in-cluster', folder }, env)).rejects.toThrow('read empty token');
});

test('reads a rotated token at once after a refusal, and keeps the old one while it is missing', async () => {
  write('token', 'one');
  const env = { KUBERNETES_SERVICE_HOST: 'h', KUBERNETES_SERVICE_PORT: '1' };
  const connection = await connect({ kind: 'in-cluster', folder }, env);
  const first = connection.last;
  rmSync(join(folder, 'token'));
  connection.refuse(first);
  expect(await connection.current()).toBe(first);
  write('token', 'two');
  connection.refuse(first);
  const second = await connection.current();
  expect(second.headers['authorization']).toBe('Bearer two');
  connection.refuse(first);
  write('token', 'three');
  expect(await connection.current(), 'an old refusal says nothing of the new token').toBe(second);
});
