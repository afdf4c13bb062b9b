// Reads a value in the layout of node-layout.ts where it lies, in the shared arena or in a buffer of one's own. Serving
// threads keep one NodeReader and point it at what a lookup found. Whatever is returned is a copy: the arena's octets
// are only sure between the table reader's enter() and leave().

import { MAX_NAME_OCTETS, type Name } from '../dns/name.ts';
import {
  IPV4_LENGTH,
  IPV6_LENGTH,
  NODE_EXTRA_COUNT,
  NODE_HAS_RECORDS,
  NODE_HEADER_LENGTH,
  NODE_HOST_COUNT,
  NODE_HOST_HEADER,
  NODE_HOST_IS_FIRST,
  NODE_IPV4_COUNT,
  NODE_IPV6_COUNT,
  NODE_IS_ALIAS,
  NODE_PAIR_LENGTH,
  NODE_SERVICE_COUNT,
  NODE_TARGET_COUNT,
  NODE_WEIGHT,
} from './node-layout.ts';

const NO_OCTETS = new Uint8Array(NODE_HEADER_LENGTH);

/** A cursor on one value. */
export class NodeReader {
  #bytes: Uint8Array = NO_OCTETS;
  #at = 0;
  /** Offsets of the parts behind the addresses. */
  #services = NODE_HEADER_LENGTH;
  #extras = NODE_HEADER_LENGTH;
  #suffix = NODE_HEADER_LENGTH;
  #targets = NODE_HEADER_LENGTH;
  flags = 0;
  weight = 0;
  ipv4Count = 0;
  ipv6Count = 0;
  targetCount = 0;
  serviceCount = 0;
  extraCount = 0;
  hostCount = 0;

  /** Points at the value of `length` octets from `offset`. */
  load(bytes: Uint8Array, offset: number, length: number): void {
    this.flags = bytes[offset] ?? 0;
    const isBare = length < NODE_HEADER_LENGTH;
    this.#bytes = isBare ? NO_OCTETS : bytes;
    this.#at = isBare ? 0 : offset;
    this.weight = this.#u16(this.#at + NODE_WEIGHT);
    this.ipv4Count = this.#u16(this.#at + NODE_IPV4_COUNT);
    this.ipv6Count = this.#u16(this.#at + NODE_IPV6_COUNT);
    this.targetCount = this.#u16(this.#at + NODE_TARGET_COUNT);
    this.serviceCount = this.#u16(this.#at + NODE_SERVICE_COUNT);
    this.extraCount = this.#u16(this.#at + NODE_EXTRA_COUNT);
    this.hostCount = this.#u16(this.#at + NODE_HOST_COUNT);
    this.#services = this.addressOffset(this.ipv4Count + this.ipv6Count);
    this.#extras = this.#services + this.serviceCount * NODE_PAIR_LENGTH;
    this.#suffix = this.#extras + this.extraCount * NODE_PAIR_LENGTH;
    this.#targets = this.#suffix + this.suffixLength;
  }

  /** The memory that the offsets below point into. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get hasRecords(): boolean {
    return (this.flags & NODE_HAS_RECORDS) !== 0;
  }

  get isAlias(): boolean {
    return (this.flags & NODE_IS_ALIAS) !== 0;
  }

  get isHostFirst(): boolean {
    return (this.flags & NODE_HOST_IS_FIRST) !== 0;
  }

  /** Whether the address of that number is IPv6. */
  isIpv6(number: number): boolean {
    return number >= this.ipv4Count;
  }

  /** The 4 or 16 octets of an address, counted through IPv4, then IPv6. */
  address(number: number): Uint8Array {
    const length = this.isIpv6(number) ? IPV6_LENGTH : IPV4_LENGTH;
    const start = this.addressOffset(number);
    return this.#bytes.slice(start, start + length);
  }

  /** Port of the SRV record of that index. */
  servicePort(index: number): number {
    return this.#u16(this.#services + index * NODE_PAIR_LENGTH);
  }

  /** Which of targetNames() the SRV record of that index has. */
  serviceTarget(index: number): number {
    return this.#u16(this.#services + index * NODE_PAIR_LENGTH + 2);
  }

  /** Which of targetNames() owns the additional address of that index. */
  extraTarget(index: number): number {
    return this.#u16(this.#extras + index * NODE_PAIR_LENGTH);
  }

  /** Which address it is, see address(). */
  extraAddress(index: number): number {
    return this.#u16(this.#extras + index * NODE_PAIR_LENGTH + 2);
  }

  /** All targets below `zone`, in order; undefined for one that would be over 255 octets there. */
  targetNames(zone: Name): (Name | undefined)[] {
    const names: (Name | undefined)[] = [];
    const { suffixLength } = this;
    let at = this.#targets;
    for (let index = 0; index < this.targetCount; index++) {
      const length = this.#bytes[at] ?? 0;
      names.push(this.#join(at + 1, length, suffixLength, zone));
      at += 1 + length;
    }
    return names;
  }

  /** All hosts: how many addresses of the family stand before each, and its name. */
  hosts(isIpv6: boolean): { readonly before: number; readonly name: Name }[] {
    let at = this.#targets;
    for (let index = 0; index < this.targetCount; index++) at += 1 + (this.#bytes[at] ?? 0);
    const hosts: { before: number; name: Name }[] = [];
    for (let index = 0; index < this.hostCount; index++) {
      const before = this.#u16(isIpv6 ? at + 2 : at);
      const start = at + NODE_HOST_HEADER + 1;
      const end = start + (this.#bytes[start - 1] ?? 0);
      hosts.push({ before, name: this.#bytes.slice(start, end) });
      at = end;
    }
    return hosts;
  }

  /** Octets of the labels that end every target, and where they are. */
  get suffixLength(): number {
    return this.#bytes[this.#at + 1] ?? 0;
  }

  get suffixOffset(): number {
    return this.#suffix;
  }

  /** Octets of the labels in front of the suffix of a target. */
  targetLength(index: number): number {
    return this.#bytes[this.targetOffset(index) - 1] ?? 0;
  }

  /** Where these labels are. Walks from the first target: names have few. */
  targetOffset(index: number): number {
    let at = this.#targets;
    for (let i = 0; i < index; i++) at += 1 + (this.#bytes[at] ?? 0);
    return at + 1;
  }

  #join(start: number, length: number, suffixLength: number, zone: Name): Name | undefined {
    const whole = length + suffixLength + zone.length;
    if (whole > MAX_NAME_OCTETS) return undefined;
    const name = new Uint8Array(whole);
    name.set(this.#bytes.subarray(start, start + length));
    name.set(this.#bytes.subarray(this.#suffix, this.#suffix + suffixLength), length);
    name.set(zone, length + suffixLength);
    return name;
  }

  /** Where the octets of an address are, see address(). */
  addressOffset(number: number): number {
    const ipv4 = Math.min(number, this.ipv4Count);
    const ipv6 = number - ipv4;
    return this.#at + NODE_HEADER_LENGTH + ipv4 * IPV4_LENGTH + ipv6 * IPV6_LENGTH;
  }

  #u16(offset: number): number {
    return ((this.#bytes[offset] ?? 0) << 8) | (this.#bytes[offset + 1] ?? 0);
  }
}
