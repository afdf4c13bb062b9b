// What rules do to replies, all but look-ups: names turned back, TTLs clamped, response codes exchanged.

import type { Edns, EdnsOptionData } from '../../dns/edns.ts';
import { compileReplacer } from './name-pattern.ts';
import type { AnswerOptions } from './options.ts';
import type { RecordBox, ReplyDraft, ResponseRule } from './reply-draft.ts';

/** Makes one name of another; names that it does not know stay. */
type Change = (text: string) => string;

/** Changes owners' names. */
class OwnerRule implements ResponseRule {
  readonly #change: Change;

  constructor(change: Change) {
    this.#change = change;
  }

  rewrite(draft: ReplyDraft, box: RecordBox | undefined): void {
    if (box?.rewriteOwner(this.#change) === false) draft.isBroken = true;
  }
}

/** Changes the names in rdata. */
class ValueRule implements ResponseRule {
  readonly #change: Change;

  constructor(change: Change) {
    this.#change = change;
  }

  rewrite(draft: ReplyDraft, box: RecordBox | undefined): void {
    if (box?.rewriteValue(this.#change) === false) draft.isBroken = true;
  }
}

/** Both rules for one change. */
function ownerAndValue(change: Change): readonly ResponseRule[] {
  return [new OwnerRule(change), new ValueRule(change)];
}

/** Turns `from`, and names below it, into `to`. */
export function remapRules(from: string, to: string): readonly ResponseRule[] {
  const below = `.${from}`;
  return ownerAndValue((text) => {
    if (text === from) return to;
    return text.endsWith(below) ? text.slice(0, -from.length) + to : text;
  });
}

/** Turns the suffix `from` into `to`. */
export function suffixRules(from: string, to: string): readonly ResponseRule[] {
  const replace = compileReplacer({ kind: 'suffix', from }, to);
  return ownerAndValue((text) => replace(text) ?? text);
}

/** The rule of one `answer name` or `answer value`. */
export function answerRule({ part, from, to }: AnswerOptions): ResponseRule {
  const replace = compileReplacer({ kind: 'regex', from }, to);
  const change: Change = (text) => replace(text) ?? text;
  return part === 'name' ? new OwnerRule(change) : new ValueRule(change);
}

/** Puts TTLs between two bounds, in seconds. The OPT is left alone (docs/parity.md). */
export class TtlRule implements ResponseRule {
  readonly #min: number;
  readonly #max: number;

  constructor(min: number, max: number) {
    this.#min = min;
    this.#max = max;
  }

  rewrite(_draft: ReplyDraft, box: RecordBox | undefined): void {
    if (box === undefined) return;
    const { ttl } = box.record;
    const clamped = Math.min(Math.max(ttl, this.#min), this.#max);
    if (clamped !== ttl) box.record = { ...box.record, ttl: clamped };
  }
}

/** Exchanges one response code for another. */
export class RcodeRule implements ResponseRule {
  readonly isForHeader = true;
  readonly #from: number;
  readonly #to: number;

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  rewrite(draft: ReplyDraft): void {
    if (draft.rcode === this.#from) draft.rcode = this.#to;
  }
}

/** Takes back what a rule with `revert` did to the query: from the reply's OPT, and from the one that is echoed. */
export class EdnsRevertRule implements ResponseRule {
  readonly #code: number;
  readonly #before: EdnsOptionData | undefined;

  /** `before` is the option that was replaced; undefined for one that was added. */
  constructor(code: number, before: EdnsOptionData | undefined) {
    this.#code = code;
    this.#before = before;
  }

  rewrite(draft: ReplyDraft): void {
    if (draft.options !== undefined) draft.options = this.#revert(draft.options);
  }

  revertQuery(edns: Edns): Edns {
    return { ...edns, options: this.#revert(edns.options) };
  }

  #revert(options: readonly EdnsOptionData[]): readonly EdnsOptionData[] {
    const at = options.findIndex(({ code }) => code === this.#code);
    if (at < 0) return options;
    return this.#before === undefined ? options.toSpliced(at, 1) : options.with(at, this.#before);
  }
}
