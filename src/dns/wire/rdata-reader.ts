// Takes one rdata out of a message: checks it against its type's fields and writes compressed names
// out in full. What CoreDNS accepts is accepted: an empty rdata of any type, and one that ends early
// between two fields.

import { fieldsFit } from '../rdata/codec.ts';
import type { RdataField } from '../rdata/field.ts';
import { rdataCodec } from '../rdata/table.ts';
import type { WireReader } from './reader.ts';

const NO_OCTETS = new Uint8Array(0);
const MAX_RDATA_OCTETS = 0xffff;

/**
 * The rdata of `length` octets at the reader's position, uncompressed; it shares the message's memory
 * unless a name was compressed. Fails the reader if it is cut or malformed.
 */
export function readRdata(reader: WireReader, type: number, length: number): Uint8Array {
  const start = reader.offset;
  const octets = reader.take(length);
  if (reader.hasFailed || length === 0) return NO_OCTETS;
  const { fields } = rdataCodec(type);
  if (fieldsFit(fields, reader.bytes, start, start + length)) return octets;
  const expanded = expand(reader, fields, start);
  if (expanded === undefined) reader.fail();
  return expanded ?? NO_OCTETS;
}

/** Reads the fields from `start` to the reader's position again, names with pointers followed. */
function expand(
  reader: WireReader,
  fields: readonly RdataField[],
  start: number,
): Uint8Array | undefined {
  const messageEnd = reader.end;
  const end = reader.offset;
  reader.end = end; // A name in an rdata must not lead behind it (miekg/dns UnpackRR).
  reader.offset = start;
  const parts: Uint8Array[] = [];
  for (const field of fields) {
    if (reader.isAtEnd) break;
    if (field.isName) parts.push(reader.name());
    else parts.push(takeField(reader, field));
  }
  const isWhole = reader.isAtEnd && !reader.hasFailed;
  reader.end = messageEnd;
  reader.offset = end;
  return isWhole ? concatenate(parts) : undefined;
}

function takeField(reader: WireReader, field: RdataField): Uint8Array {
  const length = field.length(reader.bytes, reader.offset, reader.end);
  if (length >= 0) return reader.take(length);
  reader.fail();
  return NO_OCTETS;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array | undefined {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  if (total > MAX_RDATA_OCTETS) return undefined;
  const out = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
