// Compiles a log format into writers, once; a line is then the writers' texts in a row. The short path has writers of
// octets with the same result (direct-format.ts).

import { rcodeName } from '../../dns/codes/rcode.ts';
import { rrClassName } from '../../dns/codes/rr-class.ts';
import { rrTypeName } from '../../dns/codes/rr-type.ts';
import { formatName } from '../../dns/name.ts';
import type { Field, FormatPiece } from './format-pieces.ts';
import { type LogRecord, replyFlags } from './record.ts';

/** Makes one piece of a line. */
type Writer = (record: LogRecord) => string;

/** A compiled format. */
export type Format = (record: LogRecord) => string;

const EMPTY = '-';
const NS_PER_SECOND = 1_000_000_000;
const NS_DIGITS = 9;

const WRITERS: Readonly<Record<Field, Writer>> = {
  '{type}': ({ exchange }) => rrTypeName(exchange.type),
  '{class}': ({ exchange }) => rrClassName(exchange.class),
  '{name}': ({ name }) => formatName(name),
  '{proto}': ({ exchange }) => exchange.client.protocol,
  '{remote}': ({ exchange }) => bracketed(exchange.client.address),
  '{port}': ({ exchange }) => String(exchange.client.port),
  '{local}': ({ exchange }) => bracketed(exchange.client.localAddress),
  '{size}': ({ exchange }) => String(exchange.length),
  '{>id}': ({ exchange }) => String(exchange.id),
  '{>opcode}': ({ exchange }) => String(exchange.opcode),
  '{>do}': ({ exchange }) => String(exchange.isDnssecOk),
  '{>bufsize}': ({ exchange }) => String(exchange.maxReplySize),
  '{rcode}': ({ isReplied, rcode }) => (isReplied ? rcodeText(rcode) : EMPTY),
  '{rsize}': ({ size }) => String(size),
  '{>rflags}': replyFlags,
  '{duration}': ({ durationNs }) => `${secondsText(durationNs)}s`,
};

/** Compiles the pieces of a format. */
export function compileFormat(pieces: readonly FormatPiece[]): Format {
  const writers = pieces.map(writerOf);
  return (record) => {
    let line = '';
    for (const write of writers) line += write(record);
    return line;
  };
}

function writerOf(piece: FormatPiece): Writer {
  switch (piece.kind) {
    case 'literal':
      return () => piece.text;
    case 'field':
      return WRITERS[piece.field];
    case 'metadata':
      return ({ exchange }) => exchange.metadata?.get(piece.label)?.() ?? EMPTY;
  }
}

/** An address with brackets where it is IPv6, unless it has them. */
export function bracketed(address: string): string {
  return address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
}

/** Codes without a word are bare numbers here, unlike in metrics. */
export function rcodeText(rcode: number): string {
  const name = rcodeName(rcode);
  return name === `RCODE${rcode}` ? String(rcode) : name;
}

/** Seconds in decimal without trailing zeros, never with an exponent: `0.000012889`. */
export function secondsText(ns: number): string {
  const seconds = Math.floor(ns / NS_PER_SECOND);
  const fraction = String(ns - seconds * NS_PER_SECOND)
    .padStart(NS_DIGITS, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(seconds) : `${seconds}.${fraction}`;
}
