// The web configuration file, up to a request over TLS.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../src/base/clock.ts';
import { HttpListener, PLAIN_TEXT } from '../../../../src/plugin/http-listener.ts';
import { readWebConfig } from '../../../../src/plugins/prometheus/web-config.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nodens-tls-'));
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost';
  execFileSync('openssl', [...words.split(' '), '-keyout', 'key.pem', '-out', 'cert.pem'], {
    cwd: folder,
    stdio: 'ignore',
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(text: string): string {
  const file = join(folder, 'web.yml');
  writeFileSync(file, text);
  return file;
}

const FILES = 'cert_file: cert.pem, key_file: key.pem';

test('serves HTTPS with the named files', async () => {
  const tls = await readWebConfig(write(`tls_server_config: { ${FILES}, min_version: TLS13 }`));
  if (tls === undefined) throw new Error('no TLS');
  const listener = new HttpListener({
    address: '127.0.0.1:0',
    path: '/metrics',
    clock: systemClock,
    tls,
    answer: () => ({ status: 200, contentType: PLAIN_TEXT, body: 'OK', isCompressible: false }),
  });
  await listener.open();
  const status = await new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: listener.port,
      path: '/metrics',
      rejectUnauthorized: false,
    };
    const asked = get({ ...options, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once('error', reject);
  });
  expect(status).toBe(200);
  expect(await listener.close()).toBe(true);
});

test('an empty file asks for plain HTTP', async () => {
  expect(await readWebConfig(write(''))).toBeUndefined();
});

test.each([
  ['NoClientCert', undefined, undefined],
  ['RequestClientCert', true, false],
  ['RequireAndVerifyClientCert', true, true],
])('client certificates: %s', async (auth, requestCert, rejectUnauthorized) => {
  const text = `tls_server_config: { ${FILES}, client_ca_file: cert.pem, client_auth_type: ${auth} }`;
  const tls = await readWebConfig(write(text));
  expect(tls).toMatchObject({ minVersion: 'TLSv1.2', ca: tls?.cert });
  expect([tls?.requestCert, tls?.rejectUnauthorized]).toEqual([requestCert, rejectUnauthorized]);
});

describe('refuses', () => {
  test.each([
    ['basic_auth_users: { a: b }', 'basic_auth_users: not supported yet'],
    ['text', 'web config is no mapping'],
    ['tls_server_config: text', 'tls_server_config is no mapping'],
    ['tls_server_config: { key_file: key.pem }', 'missing cert_file'],
    ['tls_server_config: { cert_file: cert.pem, key_file: 1 }', 'missing key_file'],
    [`tls_server_config: { ${FILES}, min_version: SSL3 }`, 'unknown TLS version: SSL3'],
    [`tls_server_config: { ${FILES}, client_auth_type: Ask }`, 'invalid ClientAuth: Ask'],
    ['tls_server_config: { cert_file: none.pem, key_file: key.pem }', 'ENOENT'],
  ])('%s', async (text, error) => {
    await expect(readWebConfig(write(text))).rejects.toThrow(error);
  });
});
