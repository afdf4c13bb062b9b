// Writes a message front to back into a given buffer, with or without compression. It never throws: what
// does not fit is left out while the offset goes on, so the caller sees `offset > limit` and steps back.

import { RRType } from '../codes/rr-type.ts';
import { type Edns, OPT_FIXED_OCTETS } from '../edns.ts';
import type { Name } from '../name.ts';
import { rdataCodec } from '../rdata/table.ts';
import type { ResourceRecord } from '../record.ts';
import { CompressionMap } from './compression-map.ts';

/** Octets of a record's fixed part: type, class, TTL, rdata length. */
const FIXED_OCTETS = 10;

const DNSSEC_OK = 0x8000;

/** One map for all writers: a message is written in one go, and the map's tables are not small. */
const compressionMap = new CompressionMap();

/** A message in the making. `offset` is where the next octet goes. */
export class MessageWriter {
  readonly bytes: Uint8Array;
  offset: number;
  readonly #isCompressing: boolean;

  constructor(bytes: Uint8Array, isCompressing: boolean) {
    this.bytes = bytes;
    this.offset = 0;
    this.#isCompressing = isCompressing;
    if (isCompressing) compressionMap.reset();
  }

  u16(value: number): void {
    this.#u16At(this.offset, value);
    this.offset += 2;
  }

  u32(value: number): void {
    this.u16(value >>> 16);
    this.u16(value);
  }

  octets(values: Uint8Array): void {
    if (this.offset + values.length <= this.bytes.length) this.bytes.set(values, this.offset);
    this.offset += values.length;
  }

  question(name: Name, type: number, rrClass: number): void {
    this.name(name, true);
    this.u16(type);
    this.u16(rrClass);
  }

  record(record: ResourceRecord): void {
    this.name(record.name, true);
    this.u16(record.type);
    this.u16(record.class);
    this.u32(record.ttl);
    const lengthOffset = this.offset;
    this.offset += 2;
    if (this.#isCompressing) this.#rdata(record);
    else this.octets(record.rdata);
    this.#u16At(lengthOffset, this.offset - lengthOffset - 2);
  }

  /** The OPT record of a message with that response code (its upper bits go here). */
  opt(edns: Edns, rcode: number): void {
    const lengthOffset = this.offset + OPT_FIXED_OCTETS - 2;
    this.octets(ROOT_OWNER);
    this.u16(RRType.OPT);
    this.u16(edns.udpSize);
    this.u16(((rcode >> 4) << 8) | edns.version);
    this.u16((edns.isDnssecOk ? DNSSEC_OK : 0) | (edns.otherFlags ?? 0));
    this.offset += 2;
    for (const option of edns.options) {
      this.u16(option.code);
      this.u16(option.data.length);
      this.octets(option.data);
    }
    this.#u16At(lengthOffset, this.offset - lengthOffset - 2);
  }

  /** A name; with `mayPoint` its end may become a pointer, without it can only be pointed at. */
  name(name: Name, mayPoint: boolean): void {
    if (!this.#isCompressing || name.length <= 1) {
      this.octets(name);
      return;
    }
    compressionMap.find(name, this.bytes);
    const start = this.offset;
    const isPointing = mayPoint && compressionMap.pointer !== 0;
    if (isPointing) {
      this.octets(name.subarray(0, compressionMap.prefixLength));
      this.u16(0xc000 | compressionMap.pointer);
    } else {
      this.octets(name);
    }
    // A name that did not fit is not there to be pointed at.
    if (this.offset <= this.bytes.length) compressionMap.add(start);
  }

  #rdata(record: ResourceRecord): void {
    const { rdata } = record;
    const codec = rdataCodec(record.type);
    let at = 0;
    for (const offset of codec.nameOffsets(rdata)) {
      this.octets(rdata.subarray(at, offset));
      at = offset;
      while ((rdata[at] ?? 0) !== 0) at += (rdata[at] ?? 0) + 1;
      this.name(rdata.subarray(offset, ++at), codec.compressible);
    }
    this.octets(rdata.subarray(at));
  }

  #u16At(offset: number, value: number): void {
    this.bytes[offset] = value >> 8;
    this.bytes[offset + 1] = value;
  }
}

const ROOT_OWNER: Name = new Uint8Array(1);

/** Octets of a record without compression. */
export function recordLength(record: ResourceRecord): number {
  return record.name.length + FIXED_OCTETS + record.rdata.length;
}
