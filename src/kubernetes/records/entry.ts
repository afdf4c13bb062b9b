// One entry: an address or host name with a port, as a Service or an endpoint offers it. Names answer with lists of entries;
// this file turns such a list into the octets of a name table. Weights, de-duplication and order follow
// plugin/backend_lookup.go, which does the same for each query.

import { parseIp, unmapIp } from '../../base/ip.ts';
import { parseName } from '../../dns/name.ts';
import { wireText } from '../../names/node-keys.ts';
import {
  EMPTY_NODE,
  encodeNode,
  encodePlace,
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

/**
 * Encodes what a name answers, as encodeNode does; its SRV targets end in `suffix`, relative to the zone. `name` is what stands in front
 * of the suffix in the key, labels joined by dots; undefined when the key has a mark, or when it does not end in the suffix.
 */
export function encodeEntries(
  entries: readonly Entry[],
  suffix: Labels,
  name: string | undefined,
): Uint8Array {
  return encodeOne(entries, name) ?? encodeAll(entries, suffix);
}

/** Nearly every name is that of one address with its ports, which needs no sets. Undefined for all others. */
function encodeOne(entries: readonly Entry[], name: string | undefined): Uint8Array | undefined {
  const first = entries[0];
  if (first === undefined || !entries.every((entry) => isSamePlace(entry, first))) return undefined;
  const octets = parseIp(first.host);
  if (octets === undefined) return undefined;
  const address = unmapIp(octets);
  const ports = distinctPorts(entries);
  const isPort = ports.length > 0 && first.target !== name;
  if (isPort && (first.target !== '' || name === undefined || !hasTwoLabels(name)))
    return undefined;
  return encodePlace({ address, ports, weight: weightOf(entries.length), isPort });
}

/** Whether an entry differs from another in its port only. */
function isSamePlace({ host, target }: Entry, other: Entry): boolean {
  return host === other.host && target === other.target;
}

function hasTwoLabels(name: string): boolean {
  const dot = name.indexOf('.');
  return dot >= 0 && dot === name.lastIndexOf('.');
}

/** The numbers of ports, each once, in order of first occurrence. */
export function distinctPorts(ports: readonly { readonly port: number }[]): number[] {
  const numbers: number[] = [];
  for (const { port: wide } of ports) {
    const port = wide & 0xffff;
    if (wide !== NO_PORT && !numbers.includes(port)) numbers.push(port);
  }
  return numbers;
}

function encodeAll(entries: readonly Entry[], suffix: Labels): Uint8Array {
  const addresses = new AddressSet();
  const hosts: NodeHost[] = [];
  for (const { host } of entries) {
    if (addresses.add(host)) continue;
    const name = parseName(host === '' ? '.' : host);
    if (name === undefined) continue;
    hosts.push({ ipv4Before: addresses.ipv4.length, ipv6Before: addresses.ipv6.length, name });
  }
  const offered = entries.filter(({ host }) => addresses.has(host));
  const first = entries[0];
  return encodeNode({
    ...EMPTY_NODE,
    hasRecords: entries.length > 0,
    isHostFirst: first !== undefined && !addresses.has(first.host) && hosts.length > 0,
    weight: weightOf(offered.length),
    ipv4: addresses.ipv4,
    ipv6: addresses.ipv6,
    hosts,
    suffix,
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

/** Texts with their numbers in order of arrival. Most names have a text or two, for which a list is faster than a map. */
class TextNumbers {
  readonly #texts: string[] = [];
  #numbers: Map<string, number> | undefined;

  /** The number of a text, -1 when it is new. */
  find(text: string): number {
    return this.#numbers === undefined
      ? this.#texts.indexOf(text)
      : (this.#numbers.get(text) ?? -1);
  }

  add(text: string): void {
    this.#numbers?.set(text, this.#texts.length);
    this.#texts.push(text);
    if (this.#texts.length === LIST_LENGTH) {
      this.#numbers = new Map(this.#texts.map((each, number) => [each, number]));
    }
  }
}

const LIST_LENGTH = 8;

/** Distinct address texts by family, in order of first occurrence. Two texts of one address stay two, as in CoreDNS. */
export class AddressSet {
  readonly ipv4: Uint8Array[] = [];
  readonly ipv6: Uint8Array[] = [];
  readonly #texts = new TextNumbers();
  /** By number: position in the list of its family, IPv6 counted from -1 down. */
  readonly #positions: number[] = [];

  /** Adds a text; false when it is no address. */
  add(text: string): boolean {
    if (this.has(text)) return true;
    const octets = parseIp(text);
    if (octets === undefined) return false;
    const address = unmapIp(octets);
    this.#texts.add(text);
    if (address.length > 4) this.#positions.push(-this.ipv6.push(address));
    else this.#positions.push(this.ipv4.push(address) - 1);
    return true;
  }

  has(text: string): boolean {
    return this.#texts.find(text) >= 0;
  }

  /** Number of an address that was added, counted through IPv4, then IPv6; ask when all are added. */
  numberOf(text: string): number {
    const position = this.#positions[this.#texts.find(text)] ?? 0;
    return position < 0 ? this.ipv4.length - 1 - position : position;
  }
}

/** Targets in order of first occurrence, by spelling. */
export class TargetList {
  readonly labels: Labels[] = [];
  readonly #texts = new TextNumbers();
  /** By number of the text: that of the labels, undefined when it is no labels. */
  readonly #numbers: (number | undefined)[] = [];

  /** The number of a target given as labels joined by dots; undefined when those are no labels. */
  numberOf(target: string): number | undefined {
    const known = this.#texts.find(target);
    if (known >= 0) return this.#numbers[known];
    const labels = wireText(target);
    const number = labels === undefined ? undefined : this.labels.push(labels) - 1;
    this.#texts.add(target);
    this.#numbers.push(number);
    return number;
  }
}
