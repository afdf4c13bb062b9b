// Compiles rules: what each does to a query, and which response rules it leaves behind (CoreDNS: plugin/rewrite/name.go,
// type.go, class.go, ttl.go, rcode.go).

import { type CnameContext, CnameTarget } from './cname-rule.ts';
import { applyEdnsRule } from './edns-rules.ts';
import { compileReplacer, compileTester } from './name-pattern.ts';
import type {
  CnameRuleOptions,
  NamePattern,
  NameRuleOptions,
  NumberRuleOptions,
  RuleAction,
} from './options.ts';
import type { QueryDraft } from './query-draft.ts';
import type { ResponseRule } from './reply-draft.ts';
import { answerRule, RcodeRule, remapRules, suffixRules, TtlRule } from './response-rules.ts';

/** Changes a query. Returns the response rules to add, or undefined when it did not match. */
export type RequestRule = (draft: QueryDraft) => readonly ResponseRule[] | undefined;

const NO_RULES: readonly ResponseRule[] = [];

/** Compiles one rule. */
export function compileRule(action: RuleAction, context: CnameContext): RequestRule {
  switch (action.field) {
    case 'name':
      return nameRule(action);
    case 'type':
    case 'class':
      return numberRule(action);
    case 'ttl':
      return whenMatching(action.pattern, [new TtlRule(action.min, action.max)]);
    case 'rcode':
      return whenMatching(action.pattern, [new RcodeRule(action.from, action.to)]);
    case 'cname':
      return cnameRule(action, context);
    case 'edns0':
      return (draft) => applyEdnsRule(action, draft);
  }
}

/** A suffix rule turns suffixes back, all others with `auto` the one name that they made. */
function nameRule({ pattern, to, isAuto, answers }: NameRuleOptions): RequestRule {
  const replace = compileReplacer(pattern, to);
  const fixed = answers.map(answerRule);
  const isSuffix = pattern.kind === 'suffix';
  const standing = isSuffix && isAuto ? [...suffixRules(to, pattern.from), ...fixed] : fixed;
  return (draft) => {
    const before = draft.nameText;
    const changed = replace(before);
    if (changed === undefined) return undefined;
    draft.rename(changed);
    return isAuto && !isSuffix ? [...remapRules(changed, before), ...fixed] : standing;
  };
}

function numberRule({ field, from, to }: NumberRuleOptions): RequestRule {
  return ({ exchange }) => {
    if (exchange[field] !== from) return undefined;
    exchange[field] = to;
    return NO_RULES;
  };
}

/** Rules that look at the name and change only the reply. */
function whenMatching(pattern: NamePattern, rules: readonly ResponseRule[]): RequestRule {
  const matches = compileTester(pattern);
  return (draft) => (matches(draft.nameText) ? rules : undefined);
}

/** Matches every query: what it does shows in the reply only. */
function cnameRule(action: CnameRuleOptions, context: CnameContext): RequestRule {
  if (action.pattern.from === '' || action.to === '') return () => undefined;
  const target = new CnameTarget(action, context);
  return ({ exchange }) => [target.rule(exchange)];
}
