// Reads the address out of a reverse name without allocating: the short path's twin of reverse-name.ts, which also
// takes the odd spellings that CoreDNS lets pass.

const IPV4_ZONE: Uint8Array = new TextEncoder().encode('\x07in-addr\x04arpa\x00');
const IPV6_ZONE: Uint8Array = new TextEncoder().encode('\x03ip6\x04arpa\x00');
const ZERO = 0x30;
const NINE = 0x39;
const IPV6_NIBBLES = 32;
/** Octets of 32 one-octet labels. */
const IPV6_LABELS = 2 * IPV6_NIBBLES;

/**
 * Writes the address of a lower-case reverse name into `address` and returns its octets, 4 or 16; 0 when the name is no plain
 * reverse name of a whole address (four decimal labels without leading zeros, or 32 nibbles). Addresses that are mapped IPv4
 * ones count as not plain.
 */
export function readReverseAddress(
  name: Uint8Array,
  nameLength: number,
  address: Uint8Array,
): number {
  if (endsWith(name, nameLength, IPV4_ZONE)) {
    return readIpv4(name, nameLength - IPV4_ZONE.length, address);
  }
  if (nameLength === IPV6_LABELS + IPV6_ZONE.length && endsWith(name, nameLength, IPV6_ZONE)) {
    return readIpv6(name, address);
  }
  return 0;
}

function endsWith(name: Uint8Array, nameLength: number, end: Uint8Array): boolean {
  const offset = nameLength - end.length;
  if (offset <= 0) return false;
  for (let i = 0; i < end.length; i++) if (name[offset + i] !== end[i]) return false;
  return true;
}

function readIpv4(name: Uint8Array, end: number, address: Uint8Array): number {
  let at = 0;
  for (let part = 3; part >= 0; part--) {
    const length = name[at] ?? 0;
    if (length === 0 || length > 3 || at + length >= end) return 0;
    const value = readDecimal(name, at + 1, length);
    if (value < 0) return 0;
    address[part] = value;
    at += 1 + length;
  }
  return at === end ? 4 : 0;
}

function readDecimal(name: Uint8Array, start: number, length: number): number {
  if (length > 1 && name[start] === ZERO) return -1;
  let value = 0;
  for (let i = start; i < start + length; i++) {
    const octet = name[i] ?? 0;
    if (octet < ZERO || octet > NINE) return -1;
    value = value * 10 + octet - ZERO;
  }
  return value > 255 ? -1 : value;
}

function readIpv6(name: Uint8Array, address: Uint8Array): number {
  let isMapped = true;
  for (let nibble = 0; nibble < IPV6_NIBBLES; nibble++) {
    const at = IPV6_LABELS - 2 - 2 * nibble;
    const value = name[at] === 1 ? hexValue(name[at + 1] ?? 0) : -1;
    if (value < 0) return 0;
    const index = nibble >> 1;
    address[index] = (nibble & 1) === 0 ? value << 4 : (address[index] ?? 0) | value;
    if (nibble < 20 && value !== 0) isMapped = false;
  }
  // ::/80 may be a mapped IPv4 address, which is found under its four octets.
  return isMapped ? 0 : 16;
}

function hexValue(octet: number): number {
  if (octet >= ZERO && octet <= NINE) return octet - ZERO;
  return octet >= 0x61 && octet <= 0x66 ? octet - 0x61 + 10 : -1;
}
