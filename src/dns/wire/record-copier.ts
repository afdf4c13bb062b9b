// Copies records out of a received message, one after the other, and writes compressed names out in full. It refuses whatever the
// readers of whole messages (reader.ts, sections.ts, rdata-reader.ts) refuse, and also a few things that they let pass: who is
// refused here asks them. Allocates nothing.

import { RRType } from '../codes/rr-type.ts';
import { MAX_NAME_OCTETS } from '../name.ts';
import { fieldsFit } from '../rdata/codec.ts';
import type { RdataField } from '../rdata/field.ts';
import { u16At } from '../rdata/octets.ts';
import { rdataCodec } from '../rdata/table.ts';

/** Type, class, TTL and length of a record. */
const HEAD_OCTETS = 10;
/** Pointers in one name, as in reader.ts. */
const MAX_POINTERS = 126;
const POINTER_MASK = 0x3fff;
const NO_OCTETS = new Uint8Array(0);
const A_OCTETS = 4;
const AAAA_OCTETS = 16;

/** Walks one message. Where it has refused something, its fields mean nothing. */
export class RecordCopier {
  /** Where the next record is read; and written. */
  at = 0;
  to = 0;
  /** The record that was copied last: `owner` and `rdata` are offsets in the copy. */
  owner = 0;
  type = 0;
  class = 0;
  ttl = 0;
  rdata = 0;
  /** The last `copy` has refused. */
  hasFailed = false;
  #message: Uint8Array = NO_OCTETS;
  #start = 0;
  #end = 0;
  #out: Uint8Array = NO_OCTETS;
  #limit = 0;

  /** The message lies from `start` to before `end`; its first record is to be read at `at`. */
  from(message: Uint8Array, start: number, end: number, at: number): void {
    this.#message = message;
    this.#start = start;
    this.#end = end;
    this.at = at;
  }

  /** Copies go to `out` from `to` on, up to before `limit`. */
  into(out: Uint8Array, to: number, limit: number): void {
    this.#out = out;
    this.to = to;
    this.#limit = limit;
  }

  /** Copies a record; false where it is malformed, strange, or too long for the copy. */
  copy(): boolean {
    this.hasFailed = !this.#copy();
    return !this.hasFailed;
  }

  #copy(): boolean {
    this.owner = this.to;
    if (!this.#name(this.#end)) return false;
    const head = this.at;
    if (head + HEAD_OCTETS > this.#end || this.to + HEAD_OCTETS > this.#limit) return false;
    const message = this.#message;
    this.type = u16At(message, head);
    this.class = u16At(message, head + 2);
    this.ttl = u16At(message, head + 4) * 0x10000 + u16At(message, head + 6);
    const length = u16At(message, head + 8);
    for (let i = 0; i < HEAD_OCTETS; i++) this.#out[this.to + i] = message[head + i] ?? 0;
    this.at = head + HEAD_OCTETS;
    this.to += HEAD_OCTETS;
    this.rdata = this.to;
    if (this.at + length > this.#end) return false;
    return length === 0 || this.#rdata(this.at + length);
  }

  /** The rdata up to before `end`. */
  #rdata(end: number): boolean {
    if (this.#isAddress(end - this.at)) return this.#octets(end - this.at);
    const { fields } = rdataCodec(this.type);
    // What fits as it stands has no compressed names.
    if (fieldsFit(fields, this.#message, this.at, end)) return this.#octets(end - this.at);
    for (const field of fields) if (!this.#field(field, end)) return false;
    const length = this.to - this.rdata;
    this.#out[this.rdata - 2] = length >> 8;
    this.#out[this.rdata - 1] = length;
    return this.at === end;
  }

  /** Most records are: no need to look at their fields. */
  #isAddress(length: number): boolean {
    return length === A_OCTETS
      ? this.type === RRType.A
      : length === AAAA_OCTETS && this.type === RRType.AAAA;
  }

  #field(field: RdataField, end: number): boolean {
    if (field.isName) return this.#name(end);
    const length = field.length(this.#message, this.at, end);
    return length >= 0 && this.at + length <= end && this.#octets(length);
  }

  /** Copies octets as they stand. */
  #octets(length: number): boolean {
    if (this.to + length > this.#limit) return false;
    for (let i = 0; i < length; i++) this.#out[this.to + i] = this.#message[this.at + i] ?? 0;
    this.at += length;
    this.to += length;
    return true;
  }

  /** Copies a name; `end` is where all of its labels must have ended, as in rdata-reader.ts. */
  #name(end: number): boolean {
    const limit = Math.min(this.#limit, this.to + MAX_NAME_OCTETS);
    let at = this.#labels(this.at, end, limit);
    if (at < 0) return false;
    const isCompressed = this.#message[at] !== 0;
    this.at = at + (isCompressed ? 2 : 1);
    for (let pointers = 0; this.#message[at] !== 0; pointers++) {
      if (at + 1 >= end || pointers === MAX_POINTERS) return false;
      at = this.#labels(this.#start + (u16At(this.#message, at) & POINTER_MASK), end, limit);
      if (at < 0) return false;
    }
    if (this.to === limit) return false;
    this.#out[this.to++] = 0;
    return true;
  }

  /** Copies labels, without the root's; the offset of what ends them, a pointer or the root label, or -1. */
  #labels(start: number, end: number, limit: number): number {
    const message = this.#message;
    const out = this.#out;
    let { to } = this;
    let at = start;
    while (at < end) {
      const length = message[at] ?? 0;
      if (length === 0 || length >= 0xc0) {
        this.to = to;
        return at;
      }
      if (length > 63 || at + length >= end || to + length >= limit) return -1;
      for (const stop = at + length; at <= stop; at++) out[to++] = message[at] ?? 0;
    }
    return -1;
  }
}
