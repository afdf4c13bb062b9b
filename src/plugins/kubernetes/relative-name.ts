// What the labels of a query mean below a zone of the cluster, and the table keys that they lead to. One object a handler, pointed at
// one name after the other. Grammar: parseRequest of plugin/kubernetes/parse.go. Knows no records.

import type { Name } from '../../dns/name.ts';
import { MARK_LENGTH } from '../../names/node-keys.ts';

/** Longest query name plus the underscores that are put in front of two ports, plus a mark. */
const SCRATCH_LENGTH = 255 + 2 + MARK_LENGTH;
const MAX_LABELS = 128;
const UNDERSCORE = 0x5f;

/** The word on the right of a name below the zone. */
export type Root = 'none' | 'svc' | 'pod' | 'other';

/** A lower-case name relative to a zone, split into labels. */
export class RelativeName {
  /** Holds the keys that are no part of the name itself. */
  readonly scratch: Uint8Array = new Uint8Array(SCRATCH_LENGTH);
  readonly #starts = new Uint8Array(MAX_LABELS);
  /** The whole name; labels are counted from its left, 0 to `count` - 1. */
  bytes: Name = this.scratch;
  /** Octets of the relative part, which are also its key. */
  length = 0;
  count = 0;

  /** Points at the first `length` octets of `name`: the part left of the zone. */
  load(name: Name, length: number): void {
    this.bytes = name;
    this.length = length;
    this.count = 0;
    for (let at = 0; at < this.length; at += 1 + (name[at] ?? 0)) this.#starts[this.count++] = at;
  }

  /** Offset of a label's length octet; of the zone for the label behind the last one. */
  start(label: number): number {
    return label >= this.count ? this.length : (this.#starts[label] ?? 0);
  }

  /** The text of a label whose octets are ASCII. */
  text(label: number): string {
    const start = this.start(label);
    return String.fromCharCode(...this.bytes.subarray(start + 1, this.start(label + 1)));
  }

  /** Whether a label is this ASCII text. */
  is(label: number, text: string): boolean {
    const start = this.start(label);
    if (this.bytes[start] !== text.length || label >= this.count) return false;
    for (let at = 0; at < text.length; at++) {
      if (this.bytes[start + 1 + at] !== text.charCodeAt(at)) return false;
    }
    return true;
  }

  get root(): Root {
    if (this.count === 0) return 'none';
    const last = this.count - 1;
    if (this.is(last, 'svc')) return 'svc';
    return this.is(last, 'pod') ? 'pod' : 'other';
  }

  startsWithUnderscore(label: number): boolean {
    return this.bytes[this.start(label) + 1] === UNDERSCORE;
  }

  /** Whether a label is nothing but an underscore, which stands for any port or protocol. */
  isUnderscore(label: number): boolean {
    return this.bytes[this.start(label)] === 1 && this.startsWithUnderscore(label);
  }

  /** Copies the labels from `first` up to (not with) `end` into the scratch buffer at `at`; returns the offset behind. */
  copy(first: number, end: number, at: number): number {
    const start = this.start(first);
    const stop = this.start(end);
    // Octet by octet: subarray() would allocate a view for each part of an SRV name.
    const { bytes, scratch } = this;
    let to = at;
    for (let from = start; from < stop; from++) scratch[to++] = bytes[from] ?? 0;
    return to;
  }

  /** Same as copy, for one label that gets an underscore in front unless it has one. */
  copyPort(label: number, at: number): number {
    const end = this.copy(label, label + 1, at);
    if (this.startsWithUnderscore(label)) return end;
    this.scratch.copyWithin(at + 2, at + 1, end);
    this.scratch[at] = end - at;
    this.scratch[at + 1] = UNDERSCORE;
    return end + 1;
  }

  /** Puts a mark into the scratch buffer; returns the offset behind. */
  mark(mark: number, at: number): number {
    this.scratch[at] = 1;
    this.scratch[at + 1] = mark;
    return at + MARK_LENGTH;
  }
}
