// What the child for plugins reports, in this process; kubeconfig.test.ts runs it in the child, as the server does.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { kubeconfigReport } from '../../../../src/kubernetes/api/kubeconfig-reader.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(user: object, cluster: object = {}): string {
  const file = join(folder, 'config');
  const config = {
    'current-context': 'main',
    clusters: [{ name: 'c', cluster: { server: 'https://h:1/', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

const SETTINGS = {
  server: 'https://h:1',
  caFile: '',
  ca: '',
  certFile: '',
  cert: '',
  keyFile: '',
  key: '',
  serverName: '',
  isInsecure: false,
  proxyUrl: '',
  headers: {},
  tokenFile: '',
  expiresAtMs: null,
};

test('reports a token, a token file beside the kubeconfig and an unverified server', async () => {
  const file = write(
    { token: 'abc', tokenFile: 'token', as: 'me' },
    { 'insecure-skip-tls-verify': true },
  );
  expect(await kubeconfigReport(file, undefined)).toEqual({
    settings: {
      ...SETTINGS,
      isInsecure: true,
      headers: { authorization: 'Bearer abc', 'impersonate-user': 'me' },
      tokenFile: join(folder, 'token'),
    },
  });
});

test('reports the credential of an exec plugin with its end', async () => {
  const end = '2030-01-01T00:00:00.000Z';
  const status = { token: 't', expirationTimestamp: end };
  const script = `console.log(${JSON.stringify(JSON.stringify({ status }))})`;
  const exec = { apiVersion: 'v1', command: process.execPath, args: ['-e', script] };
  expect(await kubeconfigReport(write({ exec }), undefined)).toEqual({
    settings: {
      ...SETTINGS,
      headers: { authorization: 'Bearer t' },
      expiresAtMs: Date.parse(end),
    },
  });
});

test('reports errors as texts', async () => {
  expect(await kubeconfigReport('/nonexistent', undefined)).toEqual({
    error: 'stat /nonexistent: no such file or directory',
  });
  expect(await kubeconfigReport(write({}), 'nosuch')).toEqual({
    error: 'context "nosuch" does not exist',
  });
  expect(await kubeconfigReport(write({ 'client-certificate-data': 'eA==' }), undefined)).toEqual({
    error:
      'invalid configuration: client-key-data or client-key must be specified for u to use the clientCert authentication method.',
  });
});
