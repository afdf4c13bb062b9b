// The files that a `tls` option names, read and checked on the control thread; whoever speaks TLS gets PEM texts. Order and
// error texts are CoreDNS's (plugin/pkg/tls/tls.go) and those of Go's crypto/tls below it.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isAbsolute, join, normalize } from 'node:path';
import { CorefileError } from '../corefile/error.ts';
import { diskSource } from '../zone/zone-files.ts';

/** PEM texts; absent is what no argument named. */
export interface TlsFiles {
  /** Authorities, nothing but certificates that can be read. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** A block of a PEM text (RFC 7468). */
const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/**
 * Reads `[CERT KEY [CA] | CA]`; relative names count from `root`, or from the working folder if that is ''. Throws
 * CorefileError when a file cannot be read, or holds something else, or certificate and key do not belong together.
 */
export function readTlsFiles(args: readonly string[], root: string): TlsFiles {
  const paths = args.map((path) => (root === '' || isAbsolute(path) ? path : join(root, path)));
  if (paths.length < 2) return readAuthorities(paths[0]);
  const [certPath = '', keyPath = '', caPath] = paths;
  return { ...readPair(certPath, keyPath), ...readAuthorities(caPath) };
}

function readPair(certPath: string, keyPath: string): TlsFiles {
  try {
    const cert = diskSource.readFile(certPath);
    const key = diskSource.readFile(keyPath);
    checkPair(cert, key);
    return { cert, key };
  } catch (error) {
    throw new CorefileError(`could not load TLS cert: ${textOf(error)}`, { cause: error });
  }
}

function readAuthorities(path: string | undefined): TlsFiles {
  if (path === undefined) return {};
  let text: string;
  try {
    text = diskSource.readFile(normalize(path));
  } catch (error) {
    throw new CorefileError(`error reading ${path}: ${textOf(error)}`, { cause: error });
  }
  const ca = certificateBlocks(text).filter((block) => succeeds(() => new X509Certificate(block)));
  // The end is Go's way to print an error that is none.
  if (ca.length === 0) throw new CorefileError('could not read root certs: %!s(<nil>)');
  return { ca: ca.join('\n') };
}

/** The certificates of a PEM text, each whole. */
export function certificateBlocks(text: string): string[] {
  const blocks = [...text.matchAll(PEM_BLOCK)];
  return blocks.filter(([, kind]) => kind === 'CERTIFICATE').map(([block]) => block);
}

/** Throws an Error in the words of tls.X509KeyPair. */
function checkPair(cert: string, key: string): void {
  checkKinds(cert, key);
  const [leaf = ''] = certificateBlocks(cert);
  if (!succeeds(() => new X509Certificate(leaf))) throw new Error('x509: malformed certificate');
  if (!succeeds(() => createPrivateKey(key))) throw new Error('tls: failed to parse private key');
  const certificate = new X509Certificate(leaf);
  const privateKey = createPrivateKey(key);
  if (certificate.checkPrivateKey(privateKey)) return;
  const isSameType = certificate.publicKey.asymmetricKeyType === privateKey.asymmetricKeyType;
  const what = isSameType ? 'key' : 'key type';
  throw new Error(`tls: private ${what} does not match public ${what}`);
}

function checkKinds(cert: string, key: string): void {
  const inCert = kindsOf(cert);
  const inKey = kindsOf(key);
  if (inCert.length === 0) fail('any PEM data in certificate input');
  if (!inCert.includes('CERTIFICATE')) {
    const isKey = inCert.some((kind) => kind.endsWith('PRIVATE KEY'));
    if (isKey) {
      const hint = 'but did find a private key; PEM inputs may have been switched';
      fail(`certificate PEM data in certificate input, ${hint}`);
    }
    fail(`"CERTIFICATE" PEM block in certificate input after ${skipped(inCert)}`);
  }
  if (inKey.length === 0) fail('any PEM data in key input');
  if (inKey.some((kind) => kind.endsWith('PRIVATE KEY'))) return;
  if (inKey[0] === 'CERTIFICATE') {
    throw new Error('tls: found a certificate rather than a key in the PEM for the private key');
  }
  fail(`PEM block with type ending in "PRIVATE KEY" in key input after ${skipped(inKey)}`);
}

function skipped(kinds: readonly string[]): string {
  return `skipping PEM blocks of the following types: [${kinds.join(' ')}]`;
}

function fail(missing: string): never {
  throw new Error(`tls: failed to find ${missing}`);
}

function kindsOf(text: string): string[] {
  return [...text.matchAll(PEM_BLOCK)].map(([, kind = '']) => kind);
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
