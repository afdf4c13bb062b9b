// What a request to the API server needs to know: address, TLS material, credential headers. Immutable; a rotated token
// or certificate makes a new state (connection.ts), so that identity tells whether anything has changed.

import { ConnectionError } from './connection-error.ts';

/** Address of an API server. */
export interface ServerAddress {
  readonly isTls: boolean;
  /** Host and port as written; the `host` label of the rest client metrics. */
  readonly host: string;
  /** Host alone, IPv6 addresses without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Path before /api and /apis, without trailing slash; '' for most servers. */
  readonly basePath: string;
}

/** TLS material as PEM texts; '' means none (for `ca`: the system's roots). */
export interface TlsMaterial {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Name to verify and to send as SNI in place of the host; '' for the host. */
  readonly serverName: string;
  /** Whether the server's certificate is not verified. */
  readonly isInsecure: boolean;
}

/** One state of a connection's settings. */
export interface ConnectionState {
  readonly server: ServerAddress;
  readonly tls: TlsMaterial;
  /** Headers of every request, lower case: authorization, impersonation. */
  readonly headers: Readonly<Record<string, string>>;
  /** When the credential ends, in milliseconds since 1970 by the wall clock; Infinity when it does not say. */
  readonly expiresAtMs: number;
}

/** No certificate, system roots. */
export const NO_TLS: TlsMaterial = {
  ca: '',
  cert: '',
  key: '',
  serverName: '',
  isInsecure: false,
};

const SERVER_URL = /^(?:(https?):\/\/)?([^/?#]+)(\/[^?#]*)?$/;

/**
 * Reads an API server's URL. Without a scheme it is `host:port`, with TLS when there is TLS material (client-go
 * rest/url_utils.go). Throws ConnectionError.
 */
export function parseServerAddress(text: string, hasTlsMaterial: boolean): ServerAddress {
  const [, scheme, host = '', path = ''] = SERVER_URL.exec(text) ?? [];
  const isTls = scheme === undefined ? hasTlsMaterial : scheme === 'https';
  const url = URL.parse(`${isTls ? 'https' : 'http'}://${host}`);
  if (host === '' || url === null || (scheme === undefined && path.length > 1)) {
    throw new ConnectionError(`host must be a URL or a host:port pair: ${JSON.stringify(text)}`);
  }
  return {
    isTls,
    host,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    basePath: path.replace(/\/+$/, ''),
  };
}

/** Whether two states lead to the same requests, so that open connections may be kept. */
export function isSameState(a: ConnectionState, b: ConnectionState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
