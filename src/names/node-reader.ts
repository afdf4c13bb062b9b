// Reads a value in the layout of node-layout.ts where it lies, in the shared arena or in a buffer of one's own. Serving
// threads keep one NodeReader and point it at what a lookup found. Whatever is returned is a copy: the arena's octets
// are only sure between the table reader's enter() and leave().

import { MAX_NAME_OCTETS, type Name } from '../dns/name.ts';
import { u16At } from '../dns/rdata/octets.ts';
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
  NODE_IS_PLACE,
  NODE_IS_POINTER,
  NODE_IS_PORT,
  NODE_PAIR_LENGTH,
  NODE_SERVICE_COUNT,
  NODE_TARGET_COUNT,
  NODE_WEIGHT,
  PLACE_HEADER_LENGTH,
  PLACE_PORT_COUNT,
  PLACE_PORT_LENGTH,
  PLACE_WEIGHT,
  POINTER_HEADER_LENGTH,
} from './node-layout.ts';

const NO_OCTETS = new Uint8Array(NODE_HEADER_LENGTH);

/** A cursor on one value. */
export class NodeReader {
  #bytes: Uint8Array = NO_OCTETS;
  /** Offsets of the parts. */
  #addresses = NODE_HEADER_LENGTH;
  #services = NODE_HEADER_LENGTH;
  #extras = NODE_HEADER_LENGTH;
  #suffix = NODE_HEADER_LENGTH;
  #targets = NODE_HEADER_LENGTH;
  /** Whether the value is a place, whose only target is part of the key: `#targets` up to `#keyEnd`. */
  #isPlace = false;
  #keyEnd = 0;
  /** Octets of the labels that end every target. */
  suffixLength = 0;
  flags = 0;
  weight = 0;
  ipv4Count = 0;
  ipv6Count = 0;
  targetCount = 0;
  serviceCount = 0;
  extraCount = 0;
  hostCount = 0;

  /** Points at the value of `length` octets from `offset`; the `keyLength` octets of its key stand before it. */
  load(bytes: Uint8Array, offset: number, length: number, keyLength: number): void {
    const flags = bytes[offset] ?? 0;
    this.flags = flags;
    this.#bytes = bytes;
    this.#isPlace = (flags & NODE_IS_PLACE) !== 0;
    if (this.#isPlace) this.#loadPlace(offset, length, keyLength);
    else if ((flags & NODE_IS_POINTER) !== 0) this.#loadPointer(offset, length);
    else if (length < NODE_HEADER_LENGTH) this.#loadFull(NO_OCTETS, 0);
    else this.#loadFull(bytes, offset);
  }

  #loadFull(bytes: Uint8Array, at: number): void {
    this.#bytes = bytes;
    this.#addresses = at + NODE_HEADER_LENGTH;
    this.suffixLength = bytes[at + 1] ?? 0;
    this.weight = u16At(bytes, at + NODE_WEIGHT);
    this.ipv4Count = u16At(bytes, at + NODE_IPV4_COUNT);
    this.ipv6Count = u16At(bytes, at + NODE_IPV6_COUNT);
    this.targetCount = u16At(bytes, at + NODE_TARGET_COUNT);
    this.serviceCount = u16At(bytes, at + NODE_SERVICE_COUNT);
    this.extraCount = u16At(bytes, at + NODE_EXTRA_COUNT);
    this.hostCount = u16At(bytes, at + NODE_HOST_COUNT);
    this.#services = this.addressOffset(this.ipv4Count + this.ipv6Count);
    this.#extras = this.#services + this.serviceCount * NODE_PAIR_LENGTH;
    this.#suffix = this.#extras + this.extraCount * NODE_PAIR_LENGTH;
    this.#targets = this.#suffix + this.suffixLength;
  }

