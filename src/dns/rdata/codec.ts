// Makes an RdataCodec out of a list of fields: text both ways, checks, name positions. The generic
// form `\# length hex` (RFC 3597, section 5) is read for every type, and written for rdata that does
// not fit its type's fields.

import type { Name } from '../name.ts';
import { hexOctets, toHex } from '../text/hex.ts';
import { type RdataField, type TextToken, TokenCursor } from './field.ts';
import { OctetSink } from './octet-sink.ts';

const MAX_RDATA_OCTETS = 0xffff;

/** How one type's rdata is read and written. Rdata is always the uncompressed wire form. */
export interface RdataCodec {
  /** The parts in wire order; none for an opaque rdata. */
  readonly fields: readonly RdataField[];
  /** Names may be compressed when written: only the types of RFC 1035 (RFC 3597, section 4). */
  readonly compressible: boolean;
  /** Reads master-file text; a string is the error, in CoreDNS's words (`bad MX Pref`). */
  parseText(tokens: readonly TextToken[], origin: Name): Uint8Array | string;
  /** Master-file text with single spaces; `\# n hex` where the rdata does not fit the type. */
  formatText(rdata: Uint8Array): string;
  /** Where the names stand, in octets from the start of the rdata. */
  nameOffsets(rdata: Uint8Array): readonly number[];
}

/** What a type's file says about itself. `word` is the mnemonic for error texts. */
export interface RdataShape {
  readonly word: string;
  readonly fields: readonly RdataField[];
  readonly compressible?: boolean;
}

const NO_OFFSETS: readonly number[] = [];

/** Builds the codec of a type from its fields. */
export function defineCodec(shape: RdataShape): RdataCodec {
  const { word, fields } = shape;
  const hasNames = fields.some((field) => field.isName);
  return {
    fields,
    compressible: shape.compressible ?? false,
    parseText: (tokens, origin) => parseFields(word, fields, tokens, origin),
    formatText: (rdata) => formatFields(fields, rdata),
    nameOffsets: (rdata) => (hasNames ? findNames(fields, rdata) : NO_OFFSETS),
  };
}

/**
 * Checks that octets from `offset` to `end` are the fields in order. As CoreDNS, it accepts an rdata
 * that ends after any field; it refuses octets after the last one.
 */
export function fieldsFit(
  fields: readonly RdataField[],
  bytes: Uint8Array,
  offset: number,
  end: number,
): boolean {
  let at = offset;
  for (const field of fields) {
    if (at === end) return true;
    const length = field.length(bytes, at, end);
    if (length < 0 || at + length > end) return false;
    at += length;
  }
  return at === end;
}

function parseFields(
  word: string,
  fields: readonly RdataField[],
  tokens: readonly TextToken[],
  origin: Name,
): Uint8Array | string {
  if (tokens[0]?.text === '\\#' && !tokens[0].isQuoted) return parseGeneric(word, fields, tokens);
  const cursor = new TokenCursor(tokens, origin);
  const out = new OctetSink();
  for (const field of fields) {
    if (!field.parse(cursor, out)) return `bad ${word} ${field.label}`;
  }
  if (!cursor.isDone) return `garbage after ${word} rdata`;
  return out.length > MAX_RDATA_OCTETS ? `bad ${word} Rdata` : out.toBytes();
}

function parseGeneric(
  word: string,
  fields: readonly RdataField[],
  tokens: readonly TextToken[],
): Uint8Array | string {
  const count = tokens[1]?.text ?? '';
  const octets = hexOctets(
    tokens
      .slice(2)
      .map((token) => token.text)
      .join(''),
  );
  if (!/^\d{1,5}$/.test(count) || octets?.length !== Number(count)) return `bad ${word} Rdata`;
  const isRight = octets.length <= MAX_RDATA_OCTETS && fieldsFit(fields, octets, 0, octets.length);
  return isRight ? octets : `bad ${word} Rdata`;
}

function formatFields(fields: readonly RdataField[], rdata: Uint8Array): string {
  const texts: string[] = [];
  let at = 0;
  for (const field of fields) {
    const length = field.length(rdata, at, rdata.length);
    if (length < 0 || at + length > rdata.length) return formatGeneric(rdata);
    const text = field.format(rdata, at, at + length);
    if (text !== '') texts.push(text);
    at += length;
  }
  return at === rdata.length && at > 0 ? texts.join(' ') : formatGeneric(rdata);
}

/** The generic text of an rdata: `\# 4 0a000001` (RFC 3597, section 5). */
export function formatGeneric(rdata: Uint8Array): string {
  return rdata.length === 0 ? '\\# 0' : `\\# ${rdata.length} ${toHex(rdata)}`;
}

function findNames(fields: readonly RdataField[], rdata: Uint8Array): readonly number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const field of fields) {
    const length = at < rdata.length ? field.length(rdata, at, rdata.length) : -1;
    if (length < 0) break;
    if (field.isName) offsets.push(at);
    at += length;
  }
  return offsets;
}
