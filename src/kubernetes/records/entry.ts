// One entry: an address or host name with a port, as a Service or an endpoint offers it. Names answer with lists of entries;
// this file turns such a list into the octets of a name table. Weights, de-duplication and order follow
// plugin/backend_lookup.go, which does the same for each query.

import { parseIp, unmapIp } from '../../base/ip.ts';
import { parseName } from '../../dns/name.ts';
import { wireLabels } from '../../names/node-keys.ts';
import {
  EMPTY_NODE,
  encodeNode,
  type Labels,
  type NodeExtra,
  type NodeHost,
  type NodeService,
} from '../../names/node-writer.ts';

/** What one port of one address gives to a name. */
export interface Entry {
  /** An address, or a name that the answer leads on to (ExternalName, FQDN slices). */
  readonly host: string;
  /** -1 when there is no port: the address counts, an SRV record there is none. */
  readonly port: number;
  /** Labels in front of the suffix of the SRV target, joined by dots; '' for the suffix itself. */
  readonly target: string;
}

/** Port number of an entry without port. */
export const NO_PORT = -1;

/** Encodes what a name answers; `suffix` are the labels that its SRV targets end in, relative to the zone. */
export function encodeEntries(entries: readonly Entry[], suffix: readonly string[]): Uint8Array {
  const addresses = new AddressSet();
  const hosts: NodeHost[] = [];
  for (const { host } of entries) {
    if (addresses.add(host)) continue;
    const name = parseName(host === '' ? '.' : host);
    if (name === undefined) continue;
    hosts.push({ ipv4Before: addresses.ipv4.length, ipv6Before: addresses.ipv6.length, name });
  }
  const offered = entries.filter((entry) => addresses.has(entry.host));
  const first = entries[0];
  return encodeNode({
    ...EMPTY_NODE,
    hasRecords: entries.length > 0,
    isHostFirst: first !== undefined && !addresses.has(first.host) && hosts.length > 0,
    weight: weightOf(offered.length),
    ipv4: addresses.ipv4,
    ipv6: addresses.ipv6,
    hosts,
    suffix: wireLabels(suffix) ?? EMPTY_NODE.suffix,
    ...servicesOf(offered, addresses),
  });
}

/**
 * The weight of each SRV record among `count` entries, as CoreDNS computes it: in floating point, at least 1, and before
 * duplicates are dropped.
 */
export function weightOf(count: number): number {
  if (count === 0) return 0;
  return Math.max(1, Math.floor((100 / (100 * count)) * 100));
}

interface Services {
  readonly targets: readonly Labels[];
  readonly services: readonly NodeService[];
  readonly extras: readonly NodeExtra[];
}

/** One SRV record for each target and port, one additional address for each target and address. */
function servicesOf(entries: readonly Entry[], addresses: AddressSet): Services {
  const targets = new TargetList();
  const services: NodeService[] = [];
  const extras: NodeExtra[] = [];
  const seen = new PairSet();
  const seenExtras = new PairSet();
  for (const { host, port: wide, target: text } of entries) {
    if (wide === NO_PORT) continue;
    const target = targets.numberOf(text);
    if (target === undefined) continue;
    const port = wide & 0xffff;
    if (seen.add(target, port)) services.push({ port, target });
    const address = addresses.numberOf(host);
    if (seenExtras.add(target, address)) extras.push({ target, address });
  }
  return { targets: targets.labels, services, extras };
}

/** Pairs of numbers. Most names have one pair only, and need no set for it. */
class PairSet {
  #first = -1;
  #others: Set<number> | undefined;

  /** Whether the pair is new. */
  add(a: number, b: number): boolean {
    const pair = a * 0x1_0000_0000 + b;
    if (this.#first < 0) {
      this.#first = pair;
      return true;
    }
    if (pair === this.#first || this.#others?.has(pair) === true) return false;
    this.#others ??= new Set();
    this.#others.add(pair);
    return true;
  }
}

/** Distinct address texts by family, in order of first occurrence. Two texts of one address stay two, as in CoreDNS. */
export class AddressSet {
  readonly ipv4: Uint8Array[] = [];
  readonly ipv6: Uint8Array[] = [];
  /** Position in the list of its family. */
  readonly #positions = new Map<string, { readonly isIpv6: boolean; readonly position: number }>();

  /** Adds a text; false when it is no address. */
  add(text: string): boolean {
    if (this.#positions.has(text)) return true;
    const octets = parseIp(text);
    if (octets === undefined) return false;
    const address = unmapIp(octets);
    const isIpv6 = address.length > 4;
    const list = isIpv6 ? this.ipv6 : this.ipv4;
    this.#positions.set(text, { isIpv6, position: list.length });
    list.push(address);
    return true;
  }

  has(text: string): boolean {
    return this.#positions.has(text);
  }

  /** Number of an address that was added, counted through IPv4, then IPv6; ask when all are added. */
  numberOf(text: string): number {
    const place = this.#positions.get(text);
    if (place === undefined) return 0;
    return place.isIpv6 ? this.ipv4.length + place.position : place.position;
  }
}

/** Targets in order of first occurrence, by spelling. */
export class TargetList {
  readonly labels: Labels[] = [];
  readonly #numbers = new Map<string, number | undefined>();

  /** The number of a target given as labels joined by dots; undefined when those are no labels. */
  numberOf(target: string): number | undefined {
    const known = this.#numbers.get(target);
    if (known !== undefined || this.#numbers.has(target)) return known;
    const labels = wireLabels(target === '' ? [] : target.split('.'));
    const number = labels === undefined ? undefined : this.labels.length;
    if (labels !== undefined) this.labels.push(labels);
    this.#numbers.set(target, number);
    return number;
  }
}
