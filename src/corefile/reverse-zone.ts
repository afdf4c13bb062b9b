// CIDR blocks as reverse zones: `10.1.0.0/16` means `1.10.in-addr.arpa.`. A mask between two label boundaries stands for
// several zones (plugin/pkg/cidr). IPv4 labels are octets, IPv6 labels are nibbles (RFC 1035 section 3.5, RFC 3596 section 2.5).
import type { Cidr } from '../base/ip.ts';

/** The reverse zones that together cover the block, in ascending order; 1 to 128 for IPv4, 1 to 8 for IPv6. */
export function reverseZones(cidr: Cidr): string[] {
  const labels = reverseLabels(cidr.address);
  const isIpv4 = cidr.address.length === 4;
  const labelBits = isIpv4 ? 8 : 4;
  const suffix = isIpv4 ? 'in-addr.arpa.' : 'ip6.arpa.';
  // Labels wholly or partly inside the mask, most significant first.
  const used = labels.slice(0, Math.ceil(cidr.prefixLength / labelBits));
  const zones: string[] = [];
  const freeBits = used.length * labelBits - cidr.prefixLength;
  const last = used.pop();
  if (last === undefined) return [suffix];
  // Host bits are cleared, so the last label is the first of its run.
  for (let value = last; value < last + 2 ** freeBits; value++) {
    const texts = [...used, value].map((label) => label.toString(isIpv4 ? 10 : 16));
    zones.push(`${texts.reverse().join('.')}.${suffix}`);
  }
  return zones;
}

/** Octets of an IPv4 address, nibbles of an IPv6 address. */
function reverseLabels(address: Uint8Array): number[] {
  if (address.length === 4) return [...address];
  return [...address].flatMap((octet) => [octet >> 4, octet & 0x0f]);
}
