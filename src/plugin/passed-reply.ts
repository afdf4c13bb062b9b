// A server's reply on the short path: read from where it was received, its records written straight behind the client's question.
// Takes plain replies only, of three kinds: an answer (aliases first, in their order, then what was asked for), a denial with a SOA
// of a name or of a type. All others, and whatever is malformed, are for the general path.

import { Rcode } from '../dns/codes/rcode.ts';
import { RRClass } from '../dns/codes/rr-class.ts';
import { RRType } from '../dns/codes/rr-type.ts';
import { lowerOctet } from '../dns/name.ts';
import { u16At } from '../dns/rdata/octets.ts';
import type { PlainSections } from '../dns/wire/plain-records.ts';
import { RecordCopier } from '../dns/wire/record-copier.ts';
import type { DirectExchange } from './direct.ts';

/** QR, opcode and TC; AA and RD are passed on. */
const FIXED_FLAGS = 0xfa;
const FLAG_RESPONSE = 0x80;
const FLAG_AUTHORITATIVE = 0x04;
const FLAG_RECURSION_DESIRED = 0x01;
const FLAG_RECURSION_AVAILABLE = 0x80;
const FLAG_AUTHENTIC_DATA = 0x20;
const FLAG_CHECKING_DISABLED = 0x10;
const RCODE_MASK = 0x0f;
/** Names that an answer may be an alias of, one after the other. */
const MAX_ALIASES = 8;
/** Above all TTLs; a plain reply has at least one record. */
const NO_TTL = 0xffff_ffff;

/** The reply at hand; one object a thread. */
export class PassedReply implements PlainSections {
  /** Where the records are: in the client's reply. */
  octets: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  answers = 0;
  authorities = 0;
  additionals = 0;
  /** Seconds. */
  lowestTtl = 0;
  /** It says that there is nothing, and has a SOA; else it is an answer. */
  isDenial = false;
  readonly #copier: RecordCopier = new RecordCopier();
  /** Offsets of the names that lead to the answer, the asked one first. */
  readonly #owners: Int32Array = new Int32Array(MAX_ALIASES + 1);
  #lastOwner = 0;
  #hasSoa = false;

  /**
   * Reads the reply to the query of `direct`, whose reply has begun, and writes flags and records there. The reply lies in
   * `message` from `start` to before `end`, and repeats the question, in its spelling. False when it is not plain.
   */
  read(direct: DirectExchange, message: Uint8Array, start: number, end: number): boolean {
    if (!takeFlags(direct, message, start)) return false;
    const copier = this.#copier;
    copier.from(message, start, end, start + direct.questionLength);
    copier.into(direct.out, direct.at, direct.limit);
    this.octets = direct.out;
    this.start = direct.at;
    this.answers = u16At(message, start + 6);
    this.authorities = u16At(message, start + 8);
    this.lowestTtl = NO_TTL;
    this.#hasSoa = false;
    this.isDenial = this.answers === 0;
    if (direct.rcode === Rcode.NXDOMAIN && !this.isDenial) return false;
    if (!(this.#copyAnswers(direct) && this.#copyAuthorities())) return false;
    if (!this.#copyAdditionals(u16At(message, start + 10))) return false;
    if (this.isDenial && !this.#hasSoa) return false;
    this.end = copier.to;
    return direct.wrote(this);
  }

  /** Aliases from the asked name on, none of them twice, then records of the asked type. */
  #copyAnswers(direct: DirectExchange): boolean {
    const copier = this.#copier;
    const owners = this.#owners;
    owners[0] = direct.replyName;
    this.#lastOwner = 0;
    let isAnswered = this.isDenial;
    for (let left = this.answers; left > 0; left--) {
      if (!this.#copy() || copier.class !== RRClass.IN) return false;
      if (!isSameName(this.octets, copier.owner, owners[this.#lastOwner] ?? 0)) return false;
      if (copier.type === direct.type) isAnswered = true;
      else if (isAnswered || copier.type !== RRType.CNAME || !this.#addOwner()) return false;
    }
    return isAnswered && !(direct.type === RRType.CNAME && this.answers > 1);
  }

  #addOwner(): boolean {
    const owners = this.#owners;
    const { rdata: target, to } = this.#copier;
    if (target === to || this.#lastOwner === MAX_ALIASES) return false;
    for (let at = 0; at <= this.#lastOwner; at++)
      if (isSameName(this.octets, owners[at] ?? 0, target)) return false;
    this.#lastOwner += 1;
    owners[this.#lastOwner] = target;
    return true;
  }

  #copyAuthorities(): boolean {
    for (let left = this.authorities; left > 0; left--) {
      if (!this.#copy()) return false;
      if (this.#copier.type === RRType.SOA) this.#hasSoa = true;
    }
    return true;
  }

  /** All but the OPT record, which is between neighbours (RFC 6891 section 6.2.1). */
  #copyAdditionals(count: number): boolean {
    const copier = this.#copier;
    this.additionals = count;
    for (let left = count; left > 0; left--) {
      if (this.#copy()) continue;
      // Upper bits of a response code would come first in its TTL.
      if (copier.type !== RRType.OPT || copier.hasFailed || copier.ttl >= 1 << 24) return false;
      copier.to = copier.owner;
      this.additionals -= 1;
    }
    return true;
  }

  /** False also for an OPT record, and for signatures: these have a time that the general path looks at. */
  #copy(): boolean {
    const copier = this.#copier;
    if (!copier.copy() || copier.type === RRType.RRSIG || copier.type === RRType.OPT) return false;
    if (copier.ttl < this.lowestTtl) this.lowestTtl = copier.ttl;
    return true;
  }
}

/** Header flags that a client sees; false for a reply that is not plain. */
function takeFlags(direct: DirectExchange, message: Uint8Array, start: number): boolean {
  const flags = message[start + 2] ?? 0;
  const moreFlags = message[start + 3] ?? 0;
  const isAsAsked =
    ((flags & FLAG_RECURSION_DESIRED) !== 0) === direct.isRecursionDesired &&
    ((moreFlags & FLAG_CHECKING_DISABLED) !== 0) === direct.isCheckingDisabled;
  direct.rcode = moreFlags & RCODE_MASK;
  direct.isAuthoritative = (flags & FLAG_AUTHORITATIVE) !== 0;
  direct.isRecursionAvailable = (moreFlags & FLAG_RECURSION_AVAILABLE) !== 0;
  direct.isAuthenticData = (moreFlags & FLAG_AUTHENTIC_DATA) !== 0;
  const isKnown = direct.rcode === Rcode.NOERROR || direct.rcode === Rcode.NXDOMAIN;
  return isKnown && isAsAsked && (flags & FIXED_FLAGS) === FLAG_RESPONSE;
}

/** Whether names that stand at two places are the same; label lengths are below the capitals. */
function isSameName(octets: Uint8Array, a: number, b: number): boolean {
  for (let i = 0; ; i++) {
    const octet = octets[a + i] ?? 0;
    const other = octets[b + i] ?? 0;
    if (octet !== other && lowerOctet(octet) !== lowerOctet(other)) return false;
    if (octet === 0) return true;
  }
}
