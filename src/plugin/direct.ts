// A query on the short path: read in place, answered into the output buffer, nothing allocated. It gives the same bytes as
// the general path (Exchange, Handler.serve) and leaves to it whatever is not plain: unusual packets, options, replies that
// must be cut or compressed. server/direct-path.ts drives it; a handler takes part by its role (plugin/direct-role.ts).

import { RRClass } from '../dns/codes/rr-class.ts';
import { RRType } from '../dns/codes/rr-type.ts';
import { u16At } from '../dns/rdata/octets.ts';
import { type PlainSections, writeTtls } from '../dns/wire/plain-records.ts';
import { takeTurns } from './address-turns.ts';

const HEADER_OCTETS = 12;
/** Behind the name of a question: type and class. */
const QUESTION_TAIL = 4;
/** An OPT record without options: root, type, size, extended rcode, version, flags, length. */
const OPT_OCTETS = 11;
/** In front of the data of a record: type, class, TTL, length. */
const RECORD_HEAD = 10;
/** A plain query is never longer: header, longest name, type, class, OPT. */
export const MAX_QUERY_OCTETS: number = HEADER_OCTETS + 255 + QUESTION_TAIL + OPT_OCTETS;
const MIN_UDP_SIZE = 512;
const MAX_MESSAGE_OCTETS = 65_535;
/** Larger UDP replies are compressed although they fit (request.go, Scrub); the general path does that. */
const COMPRESS_OVER = [0, 1480, 1220] as const;

const FLAG_AUTHORITATIVE = 0x04;
const FLAG_RESPONSE = 0x80;
const FLAG_RECURSION_DESIRED = 0x01;
const FLAG_CHECKING_DISABLED = 0x10;
const FLAG_AUTHENTIC_DATA = 0x20;
const FLAG_RECURSION_AVAILABLE = 0x80;

/** A client's end. */
export interface DirectPeer {
  /** Text form without zone or brackets; made when it is asked for. */
  readonly address: string;
  readonly port: number;
}

const NO_PEER: DirectPeer = { address: '', port: 0 };

/** A query and its reply, both as octets. One object a thread, pointed at one packet after the other. */
export class DirectExchange {
  /** Set by who drives it. */
  isTcp = false;
  /** 1 IPv4, 2 IPv6: the client's. */
  family: 1 | 2 = 1;
  peer: DirectPeer = NO_PEER;
  /** The address that the listener is bound to, as Client has it. */
  localAddress = '';
  /** Label of the listener for counting. */
  server = '';
  /** Milliseconds of the monotonic clock when the packet was taken. */
  startMs = 0;
  /** The same of what was taken last: the packet, or the reply that it has waited for. */
  nowMs = 0;
  /** The same when the reply was done; for those who count it. */
  endMs = 0;
  /** Blocks with a view have no short path. */
  readonly view = '';
  /** Which of several addresses comes first (turnOf); moves on with every query and every reply that is passed on. */
  rotation = 0;
  /** Whether several addresses shall not always come in the same order. */
  rotates = false;

  packet: Uint8Array = new Uint8Array(0);
  /** Offset of the name in `packet`. */
  nameStart = 0;
  /** The name in lower case, `nameLength` octets with the root label. */
  readonly name: Uint8Array = new Uint8Array(256);
  nameLength = 0;
  /** Whether the query spells its name with capitals. */
  hasCapitals = false;
  type = 0;
  hasEdns = false;
  udpSize = 0;
  isDnssecOk = false;
  /** Octets of the query without what follows it. */
  length = 0;

  out: Uint8Array = new Uint8Array(0);
  rcode = 0;
  /** Flags of the reply; AA is set unless somebody else's reply is passed on. */
  isAuthoritative = true;
  isRecursionAvailable = false;
  isAuthenticData = false;
  /** Octets of the reply without OPT: what is counted (CoreDNS's recorder sees the reply before the OPT). */
  bodyLength = 0;
  #start = 0;
  #at = 0;
  #limit = 0;
  #answers = 0;
  #authorities = 0;
  #additionals = 0;

