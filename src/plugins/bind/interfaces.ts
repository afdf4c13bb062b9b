// Addresses of the machine's network interfaces, for bind.

import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { isIpv6LinkLocal } from '../../base/ip.ts';

/**
 * Addresses of an interface in text form, link-local IPv6 with `%NAME`. Undefined if there is no such interface, empty
 * if it is down or has no address.
 */
export function interfaceAddresses(name: string): readonly string[] | undefined {
  const addresses = networkInterfaces()[name];
  if (addresses === undefined) return isInterface(name) ? [] : undefined;
  return addresses.map(({ address }) =>
    isIpv6LinkLocal(address) ? `${address}%${name}` : address,
  );
}

/** Node lists only interfaces that are up; the kernel knows the others, too. */
function isInterface(name: string): boolean {
  return /^[^/]+$/.test(name) && !name.startsWith('.') && existsSync(`/sys/class/net/${name}`);
}
