// What goes wrong with TLS in the words of Go's crypto/tls and crypto/x509, as the errors plugin logs it. Made from
// Node's and OpenSSL's error codes only. For errors of plain sockets see network-error.ts.

import { RuntimeFault } from '../base/runtime-error.ts';
import { closedError, upstreamError } from './network-error.ts';

const UNKNOWN_AUTHORITY = 'certificate signed by unknown authority';
const NOT_VALID_NOW = 'certificate has expired or is not yet valid';

/** Why a chain of certificates was not believed, by the code of OpenSSL's verification. */
const CERTIFICATE_FAULTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: NOT_VALID_NOW,
  CERT_NOT_YET_VALID: NOT_VALID_NOW,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  INVALID_PURPOSE: 'certificate specifies an incompatible key usage',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
};

/** Alerts of the peer whose words in Go are not those of OpenSSL. */
const ALERTS: Readonly<Record<string, string>> = {
  CERTIFICATE_EXPIRED: 'expired certificate',
  CERTIFICATE_REVOKED: 'revoked certificate',
  CERTIFICATE_UNKNOWN: 'unknown certificate',
  PROTOCOL_VERSION: 'protocol version not supported',
  UNKNOWN_CA: 'unknown certificate authority',
};

/** What OpenSSL says of a peer that speaks something else. */
const NO_TLS_AT_ALL = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'];

/** The handshake took too long. */
export function handshakeTimeoutError(): Error {
  return new RuntimeFault('UPSTREAM_TIMEOUT', 'context deadline exceeded');
}

/** No reply to an HTTP request came in time. */
export function httpTimeoutError(): Error {
  const why = '(Client.Timeout exceeded while awaiting headers)';
  return new RuntimeFault('UPSTREAM_TIMEOUT', `context deadline exceeded ${why}`);
}

/** The certificate is not to be trusted, for a reason of crypto/x509. */
export function certificateError(reason: string): Error {
  return upstreamError(`tls: failed to verify certificate: x509: ${reason}`);
}

/** The error of a TLS connection in Go's words; undefined when it is one of the socket below. */
export function tlsError(error: unknown): Error | undefined {
  // Of our own check of names: worded already.
  if (error instanceof RuntimeFault) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const fault = CERTIFICATE_FAULTS[code];
  if (fault !== undefined) return certificateError(fault);
  if (NO_TLS_AT_ALL.includes(code)) {
    return upstreamError('tls: first record does not look like a TLS handshake');
  }
  const [, alert] = /^ERR_SSL_.*_ALERT_([A-Z_]+)$/.exec(code) ?? [];
  if (alert !== undefined)
    return upstreamError(`remote error: tls: ${ALERTS[alert] ?? words(alert)}`);
  if (code.startsWith('ERR_SSL_'))
    return upstreamError(`tls: ${words(code.slice('ERR_SSL_'.length))}`);
  // The peer hung up during the handshake: no system call failed.
  const isHangUp = code === 'ECONNRESET' && !(error instanceof Error && 'syscall' in error);
  return isHangUp ? closedError() : undefined;
}

function words(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ');
}
