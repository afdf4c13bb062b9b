// The reply while response rules change it. Records are immutable and their arrays may be in a cache, so the draft has boxes
// of its own; the reply gets new arrays at the end. Order and repetition are CoreDNS's: all rules, last one first, for
// each record of authority, answer and additional section, the OPT counted as one (plugin/rewrite/reverter.go).

import type { Edns, EdnsOptionData } from '../../dns/edns.ts';
import { formatName, type Name, nameLength, parseName } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { Later } from '../../plugin/handler.ts';
import type { Reply } from '../../plugin/reply.ts';
import { valueOffset } from './record-value.ts';

/** Changes one record, or the reply as a whole. */
export interface ResponseRule {
  /** `box` is undefined for the OPT, and for a reply without records. */
  rewrite(draft: ReplyDraft, box: RecordBox | undefined): Later<void>;
  /** Whether it changes the header, which replies without records have, too. */
  readonly isForHeader?: boolean;
  /** Turns the query's OPT back, which is what an OPT-less reply echoes. */
  revertQuery?(edns: Edns): Edns;
}

/** One record under change. */
export class RecordBox {
  record: ResourceRecord;

  constructor(record: ResourceRecord) {
    this.record = record;
  }

  /** Replaces the owner's name; false if the new text is no name. */
  rewriteOwner(change: (text: string) => string): boolean {
    const { record } = this;
    const name = changedName(record.name, change);
    if (name === undefined) return false;
    if (name !== record.name) this.record = { ...record, name };
    return true;
  }

  /** Replaces the name in the rdata, if the type has one that rules look at; false if the new text is no name. */
  rewriteValue(change: (text: string) => string): boolean {
    const { record } = this;
    const { rdata } = record;
    const start = valueOffset(record);
    if (start < 0) return true;
    const end = start + nameLength(rdata, start);
    const value = rdata.subarray(start, end);
    const name = changedName(value, change);
    if (name === undefined) return false;
    if (name === value) return true;
    const changed = new Uint8Array(rdata.length - value.length + name.length);
    changed.set(rdata.subarray(0, start));
    changed.set(name, start);
    changed.set(rdata.subarray(end), start + name.length);
    this.record = { ...record, rdata: changed };
    return true;
  }
}

/** The same array if nothing changes, undefined if the new text is no name. */
function changedName(name: Name, change: (text: string) => string): Name | undefined {
  const text = formatName(name);
  const changed = change(text);
  return changed === text ? name : absoluteName(changed);
}

/** A name that ends in a dot; CoreDNS cannot write others. */
export function absoluteName(text: string): Name | undefined {
  return text.endsWith('.') ? parseName(text) : undefined;
}

/** A reply under change. */
export class ReplyDraft {
  rcode: number;
  isTruncated: boolean;
  answer: readonly RecordBox[];
  /** Options of the reply's own OPT; undefined without one. */
  options: readonly EdnsOptionData[] | undefined;
  /** A rule has made a name that cannot be written: CoreDNS sends nothing then. */
  isBroken = false;
  readonly #reply: Reply;
  readonly #authority: readonly RecordBox[];
  readonly #additional: readonly RecordBox[];

  constructor(reply: Reply) {
    this.#reply = reply;
    this.rcode = reply.rcode;
    this.isTruncated = reply.isTruncated;
    this.options = reply.edns?.options;
    this.answer = boxes(reply.answer);
    this.#authority = boxes(reply.authority);
    this.#additional = boxes(reply.additional);
  }

  /** Applies rules to all records, or those for the header to a reply without any. */
  apply(rules: readonly ResponseRule[]): Later<void> {
    const targets: (RecordBox | undefined)[] = [
      ...this.#authority,
      ...this.answer,
      ...this.#additional,
    ];
    if (this.options !== undefined) targets.push(undefined);
    const reversed = rules.toReversed();
    if (targets.length > 0) return this.#applyFrom(reversed, targets, 0);
    const forHeader = reversed.filter(({ isForHeader }) => isForHeader === true);
    return this.#applyFrom(forHeader, [undefined], 0);
  }

  /** Goes on from one step; only a look-up of a cname rule may be late. */
  #applyFrom(
    rules: readonly ResponseRule[],
    targets: readonly (RecordBox | undefined)[],
    start: number,
  ): Later<void> {
    const steps = rules.length * targets.length;
    for (let step = start; step < steps; step++) {
      const target = targets[Math.floor(step / rules.length)];
      const pending = rules[step % rules.length]?.rewrite(this, target);
      if (pending !== undefined)
        return pending.then(() => this.#applyFrom(rules, targets, step + 1));
    }
    return undefined;
  }

  /** Writes the changes into the reply. */
  finish(): void {
    const reply = this.#reply;
    reply.rcode = this.rcode;
    reply.isTruncated = this.isTruncated;
    reply.answer = this.answer.map(({ record }) => record);
    reply.authority = this.#authority.map(({ record }) => record);
    reply.additional = this.#additional.map(({ record }) => record);
    const { edns } = reply;
    if (edns !== undefined && this.options !== undefined && this.options !== edns.options) {
      reply.edns = { ...edns, options: this.options };
    }
    if (this.isBroken) reply.isWritten = false;
  }
}

function boxes(records: readonly ResourceRecord[]): RecordBox[] {
  return records.map((record) => new RecordBox(record));
}
