// The addresses that listeners on every address give sockets of their own: the kernel hands a datagram to the socket with the most
// specific address, and such a socket answers from that address without being told to.

import { networkInterfaces } from 'node:os';

/** Addresses of one interface, as node:os gives them. */
export type Interfaces = Readonly<
  Record<string, readonly { readonly address: string; readonly internal: boolean }[] | undefined>
>;

/** The addresses of all interfaces, with a scope where IPv6 needs one. */
export function ownAddresses(interfaces: Interfaces = networkInterfaces()): string[] {
  return Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? []).map(({ address }) => (isLinkLocal(address) ? `${address}%${name}` : address)),
  );
}

/**
 * The same without link-local ones where there is nothing but the loopback and one more interface, as in a pod; none elsewhere: a
 * node's network has addresses by the thousand (kube-proxy's IPVS mode), and other DNS servers on some of them (NodeLocal DNSCache).
 */
export function podAddresses(interfaces: Interfaces = networkInterfaces()): string[] {
  const all = Object.values(interfaces).map((addresses) => addresses ?? []);
  const outer = all.filter((addresses) => addresses.some(({ internal }) => !internal));
  if (outer.length > 1) return [];
  return ownAddresses(interfaces).filter((address) => !isLinkLocal(address));
}

function isLinkLocal(address: string): boolean {
  return address.startsWith('fe80:');
}
