// Addresses of the machine's network interfaces, for bind.

import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** fe80::/10, the addresses that mean nothing without their interface (RFC 4291 section 2.5.6). */
const LINK_LOCAL = /^fe[89ab][0-9a-f]:/i;

/**
 * Addresses of an interface in text form, link-local IPv6 with `%NAME`. Undefined if there is no such interface, empty
 * if it is down or has no address.
 */
export function interfaceAddresses(name: string): readonly string[] | undefined {
  const addresses = networkInterfaces()[name];
  if (addresses === undefined) return isInterface(name) ? [] : undefined;
  return addresses.map(({ address }) =>
    LINK_LOCAL.test(address) ? `${address}%${name}` : address,
  );
}

/** Node lists only interfaces that are up; the kernel knows the others, too. */
function isInterface(name: string): boolean {
  return /^[^/]+$/.test(name) && !name.startsWith('.') && existsSync(`/sys/class/net/${name}`);
}