  /**
   * Reads a packet. False for everything but a plain query: opcode QUERY, one question of class IN with an uncompressed
   * name, no records but at most an OPT of version 0 without options.
   */
  read(packet: Uint8Array, start: number, length: number): boolean {
    if (length < HEADER_OCTETS + 1 + QUESTION_TAIL || length > MAX_QUERY_OCTETS) return false;
    if (!isPlainHeader(packet, start)) return false;
    this.packet = packet;
    this.nameStart = start + HEADER_OCTETS;
    const tail = this.#readName(packet, start + length);
    if (tail < 0 || tail + QUESTION_TAIL > start + length) return false;
    this.type = u16At(packet, tail);
    if (packet[tail + 2] !== 0 || packet[tail + 3] !== RRClass.IN) return false;
    this.hasEdns = packet[start + 11] === 1;
    this.isDnssecOk = false;
    this.udpSize = 0;
    this.length = tail + QUESTION_TAIL - start;
    return !this.hasEdns || this.#readOpt(packet, tail + QUESTION_TAIL, start + length);
  }

  /** Moves on to the next turn, where the chain rotates addresses. */
  beginTurn(rotates: boolean): void {
    this.rotates = rotates;
    if (rotates) this.rotation = (this.rotation + 1) & 0xffff;
  }

