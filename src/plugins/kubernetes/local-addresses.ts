// The addresses under which this server may be an endpoint in the cluster: those of all interfaces, or those that the block is bound
// to. CoreDNS finds none for a bound block (plugin/kubernetes/local.go); see docs/parity.md.

import { networkInterfaces } from 'node:os';
import { formatIp, parseIp, unmapIp } from '../../base/ip.ts';

/** Addresses of one interface, as node:os gives them. */
export type Interfaces = Readonly<
  Record<string, readonly { readonly address: string }[] | undefined>
>;

/** Canonical texts, IPv4 before IPv6, without loopback. `bound` are the addresses of the block, `['']` when it has none. */
export function localAddresses(
  bound: readonly string[],
  interfaces: Interfaces = networkInterfaces(),
): string[] {
  const isBound = bound.length > 0 && bound[0] !== '';
  const texts = isBound
    ? bound
    : Object.values(interfaces).flatMap((addresses) => addresses?.map(({ address }) => address));
  const found = texts
    .map((text) => parseIp(text?.replace(/%.*$/, '') ?? ''))
    .filter((octets): octets is Uint8Array => octets !== undefined)
    .map(unmapIp)
    .filter((octets) => !isLoopback(octets));
  // The kernel lists IPv4 addresses of all interfaces first.
  return found.sort((a, b) => a.length - b.length).map(formatIp);
}

/** 127.0.0.0/8, ::1, and addresses that stand for none (a wildcard bind). */
function isLoopback(octets: Uint8Array): boolean {
  if (octets.length === 4 && octets[0] === 127) return true;
  const last = octets.length - 1;
  return octets.every(
    (octet, at) => octet === 0 || (octets.length > 4 && at === last && octet === 1),
  );
}
