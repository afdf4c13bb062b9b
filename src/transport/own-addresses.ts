// The addresses that listeners on every address give sockets of their own: the kernel hands a datagram to the socket with the most
// specific address, and such a socket answers from that address without being told to.

import { networkInterfaces } from 'node:os';
import { isIpv6LinkLocal } from '../base/ip.ts';

/** Addresses of one interface, as node:os gives them. */
export type Interfaces = Readonly<
  Record<string, readonly { readonly address: string; readonly internal: boolean }[] | undefined>
>;

const LOOPBACK = ['127.0.0.1', '::1'];

/** The addresses of all interfaces, with a scope where IPv6 needs one. */
export function ownAddresses(interfaces: Interfaces = networkInterfaces()): string[] {
  return Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? []).map(({ address }) =>
      isIpv6LinkLocal(address) ? `${address}%${name}` : address,
    ),
  );
}

/**
 * The addresses of a pod without link-local ones: those of its one interface, and of the loopback the usual two. None where there are more
 * interfaces: a node's network has addresses by the thousand (kube-proxy's IPVS mode), and other DNS servers on some of them, the loopback's
 * included (NodeLocal DNSCache).
 */
export function podAddresses(interfaces: Interfaces = networkInterfaces()): string[] {
  const all = Object.values(interfaces).map((addresses) => addresses ?? []);
  const outer = all.filter((addresses) => addresses.some(({ internal }) => !internal));
  if (outer.length > 1) return [];
  return all
    .flat()
    .filter(({ address, internal }) =>
      internal ? LOOPBACK.includes(address) : !isLinkLocal(address),
    )
    .map(({ address }) => address);
}

/** IPv4's are 169.254.0.0/16 (RFC 3927). */
function isLinkLocal(address: string): boolean {
  return isIpv6LinkLocal(address) || address.startsWith('169.254.');
}