  /** Lowers and measures the name; the offset behind it, or -1. */
  #readName(packet: Uint8Array, end: number): number {
    const { name } = this;
    let at = this.nameStart;
    let to = 0;
    let changed = 0;
    for (;;) {
      const length = packet[at] ?? 0;
      if (length > 63 || to + length > 253 || at + length >= end) return -1;
      name[to++] = length;
      at += 1;
      if (length === 0) break;
      for (const stop = at + length; at < stop; at++) {
        const octet = packet[at] ?? 0;
        const lower = octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
        changed |= octet ^ lower;
        name[to++] = lower;
      }
    }
    this.nameLength = to;
    this.hasCapitals = changed !== 0;
    return at;
  }

  #readOpt(packet: Uint8Array, at: number, end: number): boolean {
    if (at + OPT_OCTETS > end) return false;
    if (packet[at] !== 0 || packet[at + 1] !== 0 || packet[at + 2] !== RRType.OPT) return false;
    // Neither the extended rcode nor the flags' lower octet come back; version, options and the flags beside DO do.
    if (packet[at + 6] !== 0 || ((packet[at + 7] ?? 0) & 0x7f) !== 0) return false;
    if (packet[at + 9] !== 0 || packet[at + 10] !== 0) return false;
    this.udpSize = u16At(packet, at + 3);
    this.isDnssecOk = ((packet[at + 7] ?? 0) & 0x80) !== 0;
    this.length += OPT_OCTETS;
    return true;
  }

  /** The query's id. */
  get id(): number {
    return u16At(this.packet, this.nameStart - HEADER_OCTETS);
  }

  /** The flags and the code of the reply's header, once it has ended. */
  get replyFlags(): number {
    return u16At(this.out, this.#start + 2);
  }

  /** Whether the name is in one of these zones (lower case). */
  isInSome(zones: readonly Uint8Array[]): boolean {
    for (const zone of zones) if (endsInZone(this.name, this.nameLength, zone)) return true;
    return false;
  }

  /** Whether the name may fall through, as fallsThrough of zones.ts says it of a query's. */
  fallsThrough(zones: readonly Uint8Array[] | undefined): boolean {
    return zones !== undefined && (zones.length === 0 || this.isInSome(zones));
  }

  /** Begins the reply at `start` of `out`: header and question, in the spelling of the query. */
  begin(out: Uint8Array, start: number): void {
    const { packet, nameStart } = this;
    this.out = out;
    this.#start = start;
    this.#answers = 0;
    this.#authorities = 0;
    this.#additionals = 0;
    this.rcode = 0;
    this.isAuthoritative = true;
    this.isRecursionAvailable = false;
    this.isAuthenticData = false;
    this.#at = start;
    this.octets(packet, nameStart - HEADER_OCTETS, this.questionLength);
    const room = this.isTcp ? MAX_MESSAGE_OCTETS : this.#udpRoom();
    this.#limit = Math.min(start + room, out.length) - (this.hasEdns ? OPT_OCTETS : 0);
  }

  #udpRoom(): number {
    return Math.min(Math.max(this.udpSize, MIN_UDP_SIZE), COMPRESS_OVER[this.family]);
  }

  /** Whether a record with these octets of name and data fits as it is. */
  fits(nameLength: number, dataLength: number): boolean {
    return this.#at + nameLength + RECORD_HEAD + dataLength <= this.#limit;
  }

  /** Begins a record of the answer section whose owner is the name as asked; the data of `dataLength` octets comes next. */
  answerRecord(type: number, ttl: number, dataLength: number): void {
    this.octets(this.packet, this.nameStart, this.nameLength);
    this.#head(type, ttl, dataLength);
    this.#answers += 1;
  }

  /** Appends a whole record of the authority section; false when it does not fit. */
  authorityRecord(record: Uint8Array): boolean {
    const at = this.#at;
    if (at + record.length > this.#limit) return false;
    this.out.set(record, at);
    this.#at = at + record.length;
    this.#authorities += 1;
    return true;
  }

  /** Goes on with a record of the additional section whose owner was written with octets() and suffix(). */
  additionalRecord(type: number, ttl: number, dataLength: number): void {
    this.#head(type, ttl, dataLength);
    this.#additionals += 1;
  }

  /**
   * Appends whole sections with this TTL, which are all that the reply has; false when they do not fit, or loadbalance would do
   * more than let their addresses take turns.
   */
  sections(stored: PlainSections, ttl: number): boolean {
    const start = this.#at;
    const length = stored.end - stored.start;
    if (start + length > this.#limit) return false;
    this.octets(stored.octets, stored.start, length);
    writeTtls(this.out, start, this.#at, ttl);
    this.#count(stored);
    return this.#takesTurns(stored, start - stored.start);
  }

  /** Takes note of sections that were written from `at` on; for the rest as `sections`. */
  wrote(sections: PlainSections): boolean {
    this.#at = sections.end;
    this.#count(sections);
    return this.#takesTurns(sections, 0);
  }

  #takesTurns(sections: PlainSections, shift: number): boolean {
    return !this.rotates || takeTurns(sections, this.out, shift, this.rotation);
  }

  /** Where the next octet of the reply goes, and up to where it may go on. */
  get at(): number {
    return this.#at;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Where the question's name stands in `out`. */
  get replyName(): number {
    return this.#start + HEADER_OCTETS;
  }

  /** Octets of header and question. */
  get questionLength(): number {
    return HEADER_OCTETS + this.nameLength + QUESTION_TAIL;
  }

  #count({ answers, authorities, additionals }: PlainSections): void {
    this.#answers = answers;
    this.#authorities = authorities;
    this.#additionals = additionals;
  }

  /** Flags RD and CD of the query. */
  get isRecursionDesired(): boolean {
    const { packet, nameStart } = this;
    return ((packet[nameStart - HEADER_OCTETS + 2] ?? 0) & FLAG_RECURSION_DESIRED) !== 0;
  }

  get isCheckingDisabled(): boolean {
    return this.#hasFlag(FLAG_CHECKING_DISABLED);
  }

  /** Whether the client wants the flag AD: it has set it, or DO (RFC 6840 section 5.7). */
  get isAuthenticDataWanted(): boolean {
    return this.isDnssecOk || this.#hasFlag(FLAG_AUTHENTIC_DATA);
  }

  #hasFlag(flag: number): boolean {
    return ((this.packet[this.nameStart - HEADER_OCTETS + 3] ?? 0) & flag) !== 0;
  }

  #head(type: number, ttl: number, dataLength: number): void {
    this.u16(type);
    this.u16(RRClass.IN);
    this.u32(ttl);
    this.u16(dataLength);
  }

  u16(value: number): void {
    this.out[this.#at++] = value >> 8;
    this.out[this.#at++] = value;
  }

  u32(value: number): void {
    this.putU32(this.#at, value);
    this.#at += 4;
  }

  /** Copies octets; there is room when fits() said so. */
  octets(from: Uint8Array, offset: number, length: number): void {
    this.#put(this.#at, from, offset, length);
    this.#at += length;
  }

  /** Copies the end of the name, as asked, from `skipped` octets on. */
  suffix(skipped: number): void {
    this.octets(this.packet, this.nameStart + skipped, this.nameLength - skipped);
  }

  /** Writes a number over what was appended. */
  putU32(at: number, value: number): void {
    const { out } = this;
    out[at] = value >>> 24;
    out[at + 1] = value >>> 16;
    out[at + 2] = value >>> 8;
    out[at + 3] = value;
  }

  /** Writes the last `length` octets of the name, as asked, over what was appended. */
  putSuffix(at: number, length: number): void {
    this.#put(at, this.packet, this.nameStart + this.nameLength - length, length);
  }

  #put(at: number, from: Uint8Array, offset: number, length: number): void {
    const { out } = this;
    const end = offset + length;
    let to = at;
    for (let next = offset; next < end; next++) out[to++] = from[next] ?? 0;
  }

  /** Ends the reply: flags, counts, the client's OPT. Returns its octets. */
  end(): number {
    const { out, packet, nameStart } = this;
    const start = this.#start;
    this.bodyLength = this.#at - start;
    const flags = packet[nameStart - HEADER_OCTETS + 2] ?? 0;
    const moreFlags = packet[nameStart - HEADER_OCTETS + 3] ?? 0;
    out[start + 2] =
      FLAG_RESPONSE |
      (this.isAuthoritative ? FLAG_AUTHORITATIVE : 0) |
      (flags & FLAG_RECURSION_DESIRED);
    out[start + 3] =
      (moreFlags & FLAG_CHECKING_DISABLED) |
      (this.isRecursionAvailable ? FLAG_RECURSION_AVAILABLE : 0) |
      (this.isAuthenticData ? FLAG_AUTHENTIC_DATA : 0) |
      this.rcode;
    out[start + 6] = this.#answers >> 8;
    out[start + 7] = this.#answers;
    out[start + 8] = this.#authorities >> 8;
    out[start + 9] = this.#authorities;
    const additionals = this.#additionals + (this.hasEdns ? 1 : 0);
    out[start + 10] = additionals >> 8;
    out[start + 11] = additionals;
    if (this.hasEdns) this.#writeOpt();
    return this.#at - start;
  }

  #writeOpt(): void {
    this.out[this.#at++] = 0;
    this.u16(RRType.OPT);
    this.u16(this.udpSize);
    this.u16(0);
    this.u16(this.isDnssecOk ? 0x8000 : 0);
    this.u16(0);
  }
}

/** QR and opcode zero; one question, no answer, no authority, at most one additional record. */
function isPlainHeader(packet: Uint8Array, start: number): boolean {
  if (((packet[start + 2] ?? 0) & 0xf8) !== 0 || packet[start + 5] !== 1) return false;
  let counts = packet[start + 4] ?? 0;
  for (let at = start + 6; at < start + 11; at++) counts |= packet[at] ?? 0;
  return counts === 0 && (packet[start + 11] ?? 0) <= 1;
}

/** Whether the name ends in a zone (lower case, wire form); label borders are those of the name's own labels. */
export function endsInZone(name: Uint8Array, nameLength: number, zone: Uint8Array): boolean {
  const offset = nameLength - zone.length;
  if (offset < 0) return false;
  // The root zone holds every name.
  if (zone.length === 1) return true;
  let own = offset;
  for (let i = 0; i < zone.length; i++) if (name[own++] !== zone[i]) return false;
  let at = 0;
  while (at < offset) at += 1 + (name[at] ?? 0);
  return at === offset;
}
