// Errors on the way to the API server, in the words that Go's net and crypto packages have for them, so that an operator
// finds the same text in both servers' logs.

import { RuntimeFault } from '../../base/runtime-error.ts';
import { errorCode } from './connection-error.ts';
import type { ServerAddress } from './connection-state.ts';

const CERTIFICATE_ERROR = 'tls: failed to verify certificate: x509: ';

/** By Node's error code; `{at}` stands for host and port, `{host}` for the host. */
const TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'dial tcp {at}: connect: connection refused',
  EHOSTUNREACH: 'dial tcp {at}: connect: no route to host',
  ENETUNREACH: 'dial tcp {at}: connect: network is unreachable',
  ETIMEDOUT: 'dial tcp {at}: i/o timeout',
  ECONNRESET: 'read tcp {at}: connection reset by peer',
  EPIPE: 'write tcp {at}: broken pipe',
  ENOTFOUND: 'dial tcp: lookup {host}: no such host',
  EAI_AGAIN: 'dial tcp: lookup {host}: server misbehaving',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `${CERTIFICATE_ERROR}certificate signed by unknown authority`,
  SELF_SIGNED_CERT_IN_CHAIN: `${CERTIFICATE_ERROR}certificate signed by unknown authority`,
  DEPTH_ZERO_SELF_SIGNED_CERT: `${CERTIFICATE_ERROR}certificate signed by unknown authority`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `${CERTIFICATE_ERROR}certificate signed by unknown authority`,
  CERT_HAS_EXPIRED: `${CERTIFICATE_ERROR}certificate has expired or is not yet valid`,
  CERT_NOT_YET_VALID: `${CERTIFICATE_ERROR}certificate has expired or is not yet valid`,
  ERR_TLS_CERT_ALTNAME_INVALID: `${CERTIFICATE_ERROR}certificate is not valid for {host}`,
};

/** Codes of connections that are refused or cut: the API server is restarting, nothing that an operator must mend. */
const PASSING = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/** No response, or one that was cut short. */
export class NetworkError extends RuntimeFault {
  /** Whether the connection was refused or cut, as when the API server restarts. */
  readonly isPassing: boolean;

  constructor(message: string, cause: unknown) {
    super('API_UNREACHABLE', message, { cause });
    this.name = 'NetworkError';
    this.isPassing = PASSING.has(errorCode(cause));
  }
}

/** The error of a GET of `url` that failed with `cause`. */
export function networkErrorOfRequest(
  url: string,
  server: ServerAddress,
  cause: unknown,
): NetworkError {
  const text = TEXTS[errorCode(cause)] ?? tlsAlert(cause) ?? messageOf(cause);
  const host = server.hostname.includes(':') ? `[${server.hostname}]` : server.hostname;
  const reason = text
    .replace('{at}', () => `${host}:${server.port}`)
    .replace('{host}', () => server.hostname);
  return new NetworkError(`Get ${JSON.stringify(url)}: ${reason}`, cause);
}

/** OpenSSL's `tlsv13 alert certificate required` in Go's words. */
function tlsAlert(cause: unknown): string | undefined {
  const [, alert] = / alert ([a-z ]+):/.exec(messageOf(cause)) ?? [];
  return alert === undefined ? undefined : `remote error: tls: ${alert}`;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
