// Text of the hosts file's form to records: `ADDRESS NAME...`, comments from `#` on. Lines that are wrong are passed over
// (CoreDNS: plugin/hosts/hostsfile.go, parse).

import { parseIp, unmapIp } from '../../base/ip.ts';
import { reverseZones } from '../../corefile/reverse-zone.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { lowerName, type Name, parseName } from '../../dns/name.ts';
import { aRdata } from '../../dns/rdata/a.ts';
import { ptrRdata } from '../../dns/rdata/ptr.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { matchZone } from '../../plugin/zones.ts';
import { isWildcard } from './wildcard.ts';

const BITS_PER_OCTET = 8;

/** What decides about the records of a text. */
export interface HostLineOptions {
  /** Names outside are passed over. */
  readonly zones: readonly Name[];
  readonly ttlSeconds: number;
  readonly hasReverse: boolean;
}

/** The records of a text in the order of its lines: A or AAAA, and PTR for each that is no wildcard. */
export function parseHostLines(text: string, options: HostLineOptions): ResourceRecord[] {
  return text.split('\n').flatMap((line) => lineRecords(line, options));
}

function lineRecords(line: string, options: HostLineOptions): ResourceRecord[] {
  const [ip = '', ...texts] = line.replace(/#.*/, '').trim().split(/\s+/);
  // The zone of a link-local address is of no use to others.
  const address = texts.length === 0 ? undefined : parseIp(ip.replace(/%.*/, ''));
  if (address === undefined) return [];
  return texts.flatMap((text) => nameRecords(text, unmapIp(address), options));
}

function nameRecords(
  text: string,
  address: Uint8Array,
  { zones, ttlSeconds, hasReverse }: HostLineOptions,
): ResourceRecord[] {
  const parsed = parseName(text);
  const name = parsed === undefined ? undefined : lowerName(parsed);
  if (name === undefined || matchZone(zones, name) === undefined) return [];
  const fixed = { class: RRClass.IN, ttl: ttlSeconds };
  const type = address.length === 4 ? RRType.A : RRType.AAAA;
  const forward = { name, type, ...fixed, rdata: aRdata(address) };
  const reverse = hasReverse && !isWildcard(name) ? reverseName(address) : undefined;
  if (reverse === undefined) return [forward];
  return [forward, { name: reverse, type: RRType.PTR, ...fixed, rdata: ptrRdata(name) }];
}

/** `1.0.0.127.in-addr.arpa.` and the like: the one reverse zone of a block of one address. */
function reverseName(address: Uint8Array): Name | undefined {
  const [text = ''] = reverseZones({ address, prefixLength: address.length * BITS_PER_OCTET });
  return parseName(text);
}
