// The endpoints of a slice as one text, whose characters are octets. A cluster has most of its objects' memory in endpoints: ten of
// them are 2 KB as objects and 0.4 KB here. A cursor walks the addresses without making anything; all() takes the text apart.
//
//   endpoint: hostname | pod name | zone | number of addresses | address ...     each text UTF-8 behind its length
//   numbers:  7 bits a character, the lowest first, the 8th says that more follow

import { ipv4At } from '../../base/ip.ts';
import type { EndpointAddress } from './endpoint-slice.ts';

/** A DNS label holds 63 octets; longer pod names cannot name an endpoint. */
export const MAX_LABEL_LENGTH = 63;

const MORE = 0x80;

/** Endpoints of one slice. Equal texts are equal endpoints. */
export class PackedEndpoints {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An octet range of the packer's source. */
interface Range {
  start: number;
  end: number;
}

/** Packs endpoints out of the octets of a message. */
export class EndpointPacker {
  readonly #out = new TextWriter();
  #source: Uint8Array = new Uint8Array(0);
  readonly #hostname: Range = { start: 0, end: 0 };
  readonly #podName: Range = { start: 0, end: 0 };
  readonly #zone: Range = { start: 0, end: 0 };
  /** Pairs: start, end. */
  readonly #addresses: number[] = [];
  #addressCount = 0;

  /** What follows are the endpoints of one slice, as ranges of `source`. */
  begin(source: Uint8Array): void {
    this.#source = source;
    this.#out.begin();
    this.dropEndpoint();
  }

  hostname(start: number, end: number): void {
    set(this.#hostname, start, end);
  }

  /** A name that is too long for a label is none. */
  podName(start: number, end: number): void {
    set(this.#podName, start, end - start > MAX_LABEL_LENGTH ? start : end);
  }

  zone(start: number, end: number): void {
    set(this.#zone, start, end);
  }

  address(start: number, end: number): void {
    const at = 2 * this.#addressCount++;
    this.#addresses[at] = start;
    this.#addresses[at + 1] = end;
  }

  /** Packs what has been said since the last endpoint. */
  endEndpoint(): void {
    this.#range(this.#hostname);
    this.#range(this.#podName);
    this.#range(this.#zone);
    const addresses = this.#addresses;
    this.#out.number(this.#addressCount);
    for (let at = 0; at < 2 * this.#addressCount; at += 2) {
      this.#out.sized(this.#source, addresses[at] ?? 0, addresses[at + 1] ?? 0);
    }
    this.dropEndpoint();
  }

  /** Forgets what has been said since the last endpoint. */
  dropEndpoint(): void {
    set(this.#hostname, 0, 0);
    set(this.#podName, 0, 0);
    set(this.#zone, 0, 0);
    this.#addressCount = 0;
  }

  /** The text of all endpoints since begin(). */
  end(): string {
    return this.#out.end();
  }

  #range({ start, end }: Range): void {
    this.#out.sized(this.#source, start, end);
  }
}

function set(range: Range, start: number, end: number): void {
  range.start = start;
  range.end = end;
}

/** Appends octets and numbers, and gives them as a text. */
class TextWriter {
  #bytes: Buffer = Buffer.alloc(4096);
  #at = 0;

  begin(): void {
    this.#at = 0;
  }

  end(): string {
    return this.#bytes.toString('latin1', 0, this.#at);
  }

  number(value: number): void {
    this.#reserve(5);
    for (let rest = value; ; rest >>>= 7) {
      this.#bytes[this.#at++] = rest < MORE ? rest : (rest & 0x7f) | MORE;
      if (rest < MORE) return;
    }
  }

  /** Most are short: a loop is faster than a copy. */
  sized(source: Uint8Array, start: number, end: number): void {
    this.number(end - start);
    this.#reserve(end - start);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let from = start; from < end; from++) bytes[at++] = source[from] ?? 0;
    this.#at = at;
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    const larger = Buffer.alloc(2 * (this.#at + length));
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }
}

const writer = new TextWriter();

/** Packs endpoints that are there as objects. */
export function packEndpoints(endpoints: readonly EndpointAddress[]): PackedEndpoints {
  const text = (value: string): void => {
    const octets = Buffer.from(value);
    writer.sized(octets, 0, octets.length);
  };
  writer.begin();
  for (const { hostname, podName, zone, addresses } of endpoints) {
    text(hostname);
    text(podName);
    text(zone);
    writer.number(addresses.length);
    addresses.forEach(text);
  }
  return new PackedEndpoints(writer.end());
}

/** Takes all endpoints out. */
export function unpackEndpoints(packed: PackedEndpoints): readonly EndpointAddress[] {
  const cursor = new EndpointCursor();
  cursor.open(packed);
  const { text } = packed;
  const endpoints: EndpointAddress[] = [];
  while (cursor.nextEndpoint()) {
    const { hostname, podName, zone } = cursor;
    const addresses: string[] = [];
    while (cursor.nextAddress()) addresses.push(cursor.addressText);
    endpoints.push({
      addresses,
      hostname: textAt(text, hostname),
      podName: textAt(text, podName),
      zone: textAt(text, zone),
    });
  }
  return endpoints;
}

/** A part of the text: characters `start` up to `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Walks packed endpoints. Its spans stay the same objects. */
export class EndpointCursor {
  text = '';
  #at = 0;
  #addresses = 0;
  readonly #hostname: Range = { start: 0, end: 0 };
  readonly #podName: Range = { start: 0, end: 0 };
  readonly #zone: Range = { start: 0, end: 0 };
  readonly #address: Range = { start: 0, end: 0 };

  /** Goes in front of the first endpoint. */
  open({ text }: PackedEndpoints): void {
    this.text = text;
    this.#at = 0;
    this.#addresses = 0;
  }

  get hostname(): Span {
    return this.#hostname;
  }

  get podName(): Span {
    return this.#podName;
  }

  get zone(): Span {
    return this.#zone;
  }

  get address(): Span {
    return this.#address;
  }

  /** The address as ipv4At() of base/ip.ts gives it; -1 when it is no IPv4 address. */
  get ipv4(): number {
    return ipv4At(this.text, this.#address.start, this.#address.end);
  }

  get addressText(): string {
    return textAt(this.text, this.#address);
  }

  /** Goes to the next endpoint; call it when nextAddress() has said that there are no more. */
  nextEndpoint(): boolean {
    if (this.#at >= this.text.length) return false;
    this.#span(this.#hostname);
    this.#span(this.#podName);
    this.#span(this.#zone);
    this.#addresses = this.#number();
    return true;
  }

  /** Goes to the next address of the endpoint. */
  nextAddress(): boolean {
    if (this.#addresses === 0) return false;
    this.#addresses--;
    this.#span(this.#address);
    return true;
  }

  #span(range: Range): void {
    const length = this.#number();
    range.start = this.#at;
    this.#at += length;
    range.end = this.#at;
  }

  #number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const code = this.text.charCodeAt(this.#at++);
      value |= (code & 0x7f) << shift;
      if (!(code >= MORE)) return value;
    }
  }
}

/** Whether an endpoint may have that address: text of another field may look the same. */
export function mayHoldAddress(packed: PackedEndpoints, address: string): boolean {
  return packed.text.includes(address);
}

const NOT_ASCII = /[\x80-\xff]/;

function textAt(text: string, { start, end }: Span): string {
  const octets = text.slice(start, end);
  return NOT_ASCII.test(octets) ? Buffer.from(octets, 'latin1').toString('utf8') : octets;
}
