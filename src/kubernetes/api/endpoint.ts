// Connection settings of the `endpoint` and `tls` options: a URL, and certificate files that are read at every load.

import { invalidConfiguration } from './connection-error.ts';
import { type ConnectionState, NO_TLS, parseServerAddress } from './connection-state.ts';
import { openFailure, readPemFile } from './credential-files.ts';

/** File names of the `tls` option. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** Loads the settings. Throws ConnectionError with the list of unreadable files (clientcmd, ConfirmUsable). */
export async function loadEndpoint(
  url: string,
  files: TlsFiles | undefined,
): Promise<ConnectionState> {
  const tls = files === undefined ? NO_TLS : await loadTlsFiles(files);
  return {
    server: parseServerAddress(url, files !== undefined),
    tls,
    headers: {},
    expiresAtMs: Number.POSITIVE_INFINITY,
  };
}

async function loadTlsFiles(files: TlsFiles): Promise<typeof NO_TLS> {
  const failures = await Promise.all([
    openFailure('client-cert', files.cert, ''),
    openFailure('client-key', files.key, ''),
    openFailure('certificate-authority', files.ca, ''),
  ]);
  const texts = failures.filter((text): text is string => text !== undefined);
  if (texts.length > 0) throw invalidConfiguration(texts);
  const [cert, key, ca] = await Promise.all([files.cert, files.key, files.ca].map(readPemFile));
  return { ...NO_TLS, cert: cert ?? '', key: key ?? '', ca: ca ?? '' };
}
