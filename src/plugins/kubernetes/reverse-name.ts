// Reverse names as addresses: `54.119.58.176.in-addr.arpa.` is 176.58.119.54. Follows dnsutil.ExtractAddressFromReverse of CoreDNS,
// also in what it lets pass.

import { parseIp, unmapIp } from '../../base/ip.ts';
import { formatName, isSubdomain, labelCount, type Name, parseName, ROOT } from '../../dns/name.ts';

const IPV4_ZONE: Name = parseName('in-addr.arpa.') ?? ROOT;
const IPV6_ZONE: Name = parseName('ip6.arpa.') ?? ROOT;

const NIBBLES = 32;
const NIBBLES_PER_GROUP = 4;

/** Whether a lower-case name lies below in-addr.arpa or ip6.arpa; these zones themselves do not count. */
export function isReverseName(name: Name): boolean {
  return isBelow(name, IPV4_ZONE) || isBelow(name, IPV6_ZONE);
}

/**
 * The address of a lower-case reverse name, mapped ones as IPv4; undefined when it is none. In front of the 32 nibbles of an
 * IPv6 address up to three more labels do no harm: CoreDNS drops what does not fill a group of four.
 */
export function reverseAddress(name: Name): Uint8Array | undefined {
  if (isBelow(name, IPV4_ZONE)) return parseIp(labelsReversed(name, 2).join('.'));
  if (!isBelow(name, IPV6_ZONE)) return undefined;
  const nibbles = labelsReversed(name, 2);
  if (nibbles.length < NIBBLES || nibbles.length >= NIBBLES + NIBBLES_PER_GROUP) return undefined;
  const groups: string[] = [];
  for (let at = 0; at < NIBBLES; at += NIBBLES_PER_GROUP) {
    groups.push(nibbles.slice(at, at + NIBBLES_PER_GROUP).join(''));
  }
  const address = parseIp(groups.join(':'));
  return address === undefined ? undefined : unmapIp(address);
}

function isBelow(name: Name, zone: Name): boolean {
  return name.length > zone.length && isSubdomain(name, zone);
}

/** The labels of a name from right to left, without the last `skipped`. */
function labelsReversed(name: Name, skipped: number): string[] {
  // More labels than any address has: no need to look at them.
  if (labelCount(name) > NIBBLES + NIBBLES_PER_GROUP + skipped) return [];
  return formatName(name).slice(0, -1).split('.').reverse().slice(skipped);
}
