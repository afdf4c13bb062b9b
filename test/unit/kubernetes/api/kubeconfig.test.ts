// Kubeconfigs as connection settings. Those with a credential plugin go through the real child process.

import { readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ConnectionSource } from '../../../../src/kubernetes/api/connection.ts';
import { CHILD, clock, connect, folder, useFolder, write } from '../../../support/connections.ts';
import { CA_CERT, CLIENT_CERT, CLIENT_KEY } from '../../../support/fake-api-server-certificates.ts';

useFolder();

interface KubeconfigParts {
  readonly cluster?: object;
  readonly user?: object;
}

function kubeconfig({ cluster = {}, user = {} }: KubeconfigParts): string {
  return write(
    'config',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'main',
      clusters: [{ name: 'c', cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
      users: [{ name: 'u', user }],
      contexts: [
        { name: 'main', context: { cluster: 'c', user: 'u' } },
        { name: 'anonymous', context: { cluster: 'c', user: 'nobody' } },
        { name: 'broken', context: { cluster: 'none', user: 'u' } },
      ],
    }),
  );
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('reads a kubeconfig with embedded certificates', async () => {
  const file = kubeconfig({
    cluster: { 'certificate-authority-data': base64(CA_CERT), 'tls-server-name': 'api' },
    user: {
      'client-certificate-data': base64(CLIENT_CERT),
      'client-key-data': base64(CLIENT_KEY),
      as: 'someone',
    },
  });
  const { last } = await connect({ kind: 'kubeconfig', file });
  expect(last).toEqual({
    server: { isTls: true, host: '10.0.0.1:6443', hostname: '10.0.0.1', port: 6443, basePath: '' },
    tls: { ca: CA_CERT, cert: CLIENT_CERT, key: CLIENT_KEY, serverName: 'api', isInsecure: false },
    headers: { 'impersonate-user': 'someone' },
    expiresAtMs: Number.POSITIVE_INFINITY,
  });
});

test('reads files named in a kubeconfig relative to it, again and again without the kubeconfig', async () => {
  write('ca.pem', CA_CERT);
  write('token', 'one');
  const file = kubeconfig({
    cluster: { 'certificate-authority': 'ca.pem' },
    user: { tokenFile: 'token', token: 'weaker' },
  });
  const connection = await connect({ kind: 'kubeconfig', file });
  expect(connection.last.tls.ca).toBe(CA_CERT);
  expect(connection.last.headers).toEqual({ authorization: 'Bearer one' });
  rmSync(file);
  write('token', 'two');
  clock.advance(60_000);
  expect((await connection.current()).headers).toEqual({ authorization: 'Bearer two' });
});

test.each([
  ['a token', { token: 'abc' }, 'Bearer abc'],
  ['a name and password', { username: 'me', password: 'pw' }, `Basic ${base64('me:pw')}`],
  ['a name without a password', { username: 'me', token: 'weaker' }, `Basic ${base64('me:')}`],
])('takes %s as credential, also for plain http', async (_, user, authorization) => {
  const file = kubeconfig({ cluster: { server: 'http://10.0.0.1:8080' }, user });
  const { last } = await connect({ kind: 'kubeconfig', file });
  expect(last.server.isTls).toBe(false);
  expect(last.headers).toEqual({ authorization });
});

test('reads a kubeconfig as YAML with anchors and merged keys, without a child', async () => {
  const file = write(
    'config',
    `# As some tools write it.
current-context: second
clusters:
- name: c
  cluster: &base {server: 'https://10.0.0.1:6443/', insecure-skip-tls-verify: true}
- name: d
  cluster:
    <<: *base
    tls-server-name: api
users:
- name: u
  user:
    token: >-
      abc
contexts:
- {name: first, context: {cluster: c, user: u}}
- {name: second, context: {cluster: d, user: u}}
`,
  );
  const { last } = await connect({ kind: 'kubeconfig', file }, {}, '/no/child');
  expect(last).toMatchObject({
    server: { isTls: true, host: '10.0.0.1:6443' },
    tls: { serverName: 'api', isInsecure: true },
    headers: { authorization: 'Bearer abc' },
  });
});

test('takes embedded certificates where files are named, too', async () => {
  const file = kubeconfig({
    cluster: {
      'certificate-authority': '/no/ca',
      'certificate-authority-data': base64(CA_CERT),
    },
    user: {
      'client-certificate': '/no/cert',
      'client-certificate-data': base64(CLIENT_CERT),
      'client-key': '/no/key',
      'client-key-data': base64(CLIENT_KEY),
    },
  });
  const { last } = await connect({ kind: 'kubeconfig', file });
  expect(last.tls).toMatchObject({ ca: CA_CERT, cert: CLIENT_CERT, key: CLIENT_KEY });
});

test('reads a kubeconfig again when its token is refused', async () => {
  const connection = await connect({
    kind: 'kubeconfig',
    file: kubeconfig({ user: { token: 'one' } }),
  });
  kubeconfig({ user: { token: 'two' } });
  expect((await connection.current()).headers).toEqual({ authorization: 'Bearer one' });
  connection.refuse(connection.last);
  expect((await connection.current()).headers).toEqual({ authorization: 'Bearer two' });
});

test('takes a context by name, and one with an unknown user as anonymous', async () => {
  const file = kubeconfig({ user: { token: 'abc' } });
  const { last } = await connect({ kind: 'kubeconfig', file, context: 'anonymous' });
  expect(last.headers).toEqual({});
});

/** An exec plugin with this status; NUMBER in it counts the runs. */
function execPlugin(status: object): { apiVersion: string; command: string; args: string[] } {
  const plugin = write(
    'plugin.mjs',
    `import { existsSync, readFileSync, writeFileSync } from 'node:fs';
     const file = new URL('count', import.meta.url);
     const count = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
     writeFileSync(file, String(count + 1));
     writeFileSync(new URL('info', import.meta.url), process.env.KUBERNETES_EXEC_INFO);
     const credential = { kind: 'ExecCredential', status: ${JSON.stringify(status)} };
     process.stdout.write(JSON.stringify(credential).replace('NUMBER', String(count)));`,
  );
  const apiVersion = 'client.authentication.k8s.io/v1';
  return { apiVersion, command: process.execPath, args: [plugin] };
}

test('runs an exec plugin again when its credential ends or is refused, not before', async () => {
  const end = new Date(clock.epochMs() + 300_000).toISOString();
  const exec = execPlugin({ token: 't-NUMBER', expirationTimestamp: end });
  const connection = await connect({ kind: 'kubeconfig', file: kubeconfig({ user: { exec } }) });
  expect(connection.last.expiresAtMs).toBe(Date.parse(end));
  const token = async (): Promise<unknown> => (await connection.current()).headers['authorization'];
  clock.advance(70_000);
  expect(await token()).toBe('Bearer t-0');
  connection.refuse(connection.last);
  expect(await token()).toBe('Bearer t-1');
  clock.advance(225_000);
  expect(await token()).toBe('Bearer t-2');
});

test('keeps its compile cache from exec plugins', async () => {
  const child = write('child.mjs', `await import(${JSON.stringify(CHILD)});`);
  const plugin = write(
    'plugin.mjs',
    `const token = process.env.NODE_COMPILE_CACHE ?? 'none';
     process.stdout.write(JSON.stringify({ kind: 'ExecCredential', status: { token } }));`,
  );
  const exec = { apiVersion: 'v1', command: process.execPath, args: [plugin] };
  const file = kubeconfig({ user: { exec } });
  const { last } = await connect({ kind: 'kubeconfig', file }, {}, child);
  expect(last.headers).toEqual({ authorization: 'Bearer none' });
  expect(readdirSync(join(folder, 'cache'))).toHaveLength(1);
});

test('takes certificates from an exec plugin, whose path counts from the kubeconfig', async () => {
  symlinkSync(process.execPath, join(folder, 'plugin'));
  const status = { clientCertificateData: CLIENT_CERT, clientKeyData: CLIENT_KEY };
  const exec = { ...execPlugin(status), command: './plugin', provideClusterInfo: true };
  const { last } = await connect({ kind: 'kubeconfig', file: kubeconfig({ user: { exec } }) });
  expect(last.tls).toMatchObject({ cert: CLIENT_CERT, key: CLIENT_KEY });
  expect(last.headers).toEqual({});
  expect(JSON.parse(readFileSync(join(folder, 'info'), 'utf8'))).toMatchObject({
    kind: 'ExecCredential',
    spec: { interactive: false, cluster: { server: 'https://10.0.0.1:6443' } },
  });
});

test('sees the end of a token that is a JWT', async () => {
  const jwt = (claims: string): string =>
    `${base64('{}')}.${Buffer.from(claims).toString('base64url')}.c2ln`.replaceAll('=', '');
  const exp = Math.floor(clock.epochMs() / 1000) + 3600;
  const file = kubeconfig({ user: { token: jwt(`{"exp":${exp}}`) } });
  expect((await connect({ kind: 'kubeconfig', file })).last.expiresAtMs).toBe(exp * 1000);
  kubeconfig({ user: { token: jwt('{"exp":"x"}') } });
  expect((await connect({ kind: 'kubeconfig', file })).last.expiresAtMs).toBe(
    Number.POSITIVE_INFINITY,
  );
  kubeconfig({ user: { token: jwt('no json') } });
  expect((await connect({ kind: 'kubeconfig', file })).last.expiresAtMs).toBe(
    Number.POSITIVE_INFINITY,
  );
});

const EMPTY =
  'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable';

test.each<[string, () => ConnectionSource, string | RegExp]>([
  [
    'a file that is missing',
    () => ({ kind: 'kubeconfig', file: '/nonexistent' }),
    'stat /nonexistent: no such file or directory',
  ],
  [
    'a context that is missing',
    () => ({ kind: 'kubeconfig', file: kubeconfig({}), context: 'nosuch' }),
    'context "nosuch" does not exist',
  ],
  [
    'a context whose cluster is missing',
    () => ({ kind: 'kubeconfig', file: kubeconfig({}), context: 'broken' }),
    EMPTY,
  ],
  ['an empty file', () => ({ kind: 'kubeconfig', file: write('config', '\n') }), EMPTY],
  [
    'a file of comments',
    () => ({ kind: 'kubeconfig', file: write('config', '# nothing\n') }),
    EMPTY,
  ],
  ['a file that is a text', () => ({ kind: 'kubeconfig', file: write('config', 'text') }), EMPTY],
  [
    'a name of a file that is no text',
    () => ({ kind: 'kubeconfig', file: kubeconfig({ cluster: { 'certificate-authority': 5 } }) }),
    /^error loading config file ".*config": /,
  ],
  [
    'an entry without a name',
    () => ({ kind: 'kubeconfig', file: write('config', 'users: [{user: {}}]') }),
    /^error loading config file ".*config": users\[0\]\.name is missing$/,
  ],
  [
    'a file that is no YAML',
    () => ({ kind: 'kubeconfig', file: write('config', '{') }),
    /^error loading config file ".*config": /,
  ],
  [
    'certificates that are missing',
    () => ({
      kind: 'kubeconfig',
      file: kubeconfig({
        cluster: { 'certificate-authority': '/no/ca' },
        user: { 'client-certificate': '/no/a', 'client-key': '/no/b' },
      }),
    }),
    'invalid configuration: [unable to read client-cert /no/a for u due to open /no/a: no such file or directory, unable to read client-key /no/b for u due to open /no/b: no such file or directory, unable to read certificate-authority /no/ca for c due to open /no/ca: no such file or directory]',
  ],
  [
    'a certificate without a key',
    () => ({
      kind: 'kubeconfig',
      file: kubeconfig({ user: { 'client-certificate-data': base64(CLIENT_CERT) } }),
    }),
    'invalid configuration: client-key-data or client-key must be specified for u to use the clientCert authentication method.',
  ],
  [
    'a proxy',
    () => ({
      kind: 'kubeconfig',
      file: kubeconfig({ cluster: { 'proxy-url': 'http://p:1' } }),
    }),
    'proxy-url http://p:1: not supported yet',
  ],
  [
    'an exec plugin that is missing',
    () => ({
      kind: 'kubeconfig',
      file: kubeconfig({ user: { exec: { command: '/no/plugin' } } }),
    }),
    /ENOENT/,
  ],
])('says what is wrong with a kubeconfig: %s', async (_, source, message) => {
  await expect(connect(source())).rejects.toThrow(message);
});

test('does not wait for the end of the child, whose line is whole', async () => {
  const pidFile = join(folder, 'pid');
  const child = write(
    'child.mjs',
    `import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
     await import(${JSON.stringify(CHILD)});
     setInterval(() => {}, 1000);`,
  );
  try {
    const file = kubeconfig({ user: { exec: execPlugin({ token: 't' }) } });
    const { last } = await connect({ kind: 'kubeconfig', file }, {}, child);
    expect(last.headers).toEqual({ authorization: 'Bearer t' });
  } finally {
    process.kill(Number(readFileSync(pidFile, 'utf8')));
  }
});

test('says why the child could not run', async () => {
  const file = kubeconfig({ user: { exec: execPlugin({ token: 't' }) } });
  await expect(connect({ kind: 'kubeconfig', file }, {}, '/no/child')).rejects.toThrow(
    /^reading the kubeconfig failed: /,
  );
});
