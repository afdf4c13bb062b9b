// Certificates made by openssl while a test runs: an authority and what it signs, in a folder of their own. No key outlives
// its test.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Tests that need certificates are skipped without it. */
export const hasOpenssl: boolean = spawnSync('openssl', ['version']).status === 0;

/** PEM texts of one certificate, and where they lie. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly certPath: string;
  readonly keyPath: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority that is known to nobody else. */
export class TestAuthority {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'certificates-'));
  /** The authority's own certificate. */
  readonly ca: Issued;
  #count = 0;

  constructor() {
    this.ca = this.#selfSigned('ca', ['basicConstraints=critical,CA:TRUE']);
  }

  /** A certificate with a common name and extensions like `subjectAltName=DNS:a.test`, signed by the authority. */
  issue(commonName: string, ...extensions: readonly string[]): Issued {
    const stem = `leaf${this.#count++}`;
    const paths = this.#paths(stem);
    const request = join(this.folder, `${stem}.csr`);
    const extras = join(this.folder, `${stem}.ext`);
    this.#openssl('req', '-new', ...NEW_KEY, '-keyout', paths.keyPath, '-out', request, [
      '-subj',
      `/CN=${commonName}`,
    ]);
    writeFileSync(extras, ['basicConstraints=CA:FALSE', ...extensions, ''].join('\n'));
    const signer = ['-CA', this.ca.certPath, '-CAkey', this.ca.keyPath, '-CAcreateserial'];
    this.#openssl('x509', '-req', '-in', request, '-out', paths.certPath, signer, [
      '-days',
      '30',
      '-extfile',
      extras,
    ]);
    return this.#read(paths);
  }

  /** A certificate that nobody signed but itself. */
  selfSigned(commonName: string, ...extensions: readonly string[]): Issued {
    return this.#selfSigned(`self${this.#count++}`, extensions, commonName);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #selfSigned(stem: string, extensions: readonly string[], commonName = 'Test CA'): Issued {
    const paths = this.#paths(stem);
    const files = ['-keyout', paths.keyPath, '-out', paths.certPath];
    const added = extensions.flatMap((extension) => ['-addext', extension]);
    const subject = ['-subj', `/CN=${commonName}`, '-days', '30'];
    this.#openssl('req', '-x509', ...NEW_KEY, files, subject, added);
    return this.#read(paths);
  }

  #paths(stem: string): Pick<Issued, 'certPath' | 'keyPath'> {
    return {
      certPath: join(this.folder, `${stem}.pem`),
      keyPath: join(this.folder, `${stem}.key`),
    };
  }

  #read(paths: Pick<Issued, 'certPath' | 'keyPath'>): Issued {
    const cert = readFileSync(paths.certPath, 'utf8');
    const key = readFileSync(paths.keyPath, 'utf8');
    return { ...paths, cert, key };
  }

  #openssl(...words: readonly (string | readonly string[])[]): void {
    execFileSync('openssl', words.flat(), { stdio: 'pipe' });
  }
}
