// Encodes what a name of the kubernetes plugin answers into the layout of node-layout.ts. Runs on the control thread when objects
// change, and on serving threads for the one kind of name that is not in the table (pods insecure).

import type { Name } from '../dns/name.ts';
import {
  IPV4_LENGTH,
  IPV6_LENGTH,
  NODE_HAS_RECORDS,
  NODE_HEADER_LENGTH,
  NODE_HOST_HEADER,
  NODE_HOST_IS_FIRST,
  NODE_IS_ALIAS,
  NODE_IS_PLACE,
  NODE_IS_POINTER,
  NODE_IS_PORT,
  NODE_PAIR_LENGTH,
  PLACE_HEADER_LENGTH,
  PLACE_PORT_LENGTH,
  POINTER_HEADER_LENGTH,
} from './node-layout.ts';

/** Labels in wire form without the root label; may be empty. */
export type Labels = Uint8Array;

/** One SRV record; `target` is an index into NodeContent.targets. */
export interface NodeService {
  readonly port: number;
  readonly target: number;
}

/** An address to add to SRV and NS answers; `address` counts through ipv4, then ipv6. */
export interface NodeExtra {
  readonly target: number;
  readonly address: number;
}

/** A CNAME target, with the number of addresses of each family that stand before it. */
export interface NodeHost {
  readonly ipv4Before: number;
  readonly ipv6Before: number;
  readonly name: Name;
}

/** All that one name answers. Counts are at most 65535 each; what is more is left out. */
export interface NodeContent {
  readonly hasRecords: boolean;
  readonly isHostFirst: boolean;
  readonly weight: number;
  readonly ipv4: readonly Uint8Array[];
  readonly ipv6: readonly Uint8Array[];
  /** Ends every target, relative to the zone. */
  readonly suffix: Labels;
  readonly targets: readonly Labels[];
  readonly services: readonly NodeService[];
  readonly extras: readonly NodeExtra[];
  readonly hosts: readonly NodeHost[];
}

/** A content without any record; spread it and set what differs. */
export const EMPTY_NODE: NodeContent = Object.freeze({
  hasRecords: false,
  isHostFirst: false,
  weight: 0,
  ipv4: [],
  ipv6: [],
  suffix: new Uint8Array(0),
  targets: [],
  services: [],
  extras: [],
  hosts: [],
});

/** Value of a name that exists without records. */
export const BARE_NODE: Uint8Array = Uint8Array.of(0);
/** Value of a name that answers as the name two labels up. */
export const ALIAS_NODE: Uint8Array = Uint8Array.of(NODE_IS_ALIAS | NODE_HAS_RECORDS);

const MAX_COUNT = 0xffff;
const MAX_PLACE_PORTS = 0xff;

/** One address with its ports, as a name has it that is the SRV target itself or, with `isPort`, two labels below it. */
export interface NodePlace {
  readonly address: Uint8Array;
  /** Each once; may be empty. */
  readonly ports: readonly number[];
  readonly weight: number;
  readonly isPort: boolean;
}

/** As encodeNode; undefined for more ports than a place can have. */
export function encodePlace({ address, ports, weight, isPort }: NodePlace): Uint8Array | undefined {
  if (ports.length > MAX_PLACE_PORTS) return undefined;
  const length = PLACE_HEADER_LENGTH + ports.length * PLACE_PORT_LENGTH + address.length;
  const out = writer.begin(length);
  out.u8(NODE_HAS_RECORDS | NODE_IS_PLACE | (isPort ? NODE_IS_PORT : 0));
  out.u8(weight);
  out.u8(ports.length);
  for (const port of ports) out.u16(port);
  out.octets(address);
  return out.end();
}

/** The value of a name that has targets only, as encodeNode. */
export function encodePointer(targets: readonly Labels[]): Uint8Array {
  let length = POINTER_HEADER_LENGTH;
  for (const target of targets) length += 1 + target.length;
  const out = writer.begin(length);
  out.u8(NODE_HAS_RECORDS | NODE_IS_POINTER);
  for (const target of targets) out.sized(target);
  return out.end();
}

/** The value of a name, in memory that the next call writes over: an array a name would be most of the work. */
export function encodeNode(content: NodeContent): Uint8Array {
  const node = withinCounts(content);
  const out = writer.begin(encodedLength(node));
  out.u8((node.hasRecords ? NODE_HAS_RECORDS : 0) | (node.isHostFirst ? NODE_HOST_IS_FIRST : 0));
  out.u8(node.suffix.length);
  out.u16(node.weight);
  const { ipv4, ipv6, targets, services, extras, hosts } = node;
  out.u16(ipv4.length);
  out.u16(ipv6.length);
  out.u16(targets.length);
  out.u16(services.length);
  out.u16(extras.length);
  out.u16(hosts.length);
  for (const address of ipv4) out.octets(address);
  for (const address of ipv6) out.octets(address);
  for (const { port, target } of services) {
    out.u16(port);
    out.u16(target);
  }
  for (const { target, address } of extras) {
    out.u16(target);
    out.u16(address);
  }
  out.octets(node.suffix);
  for (const target of targets) out.sized(target);
  for (const host of hosts) {
    out.u16(host.ipv4Before);
    out.u16(host.ipv6Before);
    out.sized(host.name);
  }
  return out.end();
}

/** Indexes are 16 bits wide; a reply could not carry so many records anyway (65,535 octets over TCP). */
function withinCounts(node: NodeContent): NodeContent {
  const { ipv4, ipv6, targets, services, extras, hosts } = node;
  const longest = Math.max(targets.length, services.length, extras.length, hosts.length);
  if (Math.max(longest, ipv4.length + ipv6.length) <= MAX_COUNT) return node;
  return {
    ...node,
    ipv4: ipv4.slice(0, MAX_COUNT),
    ipv6: ipv6.slice(0, MAX_COUNT),
    targets: targets.slice(0, MAX_COUNT),
    services: services.filter(({ target }) => target < MAX_COUNT).slice(0, MAX_COUNT),
    // An address number that does not fit would name another address: the additional section is optional.
    extras: [],
    hosts: hosts.slice(0, MAX_COUNT),
  };
}

/** Octets of the value, so that it is written into one array of its exact size. */
function encodedLength(node: NodeContent): number {
  let length = NODE_HEADER_LENGTH + node.suffix.length;
  length += node.ipv4.length * IPV4_LENGTH + node.ipv6.length * IPV6_LENGTH;
  length += (node.services.length + node.extras.length) * NODE_PAIR_LENGTH;
  for (const target of node.targets) length += 1 + target.length;
  for (const host of node.hosts) length += NODE_HOST_HEADER + 1 + host.name.length;
  return length;
}

const FIRST_LENGTH = 4096;

/** Appends to an array that is large enough. */
class ValueWriter {
  #bytes = new Uint8Array(FIRST_LENGTH);
  #at = 0;

  /** What follows has that many octets. */
  begin(length: number): this {
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(2 * length);
    this.#at = 0;
    return this;
  }

  end(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  u8(value: number): void {
    this.#bytes[this.#at++] = value;
  }

  u16(value: number): void {
    this.#bytes[this.#at++] = value >> 8;
    this.#bytes[this.#at++] = value;
  }

  /** Most are short: a loop is faster than `set`. */
  octets(octets: Uint8Array): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let index = 0; index < octets.length; index++) bytes[at++] = octets[index] ?? 0;
    this.#at = at;
  }

  sized(octets: Uint8Array): void {
    this.u8(octets.length);
    this.octets(octets);
  }
}

const writer = new ValueWriter();
