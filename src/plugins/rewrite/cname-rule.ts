// Exchanges the target of a CNAME in a reply, and asks this server for the new one (CoreDNS: plugin/rewrite/cname_target.go).

import { RRType } from '../../dns/codes/rr-type.ts';
import { formatName, type Name, parseName } from '../../dns/name.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { after, type Later } from '../../plugin/handler.ts';
import type { Reply } from '../../plugin/reply.ts';
import type { ServingContext } from '../../plugin/serving.ts';
import { compileReplacer, type Replacer } from './name-pattern.ts';
import type { CnameRuleOptions } from './options.ts';
import { absoluteName, RecordBox, type ReplyDraft, type ResponseRule } from './reply-draft.ts';

/** What such a rule needs of its thread. */
export type CnameContext = Pick<ServingContext, 'log' | 'lookup'>;

/** The compiled rule; it goes with every query, whatever its name. */
export class CnameTarget {
  readonly #replace: Replacer;
  readonly #context: CnameContext;

  constructor({ pattern, to }: CnameRuleOptions, context: CnameContext) {
    this.#replace = compileReplacer(pattern, to);
    this.#context = context;
  }

  /** The rule for the reply to one query. */
  rule(exchange: Exchange): ResponseRule {
    return { rewrite: (draft, box) => this.#rewrite(exchange, draft, box) };
  }

  /** Asks for the new target of one CNAME; the reply changes when the answer is there. */
  #rewrite(exchange: Exchange, draft: ReplyDraft, box: RecordBox | undefined): Later<void> {
    if (box?.record.type !== RRType.CNAME) return undefined;
    const from = formatName(box.record.rdata);
    const to = this.#replace(from);
    if (to === undefined) return undefined;
    const name = parseName(to);
    if (name === undefined) {
      draft.isBroken = true;
      return undefined;
    }
    return after(this.#context.lookup(exchange, name, exchange.type), (found) => {
      if (found === undefined) this.#context.log.error('upstream lookup returned nil');
      else exchangeTarget(draft, from, absoluteName(to), found);
    });
  }
}

/**
 * The answer becomes the CNAMEs up to the first one with the old target, that one with the new target, and what was found. A
 * target without a final dot (from an expression or a prefix) breaks the reply.
 */
function exchangeTarget(draft: ReplyDraft, from: string, to: Name | undefined, found: Reply): void {
  const kept: RecordBox[] = [];
  for (const box of draft.answer) {
    const { record } = box;
    if (record.type !== RRType.CNAME) continue;
    kept.push(box);
    if (formatName(record.rdata) !== from) continue;
    if (to === undefined) draft.isBroken = true;
    else box.record = { ...record, rdata: to };
    break;
  }
  draft.answer = [...kept, ...found.answer.map((record) => new RecordBox(record))];
  draft.isTruncated = found.isTruncated;
}
