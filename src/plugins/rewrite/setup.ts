// Control half of rewrite: turns each line, or block, into a rule (CoreDNS: plugin/rewrite/setup.go, rewrite.go). Errors name
// no file and line, as CoreDNS's do not.

import { quote } from '../../base/go-text.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import { rrClassName } from '../../dns/codes/rr-class.ts';
import { rrTypeName } from '../../dns/codes/rr-type.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import { readEdnsRule } from './edns-setup.ts';
import { readNameRule } from './name-setup.ts';
import type { RewriteOptions, RuleAction, RuleOptions } from './options.ts';
import { readCnameRule, readRcodeRule, readTtlRule } from './response-setup.ts';

const MAX_CODE = 0xffff;

/** Reads the words after the field; throws CorefileError. */
type ActionReader = (args: readonly string[]) => RuleAction;

const READERS: ReadonlyMap<string, ActionReader> = new Map<string, ActionReader>([
  ['answer', refuseAnswer],
  ['name', readNameRule],
  ['class', (args) => readNumberRule('class', args, CLASS_CODES)],
  ['type', (args) => readNumberRule('type', args, TYPE_CODES)],
  ['edns0', readEdnsRule],
  ['ttl', readTtlRule],
  ['cname', readCnameRule],
  ['rcode', readRcodeRule],
]);

/** Mnemonics that miekg/dns knows; TYPEnnn and CLASSnnn are none. */
const TYPE_CODES = mnemonics(rrTypeName, /^TYPE\d+$/);
const CLASS_CODES = mnemonics(rrClassName, /^CLASS\d+$/);

/** One handler for all rules of the block. */
export const rewriteControl: ControlPlugin = {
  name: 'rewrite',
  isHandler: true,
  setup(dispenser) {
    const rules: RuleOptions[] = [];
    while (dispenser.next()) rules.push(readRule(readWords(dispenser)));
    const echoedOptions = rules.flatMap(({ action }) => localCodes(action));
    const options: RewriteOptions = { rules, echoedOptions };
    return [options];
  },
};

/** The words of one rule: those of the line, or with fewer than two, all words of the block. */
function readWords(dispenser: Dispenser): string[] {
  const words = dispenser.remainingArgs();
  if (words.length < 2) while (dispenser.nextBlock()) words.push(dispenser.value);
  return words;
}

/** `[continue|stop] FIELD ARGUMENTS...`; fields are known in any case. */
function readRule(words: readonly string[]): RuleOptions {
  const [first] = words;
  if (first === undefined) throw new CorefileError('no rule type specified for rewrite');
  const mode = first.toLowerCase();
  const hasMode = mode === 'continue' || mode === 'stop';
  if (hasMode && words.length < 2) {
    throw new CorefileError(`${mode} rule must begin with a rule type`);
  }
  const [field = '', ...args] = hasMode ? words.slice(1) : words;
  const read = READERS.get(field.toLowerCase());
  if (read === undefined) throw new CorefileError(`invalid rule type ${quote(first)}`);
  return { isLast: mode !== 'continue', action: read(args) };
}

/** Answers are options of name rules. */
function refuseAnswer(): never {
  throw new CorefileError('response rewrites must begin with a name rule');
}

/** Two mnemonics in any case. */
function readNumberRule(
  field: 'type' | 'class',
  args: readonly string[],
  codes: ReadonlyMap<string, number>,
): RuleAction {
  const [from, to] = args.map((word) => word.toUpperCase());
  if (args.length !== 2 || from === undefined || to === undefined) {
    throw new CorefileError(`${field} rules must have exactly two arguments`);
  }
  const [fromCode, toCode] = [from, to].map((word) => {
    const code = codes.get(word);
    if (code === undefined) throw new CorefileError(`invalid ${field} ${quote(word)}`);
    return code;
  });
  return { field, from: fromCode ?? 0, to: toCode ?? 0 };
}

/** Words as miekg/dns spells them: the ones with lower-case letters cannot be written in a rule. */
function mnemonics(nameOf: (code: number) => string, generic: RegExp): Map<string, number> {
  const codes = new Map<string, number>();
  for (let code = 0; code <= MAX_CODE; code++) {
    const name = nameOf(code);
    if (!generic.test(name)) codes.set(name, code);
  }
  return codes;
}

/** NSID and subnet options are never sent back; those that local rules name are. */
function localCodes(action: RuleAction): number[] {
  if (action.field !== 'edns0') return [];
  return action.source.kind === 'local' || action.source.kind === 'variable' ? [action.code] : [];
}
