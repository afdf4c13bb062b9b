// Compiles a log format for the short path: a line is composed as octets from the query and the reply as they lie in
// memory. The octets are those that format.ts makes of the same exchange.

import { rrTypeName } from '../../dns/codes/rr-type.ts';
import { formatName } from '../../dns/name.ts';
import { Flag } from '../../dns/wire/flags.ts';
import type { OctetLine } from '../../log/octet-line.ts';
import type { DirectExchange } from '../../plugin/direct.ts';
import { bracketed, rcodeText } from './format.ts';
import type { Field, FormatPiece } from './format-pieces.ts';

/** Writes one piece of a line. */
type Write = (line: OctetLine, direct: DirectExchange, durationNs: number) => void;

/** A piece and the most octets that it takes. */
interface Piece {
  readonly most: number;
  readonly write: Write;
}

/** A compiled format. */
export interface DirectFormat {
  /** The most octets of a line. */
  readonly most: number;
  /** Writes a line about an answered query; `durationNs` is whole. */
  readonly write: Write;
}

const DOT = 0x2e;
const LETTER_S = 0x73;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** 255 octets that are all escaped. */
const MOST_NAME = 4 * 255;
/** An IPv6 address with the longest name of an interface as its zone, in brackets. */
const MOST_ADDRESS = 256;
const MOST_NUMBER = 10;
const MOST_WORD = 16;
const TCP_REPLY_SIZE = 65_535;
const LEAST_UDP_SIZE = 512;

const encoder = new TextEncoder();
/** How those octets of a name are written that do not stand for themselves. */
const ESCAPED: readonly (Uint8Array | undefined)[] = Array.from({ length: 256 }, (_, octet) => {
  const text = formatName(Uint8Array.of(1, octet, 0)).slice(0, -1);
  return text.length === 1 ? undefined : encoder.encode(text);
});
/** The flags behind `qr`, in the order of record.ts. */
const FLAG_WORDS: readonly (readonly [bit: number, word: string])[] = [
  [Flag.AA, ',aa'],
  [Flag.TC, ',tc'],
  [Flag.RD, ',rd'],
  [Flag.RA, ',ra'],
  [Flag.AD, ',ad'],
  [Flag.CD, ',cd'],
];

/** Of the codes that fit into a header. */
const RCODE_WORDS = Array.from({ length: 16 }, (_, code) => rcodeText(code));

/** Opcode, class and the like are those that DirectExchange.read lets pass. */
const PIECES: Readonly<Record<Field, Piece>> = {
  '{type}': { most: MOST_WORD, write: (line, { type }) => line.ascii(rrTypeName(type)) },
  '{class}': literal('IN'),
  '{name}': { most: MOST_NAME, write: writeName },
  '{proto}': { most: MOST_WORD, write: (line, { isTcp }) => line.ascii(isTcp ? 'tcp' : 'udp') },
  '{remote}': { most: MOST_ADDRESS, write: writeRemote },
  '{port}': { most: MOST_NUMBER, write: (line, { peer }) => line.decimal(peer.port) },
  '{local}': {
    most: MOST_ADDRESS,
    write: (line, { localAddress }) => line.ascii(bracketed(localAddress)),
  },
  '{size}': { most: MOST_NUMBER, write: (line, { length }) => line.decimal(length) },
  '{>id}': { most: MOST_NUMBER, write: (line, { id }) => line.decimal(id) },
  '{>opcode}': literal('0'),
  '{>do}': {
    most: MOST_WORD,
    write: (line, { isDnssecOk }) => line.ascii(isDnssecOk ? 'true' : 'false'),
  },
  '{>bufsize}': { most: MOST_NUMBER, write: writeReplyLimit },
  '{rcode}': { most: MOST_WORD, write: (line, { rcode }) => line.ascii(RCODE_WORDS[rcode] ?? '') },
  '{rsize}': { most: MOST_NUMBER, write: (line, { bodyLength }) => line.decimal(bodyLength) },
  '{>rflags}': { most: 3 * FLAG_WORDS.length + 2, write: writeFlags },
  '{duration}': { most: 2 * MOST_NUMBER, write: writeDuration },
};

/** Undefined for a format with metadata, which is not collected on the short path. */
export function compileDirectFormat(pieces: readonly FormatPiece[]): DirectFormat | undefined {
  const compiled: Piece[] = [];
  for (const piece of pieces) {
    if (piece.kind === 'metadata') return undefined;
    compiled.push(piece.kind === 'literal' ? literal(piece.text) : PIECES[piece.field]);
  }
  const writers = compiled.map(({ write }) => write);
  return {
    most: compiled.reduce((sum, { most }) => sum + most, 0),
    write: (line, direct, durationNs) => {
      for (const write of writers) write(line, direct, durationNs);
    },
  };
}

function literal(text: string): Piece {
  const octets = encoder.encode(text);
  return { most: octets.length, write: (line) => line.copy(octets) };
}

function writeName(line: OctetLine, { name, nameLength }: DirectExchange): void {
  if (nameLength === 1) line.octet(DOT);
  for (let at = 0; at < nameLength - 1; ) {
    const end = at + 1 + (name[at] ?? 0);
    writeLabel(line, name, at + 1, end);
    line.octet(DOT);
    at = end;
  }
}

function writeLabel(line: OctetLine, name: Uint8Array, start: number, end: number): void {
  const { octets } = line;
  let to = line.at;
  for (let at = start; at < end; at++) {
    const octet = name[at] ?? 0;
    const escaped = ESCAPED[octet];
    if (escaped === undefined) {
      octets[to++] = octet;
    } else {
      line.at = to;
      line.copy(escaped);
      to = line.at;
    }
  }
  line.at = to;
}

function writeRemote(line: OctetLine, { peer, family }: DirectExchange): void {
  if (family === 2) line.octet(OPEN_BRACKET);
  line.ascii(peer.address);
  if (family === 2) line.octet(CLOSE_BRACKET);
}

function writeReplyLimit(line: OctetLine, { isTcp, udpSize }: DirectExchange): void {
  line.decimal(isTcp ? TCP_REPLY_SIZE : Math.max(LEAST_UDP_SIZE, udpSize));
}

function writeFlags(line: OctetLine, { replyFlags }: DirectExchange): void {
  line.ascii('qr');
  for (const [bit, word] of FLAG_WORDS) if ((replyFlags & bit) !== 0) line.ascii(word);
}

function writeDuration(line: OctetLine, _direct: DirectExchange, durationNs: number): void {
  line.seconds(durationNs);
  line.octet(LETTER_S);
}