  #loadPlace(at: number, length: number, keyLength: number): void {
    const ports = this.#bytes[at + PLACE_PORT_COUNT] ?? 0;
    this.weight = this.#bytes[at + PLACE_WEIGHT] ?? 0;
    this.#services = at + PLACE_HEADER_LENGTH;
    this.#addresses = this.#services + ports * PLACE_PORT_LENGTH;
    const isIpv6 = at + length - this.#addresses === IPV6_LENGTH;
    this.ipv4Count = isIpv6 ? 0 : 1;
    this.ipv6Count = isIpv6 ? 1 : 0;
    this.serviceCount = ports;
    this.targetCount = ports === 0 ? 0 : 1;
    this.extraCount = this.targetCount;
    this.hostCount = 0;
    this.suffixLength = 0;
    this.#suffix = at;
    this.#keyEnd = at;
    this.#targets = at - keyLength;
    if ((this.flags & NODE_IS_PORT) !== 0) this.#targets = this.#labelsUp(this.#targets, 2);
  }

  #loadPointer(at: number, length: number): void {
    this.weight = 0;
    this.ipv4Count = 0;
    this.ipv6Count = 0;
    this.serviceCount = 0;
    this.extraCount = 0;
    this.hostCount = 0;
    this.suffixLength = 0;
    this.#suffix = at;
    this.#targets = at + POINTER_HEADER_LENGTH;
    this.targetCount = 0;
    const end = at + length;
    for (let next = this.#targets; next < end; next += 1 + (this.#bytes[next] ?? 0)) {
      this.targetCount++;
    }
  }

  /** The offset behind so many labels from `at`. */
  #labelsUp(at: number, count: number): number {
    let end = at;
    for (let label = 0; label < count; label++) end += 1 + (this.#bytes[end] ?? 0);
    return end;
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
    const length = this.#isPlace ? PLACE_PORT_LENGTH : NODE_PAIR_LENGTH;
    return u16At(this.#bytes, this.#services + index * length);
  }

  /** Which of targetNames() the SRV record of that index has. */
  serviceTarget(index: number): number {
    if (this.#isPlace) return 0;
    return u16At(this.#bytes, this.#services + index * NODE_PAIR_LENGTH + 2);
  }

  /** Which of targetNames() owns the additional address of that index. */
  extraTarget(index: number): number {
    if (this.#isPlace) return 0;
    return u16At(this.#bytes, this.#extras + index * NODE_PAIR_LENGTH);
  }

  /** Which address it is, see address(). */
  extraAddress(index: number): number {
    if (this.#isPlace) return 0;
    return u16At(this.#bytes, this.#extras + index * NODE_PAIR_LENGTH + 2);
  }

  /** All targets below `zone`, in order; undefined for one that would be over 255 octets there. */
  targetNames(zone: Name): (Name | undefined)[] {
    const names: (Name | undefined)[] = [];
    for (let index = 0; index < this.targetCount; index++) {
      names.push(this.#join(this.targetOffset(index), this.targetLength(index), zone));
    }
    return names;
  }

  /** All hosts: how many addresses of the family stand before each, and its name. */
  hosts(isIpv6: boolean): { readonly before: number; readonly name: Name }[] {
    let at = this.#targets;
    for (let index = 0; index < this.targetCount; index++) at += 1 + (this.#bytes[at] ?? 0);
    const hosts: { before: number; name: Name }[] = [];
    for (let index = 0; index < this.hostCount; index++) {
      const before = u16At(this.#bytes, isIpv6 ? at + 2 : at);
      const start = at + NODE_HOST_HEADER + 1;
      const end = start + (this.#bytes[start - 1] ?? 0);
      hosts.push({ before, name: this.#bytes.slice(start, end) });
      at = end;
    }
    return hosts;
  }

  /** Where the labels are that end every target. */
  get suffixOffset(): number {
    return this.#suffix;
  }

  /** Octets of the labels in front of the suffix of a target. */
  targetLength(index: number): number {
    if (this.#isPlace) return this.#keyEnd - this.#targets;
    return this.#bytes[this.targetOffset(index) - 1] ?? 0;
  }

  /** Where these labels are. Walks from the first target: names have few. */
  targetOffset(index: number): number {
    if (this.#isPlace) return this.#targets;
    let at = this.#targets;
    for (let i = 0; i < index; i++) at += 1 + (this.#bytes[at] ?? 0);
    return at + 1;
  }

  #join(start: number, length: number, zone: Name): Name | undefined {
    const { suffixLength } = this;
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
    return this.#addresses + ipv4 * IPV4_LENGTH + ipv6 * IPV6_LENGTH;
  }
}
