// One stored reply: what it answers, how old it is, and how to write it again (CoreDNS: plugin/cache/item.go). Its question's name
// and its records are octets in one piece of memory; the general path makes records of them when it has its first hit. An entry
// that only the short path has seen can be filled again once it is thrown out: a full cache then leaves no garbage.

import { RRClass } from '../../dns/codes/rr-class.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import {
  type PlainSections,
  plainLength,
  plainRecords,
  writePlain,
} from '../../dns/wire/plain-records.ts';
import type { DirectExchange } from '../../plugin/direct.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { StoreKind } from './metrics.ts';
import { recordsWithTtl } from './ttl.ts';

const MS_PER_SECOND = 1000;
const NO_OCTETS = new Uint8Array(0);
/** Memory is used again for what leaves no more than this of it unused. */
const MAX_UNUSED_OCTETS = 128;

/** The sections of a reply with one TTL. */
interface Sections {
  readonly ttl: number;
  readonly answer: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
}

/** What is known of a reply besides its records. */
export interface EntryFacts {
  readonly store: StoreKind;
  readonly ttlSeconds: number;
  readonly isAnswering: boolean;
}

/** What of a question counts besides its name. */
interface Asked {
  readonly type: number;
  readonly isDnssecOk: boolean;
  readonly isCheckingDisabled: boolean;
}

/** A stored reply. Times are the clock's monotonicMs. */
export class Entry implements PlainSections {
  store: StoreKind = 'success';
  rcode = 0;
  /** TTL when it was stored. */
  ttlSeconds = 0;
  isAnswering = false;
  /** The wildcard that the reply came from, '' when it is not known to come from one. */
  wildcard = '';
  /** An answer that this one, which has none, has replaced (serve_stale_policy). */
  lastAnswer: Entry | undefined = undefined;
  /** Somebody may hold on to it, or to its records: it must not be filled again. */
  isShared = false;
  /** The name in lower case, up to `start`, then the records, up to `end`. */
  octets: Uint8Array = NO_OCTETS;
  start = 0;
  end = 0;
  answers = 0;
  authorities = 0;
  additionals = 0;
  #storedMs = 0;
  #type = 0;
  #class = 0;
  #isDnssecOk = false;
  #isCheckingDisabled = false;
  #isAuthenticData = false;
  #isRecursionAvailable = false;
  /** As last written on the general path: all hits of one second share the records. */
  #sections: Sections | undefined = undefined;
  #hits = 0;
  #lastHitMs = Number.NEGATIVE_INFINITY;
  #isRefreshing = false;
  #retryAtMs = Number.NEGATIVE_INFINITY;

  /** Stores the written reply of an exchange, whose records have the TTL of `facts`. */
  static of(exchange: Exchange, facts: EntryFacts, nowMs: number, lastAnswer?: Entry): Entry {
    const entry = new Entry();
    const { name, reply } = exchange;
    const { answer, authority, additional } = reply;
    const records = [...answer, ...authority, ...additional];
    entry.octets = new Uint8Array(name.length + plainLength(records));
    entry.octets.set(name);
    entry.start = name.length;
    entry.end = writePlain(records, entry.octets, name.length);
    entry.answers = answer.length;
    entry.authorities = authority.length;
    entry.additionals = additional.length;
    entry.wildcard = exchange.metadata?.get('zone/wildcard')?.() ?? '';
    entry.lastAnswer = lastAnswer;
    entry.isShared = true;
    entry.#note(exchange, exchange.class, facts, nowMs);
    entry.rcode = reply.rcode;
    entry.#isAuthenticData = reply.isAuthenticData;
    entry.#isRecursionAvailable = reply.isRecursionAvailable;
    return entry;
  }

  /** Stores the reply of the short path, which has these records, in the place of what was here. */
  refill(direct: DirectExchange, records: PlainSections, facts: EntryFacts): void {
    this.#take(direct, records);
    this.#note(direct, RRClass.IN, facts, direct.nowMs);
    this.rcode = direct.rcode;
    this.#isAuthenticData = direct.isAuthenticData;
    this.#isRecursionAvailable = direct.isRecursionAvailable;
  }

