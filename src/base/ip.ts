// IP addresses and CIDR blocks as bytes: 4 octets for IPv4, 16 for IPv6. Text rules are those of Go's
// netip.ParseAddr and net.ParseCIDR, because CoreDNS decides with them what is an address and what a name.
// No zones (`%eth0`), no host names, no DNS reverse names (those are in corefile/reverse-zone.ts).

const DOT = 46;
const DIGIT_0 = 48;
const DIGIT_9 = 57;

/** A block of addresses. `address` has its host bits cleared; 0 <= prefixLength <= 8 * address.length. */
export interface Cidr {
  readonly address: Uint8Array;
  readonly prefixLength: number;
}

/**
 * Reads an address in text form. 4 bytes for dotted IPv4, 16 for IPv6 (also for `::ffff:1.2.3.4`, see `unmapIp`);
 * undefined when the text is no address: leading zeros, zones and surrounding blanks are refused.
 */
export function parseIp(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const address = ipv4At(text, 0, text.length);
  return address < 0 ? undefined : ipv4Octets(address);
}

/** The octets of an address that ipv4At() gave. */
export function ipv4Octets(address: number): Uint8Array {
  const octets = new Uint8Array(4);
  writeIpv4(address, octets, 0);
  return octets;
}

/** Writes the same octets to `out` from `at` on. */
export function writeIpv4(address: number, out: Uint8Array, at: number): void {
  out[at] = address >>> 24;
  out[at + 1] = address >>> 16;
  out[at + 2] = address >>> 8;
  out[at + 3] = address;
}

/**
 * The IPv4 address in dotted form from `start` to `end` of a text, as a number below 2^32; -1 when it is none. Read character by
 * character: a large cluster has hundreds of thousands of addresses.
 */
export function ipv4At(text: string, start: number, end: number): number {
  let address = 0;
  let fields = 0;
  let digits = 0;
  let octet = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (digits === 0 || fields === 3) return -1;
      address = (address << 8) | octet;
      fields++;
      digits = 0;
      octet = 0;
      continue;
    }
    octet = withDigit(octet, digits, code);
    if (octet < 0) return -1;
    digits++;
  }
  return fields === 3 && digits > 0 ? ((address << 8) | octet) >>> 0 : -1;
}

/** The value of a field with one more digit; -1 when it cannot have it: 010 would be octal elsewhere, and is refused. */
function withDigit(octet: number, digits: number, code: number): number {
  if (code < DIGIT_0 || code > DIGIT_9 || (digits > 0 && octet === 0)) return -1;
  const value = octet * 10 + code - DIGIT_0;
  return value > 255 ? -1 : value;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = '', tail] = halves;
  // A dotted quad may stand only at the very end, so only the last half may hold one.
  const front = ipv6Groups(head, tail === undefined);
  const back = tail === undefined ? [] : ipv6Groups(tail, true);
  if (front === undefined || back === undefined) return undefined;
  const missing = 16 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(front, 0);
  bytes.set(back, 16 - back.length);
  return bytes;
}

/** The octets of colon-separated groups; [] for the empty text, undefined when a group is malformed. */
function ipv6Groups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const octets: number[] = [];
  const groups = text.split(':');
  for (const [i, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      octets.push(value >> 8, value & 0xff);
      continue;
    }
    const quad = mayEndInIpv4 && i === groups.length - 1 ? parseIpv4(group) : undefined;
    if (quad === undefined) return undefined;
    octets.push(...quad);
  }
  return octets.length > 16 ? undefined : octets;
}

/** The text form of 4 or 16 bytes: dotted, or RFC 5952 in lower case (`::ffff:1.2.3.4` for mapped addresses). */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (isMapped(bytes)) return `::ffff:${bytes.subarray(12).join('.')}`;
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  const [start, length] = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  // RFC 5952 section 4.2.2: a single zero group is written out.
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** Start and length of the longest run of zero groups, the first one when several are equally long. */
function longestZeroRun(groups: readonly number[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  let start = 0;
  for (const [i, group] of groups.entries()) {
    if (group !== 0) start = i + 1;
    else if (i + 1 - start > best[1]) best = [start, i + 1 - start];
  }
  return best;
}

function isMapped(bytes: Uint8Array): boolean {
  if (bytes.length !== 16 || bytes[10] !== 0xff || bytes[11] !== 0xff) return false;
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Whether a text is an address of fe80::/10, which means nothing without its interface (RFC 4291 section 2.5.6). */
export function isIpv6LinkLocal(text: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(text);
}

/** The 4 bytes of an IPv4-mapped address (`::ffff:0:0/96`), any other address as it is (Go's IP.To4). */
export function unmapIp(bytes: Uint8Array): Uint8Array {
  return isMapped(bytes) ? bytes.subarray(12) : bytes;
}

/** Reads `ADDRESS/LENGTH`; undefined when it is malformed or the length too big. Host bits are cleared. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseIp(text.slice(0, slash));
  const prefixLength = decimal(text.slice(slash + 1));
  if (address === undefined || prefixLength > address.length * 8) return undefined;
  return { address: maskIp(address, prefixLength), prefixLength };
}

/** A number of decimal digits only (leading zeros allowed, as net.ParseCIDR has it), Infinity for other text. */
function decimal(text: string): number {
  if (text === '') return Number.POSITIVE_INFINITY;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < DIGIT_0 || code > DIGIT_9) return Number.POSITIVE_INFINITY;
  }
  return Number(text);
}

/** A copy of `address` with everything after its first `prefixLength` bits cleared. */
export function maskIp(address: Uint8Array, prefixLength: number): Uint8Array {
  return address.map((byte, i) => byte & octetMask(prefixLength - i * 8));
}

function octetMask(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 8 ? 0xff : (0xff00 >> bits) & 0xff;
}

/** True when `ip` (4 or 16 bytes) lies in the block; addresses of the other family never do. Allocates nothing. */
export function cidrContains(cidr: Cidr, ip: Uint8Array): boolean {
  const { address, prefixLength } = cidr;
  if (ip.length !== address.length) return false;
  for (let i = 0; i * 8 < prefixLength; i++) {
    const difference = (ip[i] ?? 0) ^ (address[i] ?? 0);
    if ((difference & octetMask(prefixLength - i * 8)) !== 0) return false;
  }
  return true;
}
