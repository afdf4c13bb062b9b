// A whole message as data, and the plain decoder and encoder for it: for clients, upstream replies and
// tests. Queries of clients are read by wire/query.ts, replies to them written by wire/reply-writer.ts.

import { type Edns, ednsLength } from './edns.ts';
import type { Name } from './name.ts';
import type { ResourceRecord } from './record.ts';
import { Flag, type FlagFields, flagsWord, HEADER_OCTETS, opcodeOf } from './wire/flags.ts';
import { WireReader } from './wire/reader.ts';
import { readQuestion, readRecords, splitOpt } from './wire/sections.ts';
import { MessageWriter, recordLength } from './wire/writer.ts';

/** A question; the name has the case in which it came. */
export interface Question {
  readonly name: Name;
  readonly type: number;
  readonly class: number;
}

/** A message. `additional` holds no OPT: that is `edns`. `rcode` has the extended bits. */
export interface Message extends FlagFields {
  readonly id: number;
  readonly isResponse: boolean;
  readonly questions: readonly Question[];
  readonly answer: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
  readonly edns?: Edns | undefined;
}

/** A query with one question. What `fields` does not say is 0, false or empty. */
export function queryMessage(question: Question, fields: Partial<Message> = {}): Message {
  return {
    id: 0,
    isResponse: false,
    opcode: 0,
    authoritative: false,
    truncated: false,
    recursionDesired: false,
    recursionAvailable: false,
    zero: false,
    authenticData: false,
    checkingDisabled: false,
    rcode: 0,
    questions: [question],
    answer: [],
    authority: [],
    additional: [],
    ...fields,
  };
}

/**
 * Reads a message as miekg/dns does (msg.go): counts may be too high, octets after the last record are
 * ignored, a header alone is a message. Undefined if anything in it is malformed. The result shares
 * the memory of `bytes`.
 */
export function decodeMessage(bytes: Uint8Array): Message | undefined {
  const reader = new WireReader(bytes, bytes.length);
  const id = reader.u16();
  const flags = reader.u16();
  const counts = [reader.u16(), reader.u16(), reader.u16(), reader.u16()] as const;
  const questions: Question[] = [];
  if (!reader.isAtEnd) {
    for (let left = counts[0]; left > 0 && !reader.hasFailed; left--) {
      questions.push(readQuestion(reader));
    }
  }
  const answer = readRecords(reader, counts[1]);
  const authority = readRecords(reader, counts[2]);
  const { records: additional, edns } = splitOpt(readRecords(reader, counts[3]));
  if (reader.hasFailed) return undefined;
  return {
    id,
    isResponse: (flags & Flag.QR) !== 0,
    opcode: opcodeOf(flags),
    authoritative: (flags & Flag.AA) !== 0,
    truncated: (flags & Flag.TC) !== 0,
    recursionDesired: (flags & Flag.RD) !== 0,
    recursionAvailable: (flags & Flag.RA) !== 0,
    zero: (flags & Flag.Z) !== 0,
    authenticData: (flags & Flag.AD) !== 0,
    checkingDisabled: (flags & Flag.CD) !== 0,
    rcode: (flags & 0xf) | ((edns?.extendedRcode ?? 0) << 4),
    questions,
    answer,
    authority,
    additional,
    edns,
  };
}

/** Writes a message; the OPT record comes last and takes the upper bits of `rcode`. */
export function encodeMessage(
  message: Message,
  options: { readonly compress: boolean },
): Uint8Array {
  const { questions, answer, authority, additional, edns } = message;
  const writer = new MessageWriter(new Uint8Array(messageLength(message)), options.compress);
  writer.u16(message.id);
  writer.u16((message.isResponse ? Flag.QR : 0) | flagsWord(message));
  writer.u16(questions.length);
  writer.u16(answer.length);
  writer.u16(authority.length);
  writer.u16(additional.length + (edns === undefined ? 0 : 1));
  for (const question of questions) writer.question(question.name, question.type, question.class);
  for (const section of [answer, authority, additional]) {
    for (const record of section) writer.record(record);
  }
  if (edns !== undefined) writer.opt(edns, message.rcode);
  // A view of a short array costs more than the array.
  const { bytes, offset } = writer;
  return offset === bytes.length ? bytes : bytes.subarray(0, offset);
}

function messageLength(message: Message): number {
  let length = HEADER_OCTETS;
  for (const question of message.questions) length += question.name.length + 4;
  for (const section of [message.answer, message.authority, message.additional]) {
    for (const record of section) length += recordLength(record);
  }
  return message.edns === undefined ? length : length + ednsLength(message.edns);
}
