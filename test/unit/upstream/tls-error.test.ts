// The words for what goes wrong with TLS: Node's codes in, Go's texts out.
import { expect, test } from 'vitest';
import { certificateError, tlsError } from '../../../src/upstream/tls-error.ts';

function withCode(code: string, fields: object = {}): Error {
  return Object.assign(new Error('words of Node'), { code, ...fields });
}

const VERIFY = 'tls: failed to verify certificate: x509: ';

test.each([
  ['CERT_HAS_EXPIRED', `${VERIFY}certificate has expired or is not yet valid`],
  ['CERT_NOT_YET_VALID', `${VERIFY}certificate has expired or is not yet valid`],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', `${VERIFY}certificate signed by unknown authority`],
  ['INVALID_PURPOSE', `${VERIFY}certificate specifies an incompatible key usage`],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls: first record does not look like a TLS handshake'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'tls: first record does not look like a TLS handshake'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'remote error: tls: unknown certificate authority'],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'remote error: tls: bad certificate'],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', 'remote error: tls: expired certificate'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'tls: unsupported protocol'],
  ['ECONNRESET', 'EOF'],
])('%s: %s', (code, text) => {
  expect(tlsError(withCode(code))?.message).toBe(text);
});

test('errors of the socket below have words of their own', () => {
  expect(tlsError(withCode('ECONNRESET', { syscall: 'read' }))).toBeUndefined();
  expect(tlsError(withCode('EHOSTUNREACH', { syscall: 'connect' }))).toBeUndefined();
  expect(tlsError(new Error('words of Node'))).toBeUndefined();
});

test('our own errors stay as they are', () => {
  const error = certificateError('certificate is valid for a.test, not b.test');
  expect(tlsError(error)).toBe(error);
});