  #take({ name, nameLength }: DirectExchange, records: PlainSections): void {
    const length = nameLength + records.end - records.start;
    const unused = this.octets.length - length;
    if (unused < 0 || unused > MAX_UNUSED_OCTETS) this.octets = new Uint8Array(length);
    const { octets } = this;
    // Octet by octet: for so few of them, a view to copy from costs more.
    for (let at = 0; at < nameLength; at++) octets[at] = name[at] ?? 0;
    const shift = nameLength - records.start;
    for (let at = records.start; at < records.end; at++)
      octets[at + shift] = records.octets[at] ?? 0;
    this.start = nameLength;
    this.end = length;
    this.answers = records.answers;
    this.authorities = records.authorities;
    this.additionals = records.additionals;
  }

  #note(asked: Asked, askedClass: number, facts: EntryFacts, nowMs: number): void {
    this.store = facts.store;
    this.ttlSeconds = facts.ttlSeconds;
    this.isAnswering = facts.isAnswering;
    this.#storedMs = nowMs;
    this.#type = asked.type;
    this.#class = askedClass;
    this.#isDnssecOk = asked.isDnssecOk;
    this.#isCheckingDisabled = asked.isCheckingDisabled;
  }

  /** Whether this is a reply to the exchange's question, and not to one with the same key. */
  isFor(exchange: Exchange): boolean {
    return this.#matches(exchange, exchange.class, exchange.name, exchange.name.length);
  }

  /** The same for a query of the short path. */
  isForDirect(direct: DirectExchange): boolean {
    return this.#matches(direct, RRClass.IN, direct.name, direct.nameLength);
  }

  /** The name is in lower case. */
  #matches(asked: Asked, askedClass: number, name: Uint8Array, nameLength: number): boolean {
    return (
      this.#type === asked.type &&
      this.#class === askedClass &&
      this.#isDnssecOk === asked.isDnssecOk &&
      this.#isCheckingDisabled === asked.isCheckingDisabled &&
      this.start === nameLength &&
      this.#hasName(name)
    );
  }

  #hasName(name: Uint8Array): boolean {
    const { octets, start } = this;
    for (let at = 0; at < start; at++) if (octets[at] !== name[at]) return false;
    return true;
  }

  /** Seconds that are left, zero or less when it has expired. */
  ttlAt(nowMs: number): number {
    return this.ttlSeconds - Math.trunc((nowMs - this.#storedMs) / MS_PER_SECOND);
  }

  /** Writes the reply with this TTL: authoritative, as CoreDNS has it for clients that drop all else. */
  write(exchange: Exchange, ttl: number): void {
    const { reply } = exchange;
    const { answer, authority, additional } = this.#sectionsWith(ttl);
    reply.isAuthoritative = true;
    reply.isRecursionAvailable = this.#isRecursionAvailable;
    // AD is for clients that know of it (RFC 6840 section 5.8).
    const isAuthenticWanted = exchange.isDnssecOk || exchange.isAuthenticData;
    reply.isAuthenticData = this.#isAuthenticData && isAuthenticWanted;
    // Plugins in front may change the arrays.
    reply.answer = answer.slice();
    reply.authority = authority.slice();
    reply.additional = additional.slice();
    if (this.wildcard !== '') exchange.metadata?.set('zone/wildcard', () => this.wildcard);
    reply.write(this.rcode);
  }

  #sectionsWith(ttl: number): Sections {
    let sections = this.#sections;
    if (sections?.ttl !== ttl) {
      const { answer, authority, additional } = sections ?? plainRecords(this);
      sections = {
        ttl,
        answer: recordsWithTtl(answer, ttl),
        authority: recordsWithTtl(authority, ttl),
        additional: recordsWithTtl(additional, ttl),
      };
      this.#sections = sections;
    }
    return sections;
  }

  /** Writes the same reply on the short path; false when it must go the general way. */
  writeDirect(direct: DirectExchange, ttl: number): boolean {
    if (!direct.sections(this, ttl)) return false;
    direct.rcode = this.rcode;
    direct.isRecursionAvailable = this.#isRecursionAvailable;
    direct.isAuthenticData = this.#isAuthenticData && direct.isAuthenticDataWanted;
    return true;
  }

  /** Hits without a longer pause than `spanMs`, this one counted. */
  countHit(nowMs: number, spanMs: number): number {
    this.#hits = nowMs - this.#lastHitMs > spanMs ? 1 : this.#hits + 1;
    this.#lastHitMs = nowMs;
    return this.#hits;
  }

  /** Goes on counting where another entry stopped. */
  inheritHits(entry: Entry, nowMs: number): void {
    this.#hits = entry.#hits;
    this.#lastHitMs = nowMs;
  }

  /** Whether a refresh may begin now: one at a time, and none so soon after one that failed. */
  beginRefresh(nowMs: number): boolean {
    if (this.#isRefreshing || nowMs < this.#retryAtMs) return false;
    this.#isRefreshing = true;
    return true;
  }

  /** Ends a refresh; `retryAtMs` is when the next one may begin. */
  endRefresh(retryAtMs: number): void {
    this.#isRefreshing = false;
    this.#retryAtMs = retryAtMs;
  }
}
