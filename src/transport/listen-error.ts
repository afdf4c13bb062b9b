// Words for sockets that do not open, as Go's net package has them: operators search logs for these texts.

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EAFNOSUPPORT: 'address family not supported by protocol',
  EINVAL: 'invalid argument',
};

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** `listen tcp 192.0.2.7:53: bind: cannot assign requested address`, from a socket's error. */
export function listenErrorText(network: 'tcp' | 'udp', hostPort: string, error: unknown): string {
  const code = errorCode(error);
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return `listen ${network} ${hostPort}: bind: ${reason}`;
}

/** Whether an error says that the kernel has no IPv6. */
export function isNoIpv6(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL';
}

/** Go's net.JoinHostPort: brackets around IPv6 addresses, an empty host for the wildcard. */
export function joinHostPort(host: string, port: number | string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Removes the prefix of an IPv4 address that arrived on a dual-stack socket (RFC 4291 section 2.5.5.2). */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
