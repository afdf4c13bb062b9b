// Walks the fields of a protobuf message where it lies (protobuf.dev, Encoding). Knows wire types and nothing of Kubernetes: what a
// field means is said by message-schema.ts.

import { RuntimeFault } from '../../base/runtime-error.ts';

export const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
export const WIRE_SIZED = 2;
const WIRE_FIXED32 = 5;

const FIELD_SHIFT = 3;
const WIRE_MASK = 7;
/** Octets of a varint that an Int32 takes its bits from; the rest is the sign of a negative number. */
const LOW_BITS = 35;
const MAX_VARINT_BITS = 70;

/** A cursor. What does not fit into the message throws RuntimeFault API_MALFORMED. */
export class ProtobufReader {
  readonly bytes: Buffer;
  /** Offset of the next octet. */
  at: number;
  /** Number and wire type of the field that next() found; its value begins at `at`. */
  field = 0;
  wireType = 0;
  /** Where the value that nextSized() found ends. */
  valueEnd = 0;

  constructor(bytes: Buffer, start = 0) {
    this.bytes = bytes;
    this.at = start;
  }

  /** Goes to the next field of the message that ends at `end`; false when there is none. */
  next(end: number): boolean {
    if (this.at >= end) return false;
    const tag = this.varint();
    this.field = tag >>> FIELD_SHIFT;
    this.wireType = tag & WIRE_MASK;
    return true;
  }

  /** Goes to the next field with a length, and passes over others. Its reader leaves `at` at `valueEnd`. */
  nextSized(end: number): boolean {
    while (this.next(end)) {
      if (this.wireType === WIRE_SIZED) {
        this.valueEnd = this.sizedEnd(end);
        return true;
      }
      this.skip(end);
    }
    return false;
  }

  /** A number; of a longer one the lowest 32 bits, signed. */
  varint(): number {
    const first = this.bytes[this.at];
    if (first !== undefined && first < 0x80) {
      this.at++;
      return first;
    }
    let value = 0;
    for (let shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
      const octet = this.bytes[this.at++];
      if (octet === undefined) break;
      if (shift < LOW_BITS) value |= (octet & 0x7f) << shift;
      if (octet < 0x80) return value;
    }
    throw malformed();
  }

  /** Reads the length of a sized value and returns where it ends. */
  sizedEnd(end: number): number {
    const length = this.varint();
    const valueEnd = this.at + length;
    if (length < 0 || valueEnd > end) throw malformed();
    return valueEnd;
  }

  /** The UTF-8 text from here to `end`. */
  text(end: number): string {
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end;
    return text;
  }

  /** Passes over the value of the field. */
  skip(end: number): void {
    if (this.wireType === WIRE_VARINT) this.varint();
    else if (this.wireType === WIRE_SIZED) this.at = this.sizedEnd(end);
    else if (this.wireType === WIRE_FIXED64) this.at += 8;
    else if (this.wireType === WIRE_FIXED32) this.at += 4;
    else throw malformed();
    if (this.at > end) throw malformed();
  }
}

function malformed(): RuntimeFault {
  return new RuntimeFault('API_MALFORMED', 'malformed protobuf in a response');
}
