// One CIDR block seen as a numbered row of host addresses, and the three address options together. Arithmetic only: who
// gets which address is decided in address-assignment.ts.

import { formatIp, parseCidr, parseIp } from '../../base/ip.ts';
import { RuntimeFault } from '../../base/runtime-error.ts';

/** Address families by the names that Services use for them. */
export type Family = 'IPv4' | 'IPv6';

/** IPv6 blocks are used up to this many host bits, so that addresses stay short; the API server does likewise. */
const MAX_IPV6_HOST_BITS = 20;

/** A block to take addresses from. Host numbers run from 1 to `hosts`. */
export interface AddressRange {
  readonly family: Family;
  /** The block as written, for messages. */
  readonly text: string;
  readonly base: Uint8Array;
  readonly hosts: number;
}

/** The address options of manifests mode, checked. One range a family at most; the first one is the cluster's main. */
export interface AddressPlan {
  readonly serviceRanges: readonly AddressRange[];
  readonly podRanges: readonly AddressRange[];
  /** ClusterIPs of kube-system/kube-dns. */
  readonly dnsIps: readonly string[];
  /** ClusterIP of default/kubernetes. */
  readonly apiServerIp: string;
}

/** Family of an address text, undefined when it is no address. */
export function familyOf(ip: string): Family | undefined {
  const bytes = parseIp(ip);
  if (bytes === undefined) return undefined;
  return bytes.length === 4 ? 'IPv4' : 'IPv6';
}

/** The one spelling of an address that comparisons use; the text itself when it is no address. */
export function canonicalIp(ip: string): string {
  const bytes = parseIp(ip);
  return bytes === undefined ? ip : formatIp(bytes);
}

/** Address number `host` of a range. */
export function addressAt(range: AddressRange, host: number): string {
  const bytes = Uint8Array.from(range.base);
  let rest = host;
  for (let i = bytes.length - 1; rest > 0; i--) {
    rest += bytes[i] ?? 0;
    bytes[i] = rest & 0xff;
    rest = Math.floor(rest / 256);
  }
  return formatIp(bytes);
}

/**
 * Checks the options. Throws RuntimeFault MANIFEST_INVALID with a message that starts with the option's name.
 * Without `dnsIps` the DNS server has the tenth address of the first service block, as kubeadm has it.
 */
export function planAddresses(options: {
  readonly serviceCidrs: readonly string[];
  readonly podCidrs: readonly string[];
  readonly dnsIps: readonly string[];
}): AddressPlan {
  const serviceRanges = readRanges('service_cidr', options.serviceCidrs);
  const podRanges = readRanges('pod_cidr', options.podCidrs);
  for (const ip of options.dnsIps) {
    if (familyOf(ip) === undefined) throw optionFault('dns_ip', `"${ip}" is no IP address`);
  }
  onePerFamily('dns_ip', options.dnsIps.map(familyOf));
  const [main] = serviceRanges;
  if (main === undefined) throw optionFault('service_cidr', 'a CIDR block is missing');
  if (podRanges.length === 0) throw optionFault('pod_cidr', 'a CIDR block is missing');
  const dnsIps = options.dnsIps.length > 0 ? options.dnsIps : [addressAt(main, 10)];
  return { serviceRanges, podRanges, dnsIps, apiServerIp: addressAt(main, 1) };
}

function readRanges(option: string, texts: readonly string[]): readonly AddressRange[] {
  const ranges = texts.map((text) => readRange(option, text));
  onePerFamily(
    option,
    ranges.map((range) => range.family),
  );
  return ranges;
}

function readRange(option: string, text: string): AddressRange {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw optionFault(option, `"${text}" is no CIDR block`);
  const isIpv4 = cidr.address.length === 4;
  const hostBits = cidr.address.length * 8 - cidr.prefixLength;
  if (hostBits < 4)
    throw optionFault(option, `${text} is too small, it needs 16 addresses or more`);
  return {
    family: isIpv4 ? 'IPv4' : 'IPv6',
    text,
    base: cidr.address,
    // Neither the address of the network nor, in IPv4, that of its broadcast.
    hosts: isIpv4 ? 2 ** hostBits - 2 : 2 ** Math.min(hostBits, MAX_IPV6_HOST_BITS) - 1,
  };
}

function onePerFamily(option: string, families: readonly (Family | undefined)[]): void {
  if (new Set(families).size !== families.length)
    throw optionFault(option, 'at most one IPv4 and one IPv6 value');
}

function optionFault(option: string, problem: string): RuntimeFault {
  return new RuntimeFault('MANIFEST_INVALID', `${option}: ${problem}`);
}
