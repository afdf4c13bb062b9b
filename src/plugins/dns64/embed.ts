// An IPv4 address inside an IPv6 address (RFC 6052 section 2.2):
//
//   /32  PPPPPPPP 44444444 00 00000000...      P prefix, 4 the IPv4 octets, 00 octet 8, which stays zero
//   /96  PPPPPPPPPPPPPPPPPPPPPPPP 44444444

import type { Cidr } from '../../base/ip.ts';

const IPV6_OCTETS = 16;
/** Bits 64 to 71 are reserved. */
const RESERVED_OCTET = 8;
const MAX_SPLIT_PREFIX = 64;

/** The 16 octets for an IPv4 address of 4 octets. */
export function embedIpv4({ address, prefixLength }: Cidr, ipv4: Uint8Array): Uint8Array {
  const out = new Uint8Array(IPV6_OCTETS);
  out.set(address);
  let at = prefixLength / 8;
  for (const octet of ipv4) {
    if (at === RESERVED_OCTET && prefixLength <= MAX_SPLIT_PREFIX) at++;
    out[at++] = octet;
  }
  return out;
}
