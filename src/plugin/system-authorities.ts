// The certificate authorities that this machine trusts, from where Go's crypto/x509 looks for them on Linux
// (root_linux.go, root_unix.go). For the control thread: it reads some hundred files.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateBlocks } from './tls-files.ts';

/** The first one that can be read counts. */
const FILES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const FOLDERS: readonly string[] = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

/**
 * The authorities as one PEM text, each once; undefined when the machine has none. SSL_CERT_FILE and SSL_CERT_DIR name other
 * places, as for Go and OpenSSL.
 */
export function systemAuthorities(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { SSL_CERT_FILE: file = '', SSL_CERT_DIR: folders = '' } = env;
  const found = new Set<string>();
  const files = file === '' ? FILES : [file];
  const first = files.map(readBlocks).find((blocks) => blocks !== undefined) ?? [];
  for (const block of first) found.add(block);
  for (const folder of folders === '' ? FOLDERS : folders.split(':')) {
    for (const path of pathsIn(folder)) {
      for (const block of readBlocks(path) ?? []) found.add(block);
    }
  }
  return found.size === 0 ? undefined : [...found].join('\n');
}

/** Undefined for what cannot be read. */
function readBlocks(path: string): string[] | undefined {
  try {
    return certificateBlocks(readFileSync(path, 'latin1'));
  } catch {
    return undefined;
  }
}

function pathsIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
