// What the halves of dns64 tell each other, and the options of its block (CoreDNS: plugin/dns64/setup.go).

import { quote } from '../../base/go-text.ts';
import { type Cidr, formatIp, parseCidr } from '../../base/ip.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { OptionRow } from '../../plugin/options.ts';

/** Options of the handler. */
export interface Dns64Options {
  /** An IPv6 network of one of the lengths that RFC 6052 section 2.2 defines. */
  prefix: Cidr;
  isAlwaysTranslated: boolean;
  isForIpv4: boolean;
}

/** The well-known prefix (RFC 6052 section 2.1). */
const DEFAULT_PREFIX = '64:ff9b::/96';

const PREFIX_LENGTHS: ReadonlySet<number> = new Set([32, 40, 48, 56, 64, 96]);
const IPV6_OCTETS = 16;

/** Options of the block. */
export const dns64Rows: readonly OptionRow<Dns64Options>[] = [
  {
    name: 'prefix',
    args: 'PREFIX',
    parse(options, [text = ''], dispenser) {
      options.prefix = readPrefix(text, dispenser);
    },
    leavesExtraWords: true,
    default: DEFAULT_PREFIX,
    doc: 'the network into which IPv4 addresses are put.',
  },
  {
    name: 'translate_all',
    args: '',
    parse(options) {
      options.isAlwaysTranslated = true;
    },
    leavesExtraWords: true,
    doc: 'translates also where AAAA records exist, which then are not seen.',
  },
  {
    name: 'allow_ipv4',
    args: '',
    parse(options) {
      options.isForIpv4 = true;
    },
    leavesExtraWords: true,
    doc: 'translates for clients that ask over IPv4, too.',
  },
];

/** Options without any line. */
export function defaultDns64(): Dns64Options {
  const prefix = parseCidr(DEFAULT_PREFIX);
  if (prefix === undefined) throw new Error(`not a network: ${DEFAULT_PREFIX}`);
  return { prefix, isAlwaysTranslated: false, isForIpv4: false };
}

/** Throws CorefileError for what is no network, not IPv6, or of another length. */
export function readPrefix(text: string, dispenser: Dispenser): Cidr {
  const prefix = parseCidr(text);
  if (prefix === undefined) throw new CorefileError(`invalid CIDR address: ${text}`);
  const { address, prefixLength } = prefix;
  const shown = quote(`${formatIp(address)}/${prefixLength}`);
  if (address.length !== IPV6_OCTETS) {
    throw dispenser.err(`invalid netmask ${address.length * 8} IPv6 address: ${shown}`);
  }
  if (!PREFIX_LENGTHS.has(prefixLength)) throw dispenser.err(`invalid prefix length ${shown}`);
  return prefix;
}
