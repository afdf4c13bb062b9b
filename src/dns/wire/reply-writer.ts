// The one encoder of replies to clients: picks plain or compressed form and drops whole records when the
// client's buffer is too small (CoreDNS request.Scrub, miekg/dns msg_truncate.go). What goes into a reply is
// decided elsewhere.
//
//   fits plain ------------------- and is at most compressOver ---> plain
//      |  no                          | no
//      v                              v
//   compressed, record by record until one does not fit; TC if one was left out; OPT always stays

import { type Edns, ednsLength } from '../edns.ts';
import type { Question } from '../message.ts';
import type { ResourceRecord } from '../record.ts';
import { Flag, type FlagFields, flagsWord, HEADER_OCTETS } from './flags.ts';
import { MessageWriter, recordLength } from './writer.ts';

/** No client's buffer counts as smaller than this (RFC 6891, section 6.2.3). */
const MIN_SIZE = 512;

/** A reply as data. `rcode` may have extended bits if there is `edns`, whose own field is not read. */
export interface ReplyData extends FlagFields {
  readonly id: number;
  readonly question: Question | undefined;
  readonly answer: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  /** Without OPT. */
  readonly additional: readonly ResourceRecord[];
  readonly edns?: Edns | undefined;
}

/** What of a message takes room beside its header. */
export type SectionsOf<T extends ReplyData> = Pick<
  T,
  'question' | 'answer' | 'authority' | 'additional' | 'edns'
>;

/** Sizes in octets. */
export interface ReplyLimits {
  /** The largest message that the client takes; less than 512 counts as 512. */
  readonly maxSize: number;
  /** Plain messages above this are compressed although they fit: 1480 for UDP over IPv4, 1220 for UDP over IPv6, Infinity for TCP. */
  readonly compressOver: number;
}

/** The octets that the reply takes without compression and without any limit. */
export function uncompressedLength(reply: SectionsOf<ReplyData>): number {
  let length = HEADER_OCTETS;
  if (reply.question !== undefined) length += reply.question.name.length + 4;
  length += sectionLength(reply.answer);
  length += sectionLength(reply.authority);
  length += sectionLength(reply.additional);
  return reply.edns === undefined ? length : length + ednsLength(reply.edns);
}

function sectionLength(records: readonly ResourceRecord[]): number {
  let length = 0;
  for (const record of records) length += recordLength(record);
  return length;
}

/**
 * Writes a reply into `out` and gives its length in octets. `out` must not be memory that the reply's
 * records share; if it is smaller than maxSize, its size is the limit.
 */
export function writeReply(reply: ReplyData, out: Uint8Array, limits: ReplyLimits): number {
  const maxSize = Math.min(Math.max(limits.maxSize, MIN_SIZE), out.length);
  const plainLength = uncompressedLength(reply);
  const isCompressing = plainLength > maxSize || plainLength > limits.compressOver;
  const writer = new MessageWriter(out, isCompressing);
  writer.offset = HEADER_OCTETS;
  if (reply.question !== undefined) {
    writer.question(reply.question.name, reply.question.type, reply.question.class);
  }
  const edns = fittingEdns(reply.edns, maxSize - writer.offset);
  // The OPT record's room is set aside first: it is never dropped.
  const limit = maxSize - (edns === undefined ? 0 : ednsLength(edns));
  const answers = writeSection(writer, reply.answer, limit);
  const isAnswerWhole = answers === reply.answer.length;
  const authorities = isAnswerWhole ? writeSection(writer, reply.authority, limit) : 0;
  const isAuthorityWhole = isAnswerWhole && authorities === reply.authority.length;
  const additionals = isAuthorityWhole ? writeSection(writer, reply.additional, limit) : 0;
  const isWhole = isAuthorityWhole && additionals === reply.additional.length;
  if (edns !== undefined) writer.opt(edns, reply.rcode);
  const length = writer.offset;
  writer.offset = 0;
  writer.u16(reply.id);
  writer.u16(Flag.QR | flagsWord(reply) | (isWhole ? 0 : Flag.TC));
  writer.u16(reply.question === undefined ? 0 : 1);
  writer.u16(answers);
  writer.u16(authorities);
  writer.u16(additionals + (edns === undefined ? 0 : 1));
  return length;
}

/** The OPT record as it can be sent in `room` octets: one with huge options loses them. */
function fittingEdns(edns: Edns | undefined, room: number): Edns | undefined {
  return edns === undefined || ednsLength(edns) <= room ? edns : { ...edns, options: [] };
}

/** Writes records until one does not fit; gives how many were written. */
function writeSection(
  writer: MessageWriter,
  records: readonly ResourceRecord[],
  limit: number,
): number {
  let count = 0;
  for (const record of records) {
    const start = writer.offset;
    writer.record(record);
    if (writer.offset > limit) {
      writer.offset = start;
      return count;
    }
    count++;
  }
  return count;
}
