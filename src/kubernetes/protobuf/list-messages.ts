// Cuts a protobuf list response into its items while it arrives, so that the whole of it is never held. All lists have the same
// form: an envelope (envelope.ts) whose object has metadata and items.
//
//   6b 38 73 00 | 1: type | 2: length, { 1: ListMeta | 2: item | 2: item ... } | 3, 4

import { RuntimeFault } from '../../base/runtime-error.ts';
import { checkMagic, MAGIC_LENGTH, MAX_OBJECT_LENGTH, OBJECT_FIELD } from './envelope.ts';
import { LIST_META } from './kind-schemas.ts';
import { decodeMessage, type ObjectDecoder } from './message-schema.ts';
import { ProtobufReader, WIRE_SIZED } from './protobuf-reader.ts';

const METADATA_FIELD = 1;
const ITEMS_FIELD = 2;
/** Octets of the longest number. */
const MAX_VARINT_LENGTH = 10;
/** Returned when the rest of the chunk is no whole part. */
const INCOMPLETE = -1;

/** Splits one response. */
export class ListMessages {
  readonly #decode: ObjectDecoder;
  readonly #onItem: (item: unknown) => void;
  #rest: Buffer = Buffer.alloc(0);
  #place: 'magic' | 'envelope' | 'list' | 'end' = 'magic';
  /** Octets of the list that are still to come. */
  #left = 0;
  #metadata: unknown;

  constructor(decode: ObjectDecoder, onItem: (item: unknown) => void) {
    this.#decode = decode;
    this.#onItem = onItem;
  }

  /** Takes one chunk. Throws RuntimeFault API_MALFORMED when the octets are no list. */
  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (let next = 0; next !== INCOMPLETE; next = this.#take(bytes, at)) at = next;
    this.#rest = bytes.subarray(at);
  }

  /** Ends the response and returns the list's `metadata`. Throws RuntimeFault API_MALFORMED when it is cut short. */
  finish(): unknown {
    if (this.#place !== 'end') throw malformed('the list ends early');
    return this.#metadata;
  }

  /** Takes the part that begins at `at`; returns where the next one begins. */
  #take(bytes: Buffer, at: number): number {
    if (this.#place === 'magic') return this.#takeMagic(bytes, at);
    // What follows the list is empty fields of the envelope.
    if (this.#place === 'end') return at < bytes.length ? bytes.length : INCOMPLETE;
    const part = sizedPart(bytes, at);
    if (part === undefined) return INCOMPLETE;
    if (this.#place === 'envelope' && part.field === OBJECT_FIELD) {
      this.#left = part.length;
      this.#place = part.length === 0 ? 'end' : 'list';
      return part.start;
    }
    const end = part.start + part.length;
    // Before it is waited for: a length may say anything.
    if (part.length > MAX_OBJECT_LENGTH) throw malformed('an object is too long');
    if (this.#place === 'list' && end - at > this.#left) {
      throw malformed('an item is longer than its list');
    }
    if (end > bytes.length) return INCOMPLETE;
    if (this.#place === 'list') this.#takeField(bytes, part, end - at);
    return end;
  }

  #takeMagic(bytes: Buffer, at: number): number {
    if (at + MAGIC_LENGTH > bytes.length) return INCOMPLETE;
    checkMagic(bytes, at);
    this.#place = 'envelope';
    return at + MAGIC_LENGTH;
  }

  #takeField(bytes: Buffer, { field, start, length }: SizedPart, whole: number): void {
    this.#left -= whole;
    if (this.#left === 0) this.#place = 'end';
    const reader = new ProtobufReader(bytes, start);
    if (field === METADATA_FIELD) {
      this.#metadata = decodeMessage(reader, start + length, LIST_META);
    } else if (field === ITEMS_FIELD) {
      this.#onItem(this.#decode(reader, start + length));
    }
  }
}

/** A field with a length; its value need not be there yet. */
interface SizedPart {
  readonly field: number;
  readonly start: number;
  readonly length: number;
}

/** The field that begins at `at`; undefined when its head is not whole. */
function sizedPart(bytes: Buffer, at: number): SizedPart | undefined {
  const lengthAt = varintEnd(bytes, at);
  if (lengthAt === INCOMPLETE || varintEnd(bytes, lengthAt) === INCOMPLETE) return undefined;
  const reader = new ProtobufReader(bytes, at);
  reader.next(bytes.length);
  if (reader.wireType !== WIRE_SIZED) throw malformed('the response is no list');
  const { field } = reader;
  const length = reader.varint();
  if (length < 0) throw malformed('the response is no list');
  return { field, start: reader.at, length };
}

/** Where the number that begins at `at` ends; one that is too long is left to the reader. */
function varintEnd(bytes: Buffer, at: number): number {
  const last = Math.min(bytes.length, at + MAX_VARINT_LENGTH);
  for (let end = at; end < last; end++) if ((bytes[end] ?? 0) < 0x80) return end + 1;
  return last < at + MAX_VARINT_LENGTH ? INCOMPLETE : last;
}

function malformed(message: string): RuntimeFault {
  return new RuntimeFault('API_MALFORMED', message);
}
