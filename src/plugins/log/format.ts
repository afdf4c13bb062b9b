// Compiles a log format into writers, once; a line is then the writers' texts in a row (CoreDNS:
// plugin/pkg/replacer). Unknown placeholders stay as they are written.

import { rcodeName } from '../../dns/codes/rcode.ts';
import { rrClassName } from '../../dns/codes/rr-class.ts';
import { rrTypeName } from '../../dns/codes/rr-type.ts';
import { formatName } from '../../dns/name.ts';
import { type LogRecord, replyFlags } from './record.ts';

/** Makes one piece of a line. */
type Writer = (record: LogRecord) => string;

/** A compiled format. */
export type Format = (record: LogRecord) => string;

const EMPTY = '-';
const NS_PER_SECOND = 1_000_000_000;
const NS_DIGITS = 9;

const WRITERS: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ['{type}', ({ exchange }) => rrTypeName(exchange.type)],
  ['{class}', ({ exchange }) => rrClassName(exchange.class)],
  ['{name}', ({ name }) => formatName(name)],
  ['{proto}', ({ exchange }) => exchange.client.protocol],
  ['{remote}', ({ exchange }) => bracketed(exchange.client.address)],
  ['{port}', ({ exchange }) => String(exchange.client.port)],
  ['{local}', ({ exchange }) => bracketed(exchange.client.localAddress)],
  ['{size}', ({ exchange }) => String(exchange.length)],
  ['{>id}', ({ exchange }) => String(exchange.id)],
  ['{>opcode}', ({ exchange }) => String(exchange.opcode)],
  ['{>do}', ({ exchange }) => String(exchange.isDnssecOk)],
  ['{>bufsize}', ({ exchange }) => String(exchange.maxReplySize)],
  ['{rcode}', ({ isReplied, rcode }) => (isReplied ? rcodeText(rcode) : EMPTY)],
  ['{rsize}', ({ size }) => String(size)],
  ['{>rflags}', replyFlags],
  ['{duration}', ({ durationNs }) => `${secondsText(durationNs)}s`],
]);

/** Compiles a format with `{common}` and `{combined}` already replaced. */
export function compileFormat(format: string): Format {
  const writers = parseFormat(format);
  return (record) => {
    let line = '';
    for (const write of writers) line += write(record);
    return line;
  };
}

/**
 * A placeholder runs from the last `{` before a `}` to that `}`, so `{ {name} }` has one, and text with stray braces is
 * literal. Neighbouring literals are not joined: a format has few of them.
 */
function parseFormat(format: string): Writer[] {
  const writers: Writer[] = [];
  let rest = format;
  for (let close = rest.indexOf('}'); close >= 0; close = rest.indexOf('}')) {
    const open = rest.lastIndexOf('{', close);
    const placeholder = open < 0 ? '' : rest.slice(open, close + 1);
    const write = WRITERS.get(placeholder) ?? metadataWriter(placeholder);
    if (write === undefined) {
      writers.push(literal(rest.slice(0, close + 1)));
    } else {
      if (open > 0) writers.push(literal(rest.slice(0, open)));
      writers.push(write);
    }
    rest = rest.slice(close + 1);
  }
  if (rest !== '') writers.push(literal(rest));
  return writers;
}

function literal(text: string): Writer {
  return () => text;
}

/** `{/LABEL}`: a value that some plugin gave, which may be empty; `-` when none did. */
function metadataWriter(placeholder: string): Writer | undefined {
  if (!placeholder.startsWith('{/')) return undefined;
  const label = placeholder.slice(2, -1);
  return ({ exchange }) => exchange.metadata?.get(label)?.() ?? EMPTY;
}

function bracketed(address: string): string {
  return address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
}

/** Codes without a word are bare numbers here, unlike in metrics. */
function rcodeText(rcode: number): string {
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
