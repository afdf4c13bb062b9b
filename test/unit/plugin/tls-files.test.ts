// The files of a tls option: which argument is which, what is refused, in the words of Go.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemAuthorities } from '../../../src/plugin/system-authorities.ts';
import { readTlsFiles } from '../../../src/plugin/tls-files.ts';
import { hasOpenssl, type Issued, TestAuthority } from '../../support/certificates.ts';

/** A PEM block of a kind with nothing of use in it. */
function junk(kind: string): string {
  return `-----BEGIN ${kind}-----\nYWJj\n-----END ${kind}-----\n`;
}

describe.skipIf(!hasOpenssl)('the files of a tls option', () => {
  let authority: TestAuthority;
  let one: Issued;
  let two: Issued;

  beforeAll(() => {
    authority = new TestAuthority();
    one = authority.issue('one');
    two = authority.issue('two');
  });

  afterAll(() => authority.remove());

  function write(name: string, text: string): string {
    const path = join(authority.folder, name);
    writeFileSync(path, text);
    return path;
  }

  test('are nothing, CA, CERT KEY, or CERT KEY CA', () => {
    const { certPath, keyPath, cert, key } = one;
    const ca = authority.ca.cert.trim();
    expect(readTlsFiles([], '')).toEqual({});
    expect(readTlsFiles([authority.ca.certPath], '')).toEqual({ ca });
    expect(readTlsFiles([certPath, keyPath], '')).toEqual({ cert, key });
    expect(readTlsFiles([certPath, keyPath, authority.ca.certPath], '')).toEqual({ cert, key, ca });
  });

  test('count from the folder of plugin root, unless they begin at the top', () => {
    const name = basename(one.certPath);
    expect(readTlsFiles([`./${name}`], authority.folder).ca).toBe(one.cert.trim());
    expect(readTlsFiles([one.certPath], '/nonexistent').ca).toBe(one.cert.trim());
    const path = '/nonexistent/ca.pem';
    expect(() => readTlsFiles(['ca.pem'], '/nonexistent')).toThrow(
      `error reading ${path}: open ${path}: no such file or directory`,
    );
  });

  test('of authorities may hold other things beside certificates', () => {
    const text = `# ours\n${junk('CERTIFICATE')}${one.key}${one.cert}words${two.cert}`;
    const { ca } = readTlsFiles([write('mixed.pem', text)], '');
    expect(ca).toBe(`${one.cert.trim()}\n${two.cert.trim()}`);
  });

  test.each([
    ['empty', ''],
    ['of junk', junk('CERTIFICATE')],
  ])('of authorities are refused when %s', (_what, text) => {
    const path = write('bad.pem', text);
    expect(() => readTlsFiles([path], '')).toThrow('could not read root certs: %!s(<nil>)');
  });

  test('that are folders are refused', () => {
    const { folder } = authority;
    expect(() => readTlsFiles([folder], '')).toThrow(
      `error reading ${folder}: read ${folder}: is a directory`,
    );
    expect(() => readTlsFiles([folder, 'none'], '')).toThrow(
      `could not load TLS cert: read ${folder}: is a directory`,
    );
  });

  test('of certificate and key are refused when they do not fit together', () => {
    const empty = write('empty', '');
    const bad = write('bad-cert', junk('CERTIFICATE'));
    const badKey = write('bad-key', junk('PRIVATE KEY'));
    const odd = write('odd', junk('X'));
    const { privateKey } = generateKeyPairSync('ed25519');
    const ed25519 = write('ed25519', String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    const { certPath, keyPath } = one;
    const cases: readonly (readonly [string, string, string])[] = [
      ['none', keyPath, 'open none: no such file or directory'],
      [certPath, 'none', 'open none: no such file or directory'],
      [empty, keyPath, 'tls: failed to find any PEM data in certificate input'],
      [certPath, empty, 'tls: failed to find any PEM data in key input'],
      [
        keyPath,
        keyPath,
        'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
      ],
      [
        odd,
        keyPath,
        'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [X]',
      ],
      [
        certPath,
        certPath,
        'tls: found a certificate rather than a key in the PEM for the private key',
      ],
      [
        certPath,
        odd,
        'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [X]',
      ],
      [certPath, two.keyPath, 'tls: private key does not match public key'],
      [certPath, ed25519, 'tls: private key type does not match public key type'],
      [bad, keyPath, 'x509: malformed certificate'],
      [certPath, badKey, 'tls: failed to parse private key'],
    ];
    for (const [cert, key, text] of cases) {
      expect(() => readTlsFiles([cert, key], '')).toThrow(`could not load TLS cert: ${text}`);
    }
  });
});

describe('the authorities of this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'authorities-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const [a, b] = [junk('CERTIFICATE'), junk('CERTIFICATE').replace('YWJj', 'ZGVm')];

  test('are those of SSL_CERT_FILE and SSL_CERT_DIR, each once', () => {
    const file = join(folder, 'bundle.pem');
    writeFileSync(file, a + b);
    writeFileSync(join(folder, 'again.pem'), b);
    const found = systemAuthorities({
      SSL_CERT_FILE: file,
      SSL_CERT_DIR: `/nonexistent:${folder}`,
    });
    expect(found?.match(/BEGIN/g)).toHaveLength(2);
    expect(systemAuthorities({ SSL_CERT_FILE: '/nonexistent', SSL_CERT_DIR: folder })).toBe(
      [b.trim(), a.trim()].join('\n'),
    );
  });

  test('may be none', () => {
    const nowhere = { SSL_CERT_FILE: '/nonexistent', SSL_CERT_DIR: '/nonexistent' };
    expect(systemAuthorities(nowhere)).toBeUndefined();
  });

  test('are looked for in the usual places', () => {
    const found = systemAuthorities({});
    expect(found === undefined || found.startsWith('-----BEGIN CERTIFICATE-----')).toBe(true);
  });
});
