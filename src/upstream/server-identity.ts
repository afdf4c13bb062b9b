// Whether a certificate is that of the server that was asked for. As in Go, only subject alternative names count, never the
// common name, and `*` stands for one whole label (crypto/x509, VerifyHostname). OpenSSL does the comparing.

import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { certificateError } from './tls-error.ts';

const HOST_RULES = { subject: 'never', partialWildcards: false } as const;

/** Undefined when the certificate (DER) has the name, a host name or an address; otherwise an error in Go's words. */
export function identityError(name: string, der: Uint8Array): Error | undefined {
  const certificate = new X509Certificate(der);
  const isAddress = isIP(name) !== 0;
  const matched = isAddress
    ? certificate.checkIP(name)
    : certificate.checkHost(withoutDot(name), HOST_RULES);
  if (matched !== undefined) return undefined;
  return certificateError(
    isAddress ? addressFault(certificate, name) : hostFault(certificate, name),
  );
}

/** The name for SNI (RFC 6066 section 3): a host name without its last dot, '' for addresses. */
export function sniName(name: string): string {
  return isIP(name) === 0 ? withoutDot(name) : '';
}

function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

function addressFault(certificate: X509Certificate, address: string): string {
  const names = alternativeNames(certificate, 'IP Address:');
  return names.length === 0
    ? `cannot validate certificate for ${address} because it doesn't contain any IP SANs`
    : `certificate is valid for ${names.join(', ')}, not ${address}`;
}

function hostFault(certificate: X509Certificate, host: string): string {
  const isLegacy =
    certificate.subjectAltName === undefined &&
    certificate.checkHost(withoutDot(host), { subject: 'always' }) !== undefined;
  if (isLegacy) return 'certificate relies on legacy Common Name field, use SANs instead';
  const names = alternativeNames(certificate, 'DNS:');
  return names.length === 0
    ? `certificate is not valid for any names, but wanted to match ${host}`
    : `certificate is valid for ${names.join(', ')}, not ${host}`;
}

/** For texts only: nothing is decided by these. */
function alternativeNames({ subjectAltName = '' }: X509Certificate, kind: string): string[] {
  const all = subjectAltName.split(', ').filter((each) => each.startsWith(kind));
  return all.map((each) => each.slice(kind.length));
}
