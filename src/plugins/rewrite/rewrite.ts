// Serving half of rewrite: changes the query before the next handlers see it, and their reply before the client does
// (CoreDNS: plugin/rewrite/rewrite.go, reverter.go).

import { Rcode } from '../../dns/codes/rcode.ts';
import { isServerError } from '../../plugin/client-write.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { after, type Handler, type Later, type Outcome } from '../../plugin/handler.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';
import type { CnameContext } from './cname-rule.ts';
import type { RewriteOptions } from './options.ts';
import { QueryDraft } from './query-draft.ts';
import { QueryScreen } from './query-screen.ts';
import { ReplyDraft, type ResponseRule } from './reply-draft.ts';
import { compileRule, type RequestRule } from './request-rules.ts';

/** A compiled rule with its mode. */
interface Step {
  readonly apply: RequestRule;
  readonly isLast: boolean;
}

/** Applies the rules in order until one that ends the list matches. */
export class RewriteHandler implements Handler {
  readonly name = 'rewrite';
  readonly directRole: DirectRole | undefined;
  readonly #next: Handler;
  readonly #steps: readonly Step[];
  readonly #echoedOptions: readonly number[] | undefined;

  constructor(next: Handler, options: RewriteOptions, context: CnameContext) {
    this.#next = next;
    this.#steps = options.rules.map(({ isLast, action }) => ({
      apply: compileRule(action, context),
      isLast,
    }));
    const screen = QueryScreen.compile(options.rules.map(({ action }) => action));
    this.directRole = screen && { kind: 'screen', passes: (direct) => screen.passes(direct) };
    const { echoedOptions } = options;
    this.#echoedOptions = echoedOptions.length === 0 ? undefined : echoedOptions;
  }

  serve(exchange: Exchange): Later<Outcome> {
    if (this.#echoedOptions !== undefined) exchange.echoedOptions = this.#echoedOptions;
    const draft = new QueryDraft(exchange);
    const rules = this.#rewrite(draft);
    if (draft.invalidName !== undefined) return refuse(draft, draft.invalidName);
    if (rules === undefined) return this.#next.serve(exchange);
    return after(this.#next.serve(exchange), (outcome) => revert(draft, rules, outcome));
  }

  /** The response rules of all rules that matched; undefined when none did. */
  #rewrite(draft: QueryDraft): readonly ResponseRule[] | undefined {
    let rules: readonly ResponseRule[] | undefined;
    for (const { apply, isLast } of this.#steps) {
      const added = apply(draft);
      if (added === undefined) continue;
      rules = rules === undefined ? added : [...rules, ...added];
      if (isLast || draft.invalidName !== undefined) break;
    }
    return rules;
  }
}

/** The line of the errors plugin has the client's name here, so the question goes back first. */
function refuse(draft: QueryDraft, invalidName: string): Outcome {
  draft.restore();
  draft.exchange.error = new Error(`invalid name after rewrite: ${invalidName}`);
  return Rcode.SERVFAIL;
}

/** Applies response rules to the reply, or to the error that nobody has written yet: the server would pass them by. */
function revert(
  draft: QueryDraft,
  rules: readonly ResponseRule[],
  outcome: Outcome,
): Later<Outcome> {
  const { exchange } = draft;
  const { reply } = exchange;
  let code = outcome;
  if (!reply.isWritten && isServerError(outcome)) {
    reply.clearSections();
    reply.edns = undefined;
    reply.isAuthoritative = false;
    reply.isRecursionAvailable = false;
    reply.isTruncated = false;
    reply.write(outcome);
    code = Rcode.NOERROR;
  }
  if (!reply.isWritten || rules.length === 0) {
    draft.restore();
    return code;
  }
  const replyDraft = new ReplyDraft(reply);
  return after(replyDraft.apply(rules), () => {
    replyDraft.finish();
    revertEdns(exchange, rules);
    draft.restore();
    return code;
  });
}

/** The echo of the query's OPT is without what rules with `revert` put in. */
function revertEdns(exchange: Exchange, rules: readonly ResponseRule[]): void {
  for (const rule of rules.toReversed()) {
    if (exchange.edns === undefined) return;
    exchange.edns = rule.revertQuery?.(exchange.edns) ?? exchange.edns;
  }
}

/** Makes rewrite handlers. */
export const rewriteServing: ServingPlugin = {
  name: 'rewrite',
  create: (options, next, context) => new RewriteHandler(next, options as RewriteOptions, context),
};
