// Reads a client's query, the cheapest refusal first: what CoreDNS refuses before its plugins run, and
// with which reply (miekg/dns acceptfunc.go and server.go). Everything after this file may trust the query.

import { Opcode } from '../codes/opcode.ts';
import { Rcode } from '../codes/rcode.ts';
import type { Edns } from '../edns.ts';
import type { Question } from '../message.ts';
import type { ResourceRecord } from '../record.ts';
import { Flag, HEADER_OCTETS, opcodeOf } from './flags.ts';
import { WireReader } from './reader.ts';
import { readQuestion, readRecords, splitOpt } from './sections.ts';
import { MessageWriter } from './writer.ts';

const MAX_ANSWERS = 1; // NOTIFY may carry the new SOA (RFC 1996, section 3.7).
const MAX_AUTHORITIES = 1; // IXFR carries the SOA that the client has (RFC 1995, section 3).
const MAX_ADDITIONALS = 2; // OPT and TSIG.

/** A query that is well-formed as a whole. It shares the memory of the received octets. */
export interface Query {
  readonly isFault: false;
  readonly id: number;
  /** The whole flags word as received, for those who pass the query on. */
  readonly flags: number;
  readonly opcode: number;
  readonly recursionDesired: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  readonly question: Question;
  readonly answer: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  /** Without the OPT record. */
  readonly additional: readonly ResourceRecord[];
  readonly edns: Edns | undefined;
}

/** Octets that never reach a plugin. */
export interface QueryFault {
  readonly isFault: true;
  /** There is no reply: too short for a header, or itself a response. */
  readonly isSilent: boolean;
  /** CoreDNS counts it as an answered query of the zone `dropped`. */
  readonly isCounted: boolean;
  readonly rcode: number;
  readonly id: number;
  /** The reply's flags word, QR and response code set. */
  readonly flags: number;
  /** The question to give back, if it could be read. */
  readonly question: Question | undefined;
}

const SILENT: QueryFault = {
  isFault: true,
  isSilent: true,
  isCounted: false,
  rcode: Rcode.NOERROR,
  id: 0,
  flags: 0,
  question: undefined,
};

/** What of a request's flags a refusal keeps: all but opcode, AA, Z and the response code. */
const KEPT_ON_FORMERR = Flag.QR | Flag.TC | Flag.RD | Flag.RA | Flag.AD | Flag.CD;

/** Reads the first `length` octets of `bytes`: one datagram (cut to 512 octets by the caller) or one frame. */
export function readQuery(bytes: Uint8Array, length: number): Query | QueryFault {
  if (length < HEADER_OCTETS) return SILENT;
  const reader = new WireReader(bytes, length);
  const id = reader.u16();
  const flags = reader.u16();
  if ((flags & Flag.QR) !== 0) return SILENT;
  const opcode = opcodeOf(flags);
  if (opcode !== Opcode.QUERY && opcode !== Opcode.NOTIFY) {
    return refusal(id, flags, Rcode.NOTIMP, opcode);
  }
  const questionCount = reader.u16();
  const answerCount = reader.u16();
  const authorityCount = reader.u16();
  const additionalCount = reader.u16();
  const isCountFine =
    questionCount === 1 &&
    answerCount <= MAX_ANSWERS &&
    authorityCount <= MAX_AUTHORITIES &&
    additionalCount <= MAX_ADDITIONALS;
  if (!isCountFine) return refusal(id, flags, Rcode.FORMERR);
  if (reader.isAtEnd) return emptyQuery(id, flags, opcode);
  const question = readQuestion(reader);
  if (reader.hasFailed) return refusal(id, flags, Rcode.FORMERR);
  const answer = readRecords(reader, answerCount);
  const authority = readRecords(reader, authorityCount);
  const { records: additional, edns } = splitOpt(readRecords(reader, additionalCount));
  if (reader.hasFailed) return refusal(id, flags, Rcode.FORMERR, Opcode.QUERY, question);
  return {
    isFault: false,
    id,
    flags,
    opcode,
    recursionDesired: (flags & Flag.RD) !== 0,
    authenticData: (flags & Flag.AD) !== 0,
    checkingDisabled: (flags & Flag.CD) !== 0,
    question,
    answer,
    authority,
    additional,
    edns,
  };
}

/** FORMERR has the opcode QUERY whatever was asked; only NOTIMP keeps it (miekg/dns server.go). */
function refusal(
  id: number,
  flags: number,
  rcode: number,
  opcode: number = Opcode.QUERY,
  question?: Question,
): QueryFault {
  const word = Flag.QR | (flags & KEPT_ON_FORMERR) | (opcode << 11) | rcode;
  return { isFault: true, isSilent: false, isCounted: false, rcode, id, flags: word, question };
}

/** A header that promises a question and ends: it gets as far as CoreDNS's ServeDNS, which fails it. */
function emptyQuery(id: number, flags: number, opcode: number): QueryFault {
  const kept = opcode === Opcode.QUERY ? flags & (Flag.RD | Flag.CD) : 0;
  return {
    isFault: true,
    isSilent: false,
    isCounted: true,
    rcode: Rcode.SERVFAIL,
    id,
    flags: Flag.QR | kept | (opcode << 11) | Rcode.SERVFAIL,
    question: undefined,
  };
}

/** Writes the reply to a fault that is not silent into `out` (at least 512 octets); gives its length. */
export function writeFault(fault: QueryFault, out: Uint8Array): number {
  const writer = new MessageWriter(out, false);
  writer.u16(fault.id);
  writer.u16(fault.flags);
  writer.u16(fault.question === undefined ? 0 : 1);
  writer.u16(0);
  writer.u32(0);
  if (fault.question !== undefined) {
    writer.question(fault.question.name, fault.question.type, fault.question.class);
  }
  return writer.offset;
}
