// One stored reply: what it answers, how old it is, and how to write it again (CoreDNS: plugin/cache/item.go). Its records are
// copies, since those of a reply may hold on to a whole received packet.

import { RRClass } from '../../dns/codes/rr-class.ts';
import { equalNames, type Name } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { DirectExchange, DirectSections } from '../../plugin/direct.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { StoreKind } from './metrics.ts';
import { isSettled, storeSections } from './stored-sections.ts';
import { recordsWithTtl } from './ttl.ts';

const MS_PER_SECOND = 1000;

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

/** A stored reply. Times are the clock's monotonicMs. */
export class Entry {
  readonly store: StoreKind;
  readonly rcode: number;
  /** TTL when it was stored. */
  readonly ttlSeconds: number;
  readonly isAnswering: boolean;
  /** The wildcard that the reply came from, '' when it is not known to come from one. */
  readonly wildcard: string;
  /** An answer that this one, which has none, has replaced (serve_stale_policy). */
  readonly lastAnswer: Entry | undefined;
  readonly #storedMs: number;
  readonly #name: Name;
  readonly #type: number;
  readonly #class: number;
  readonly #isDnssecOk: boolean;
  readonly #isCheckingDisabled: boolean;
  readonly #isAuthenticData: boolean;
  readonly #isRecursionAvailable: boolean;
  /** As last written: all hits of one second share the records. */
  #sections: Sections;
  /** For the short path, made with its first hit; null when it cannot have them. */
  #direct: DirectSections | null | undefined;
  #hits = 0;
  #lastHitMs = Number.NEGATIVE_INFINITY;
  #isRefreshing = false;
  #retryAtMs = Number.NEGATIVE_INFINITY;

  /** Stores the written reply of an exchange, whose records have the TTL of `facts`. */
  constructor(exchange: Exchange, facts: EntryFacts, nowMs: number, lastAnswer?: Entry) {
    const { reply } = exchange;
    this.store = facts.store;
    this.ttlSeconds = facts.ttlSeconds;
    this.isAnswering = facts.isAnswering;
    this.rcode = reply.rcode;
    this.wildcard = exchange.metadata?.get('zone/wildcard')?.() ?? '';
    this.lastAnswer = lastAnswer;
    this.#storedMs = nowMs;
    this.#name = exchange.name.slice();
    this.#type = exchange.type;
    this.#class = exchange.class;
    this.#isDnssecOk = exchange.isDnssecOk;
    this.#isCheckingDisabled = exchange.isCheckingDisabled;
    this.#isAuthenticData = reply.isAuthenticData;
    this.#isRecursionAvailable = reply.isRecursionAvailable;
    this.#sections = {
      ttl: facts.ttlSeconds,
      answer: compact(reply.answer),
      authority: compact(reply.authority),
      additional: compact(reply.additional),
    };
  }

  /** Whether this is a reply to the exchange's question, and not to one with the same key. */
  answers(exchange: Exchange): boolean {
    return (
      this.#type === exchange.type &&
      this.#class === exchange.class &&
      this.#isDnssecOk === exchange.isDnssecOk &&
      this.#isCheckingDisabled === exchange.isCheckingDisabled &&
      equalNames(this.#name, exchange.name)
    );
  }

  /** The same for a query of the short path. */
  answersDirect(direct: DirectExchange): boolean {
    return (
      this.#type === direct.type &&
      this.#class === RRClass.IN &&
      this.#isDnssecOk === direct.isDnssecOk &&
      this.#isCheckingDisabled === direct.isCheckingDisabled &&
      isSameName(this.#name, direct)
    );
  }

  /** Seconds that are left, zero or less when it has expired. */
  ttlAt(nowMs: number): number {
    return this.ttlSeconds - Math.trunc((nowMs - this.#storedMs) / MS_PER_SECOND);
  }

  /** Writes the reply with this TTL: authoritative, as CoreDNS has it for clients that drop all else. */
  write(exchange: Exchange, ttl: number): void {
    const { reply } = exchange;
    if (this.#sections.ttl !== ttl) this.#sections = sectionsWithTtl(this.#sections, ttl);
    const { answer, authority, additional } = this.#sections;
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

  /** Writes the same reply on the short path; false when it must go the general way. */
  writeDirect(direct: DirectExchange, ttl: number): boolean {
    const { answer, authority, additional } = this.#sections;
    if (direct.rotates && !isSettled(answer, authority, additional)) return false;
    if (this.#direct === undefined)
      this.#direct = storeSections(answer, authority, additional) ?? null;
    if (this.#direct === null || !direct.sections(this.#direct, ttl)) return false;
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

/** Both are in lower case. */
function isSameName(name: Name, direct: DirectExchange): boolean {
  if (name.length !== direct.nameLength) return false;
  for (let at = 0; at < name.length; at++) if (name[at] !== direct.name[at]) return false;
  return true;
}

function sectionsWithTtl({ answer, authority, additional }: Sections, ttl: number): Sections {
  return {
    ttl,
    answer: recordsWithTtl(answer, ttl),
    authority: recordsWithTtl(authority, ttl),
    additional: recordsWithTtl(additional, ttl),
  };
}

/** Copies names and rdata of records into one buffer; equal neighbours among the names are stored once. */
function compact(records: readonly ResourceRecord[]): ResourceRecord[] {
  const bytes = new Uint8Array(records.reduce((sum, each) => sum + sizeOf(each), 0));
  let end = 0;
  const add = (octets: Uint8Array): Uint8Array => {
    bytes.set(octets, end);
    end += octets.length;
    return bytes.subarray(end - octets.length, end);
  };
  let name: Name | undefined;
  return records.map((record) => {
    const { type, class: recordClass, ttl } = record;
    // Spelling counts: owner names are given as they were first seen.
    if (name === undefined || Buffer.compare(name, record.name) !== 0) name = add(record.name);
    return { name, type, class: recordClass, ttl, rdata: add(record.rdata) };
  });
}

function sizeOf({ name, rdata }: ResourceRecord): number {
  return name.length + rdata.length;
}
