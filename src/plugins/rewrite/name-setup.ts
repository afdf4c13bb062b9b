// Reads name rules with their `answer` options (CoreDNS: plugin/rewrite/name.go).

import { quote } from '../../base/go-text.ts';
import { CorefileError } from '../../corefile/error.ts';
import { compilePattern, excessOctets } from '../../plugin/regular-expression.ts';
import {
  type AnswerOptions,
  MATCH_KINDS,
  type MatchKind,
  type NameRuleOptions,
} from './options.ts';

/** Highest number of a `{N}` that is counted as a use of a group. */
const MAX_GROUP = 100;

/** Reads `[KIND] FROM TO [answer ...]`. Throws CorefileError. */
export function readNameRule(args: readonly string[]): NameRuleOptions {
  if (args.length < 2) throw new CorefileError('too few arguments for a name rule');
  const [word = '', from = '', to = '', ...rest] = args.length === 2 ? ['exact', ...args] : args;
  const kindWord = word.toLowerCase();
  const { isAuto, answers } = readAnswers(kindWord, rest);
  const kind = MATCH_KINDS.find((each) => each === kindWord);
  if (kind === undefined) {
    throw new CorefileError(
      `name rule supports only exact, prefix, suffix, substring, and regex name matching, received: ${kindWord}`,
    );
  }
  const pattern = { kind, from: kind === 'regex' ? from : fqdn(from) };
  checkUse(kind, pattern.from, kind === 'regex' ? to : fqdn(to));
  return {
    field: 'name',
    pattern,
    to: fqdn(to),
    isAuto: isAuto || kind === 'exact',
    answers,
  };
}

/** An exact rule is checked as if its target were an expression: CoreDNS mixed the arguments up, and errors show it. */
function checkUse(kind: MatchKind, from: string, to: string): void {
  if (kind === 'regex') checkPattern(from, to);
  if (kind === 'exact') checkPattern(to, from);
}

/** Lower case with a final dot: what CoreDNS makes of every FROM and TO that is no expression (plugin.Name.Normalize). */
export function fqdn(text: string): string {
  const lower = text.toLowerCase();
  return /(?:^|[^\\])(?:\\\\)*\.$/.test(lower) ? lower : `${lower}.`;
}

/** Compiles the expression, and checks that it has the groups that the target uses. Throws CorefileError. */
function checkPattern(from: string, to: string): void {
  const excess = excessOctets(from);
  if (excess !== undefined) throw new CorefileError(`regex pattern too long: ${excess}`);
  const compiled = compilePattern(from);
  if (typeof compiled === 'string') {
    throw new CorefileError(`invalid regex matching pattern: ${from}`);
  }
  let uses = 0;
  for (let group = 0; group <= MAX_GROUP; group++) if (to.includes(`{${group}}`)) uses++;
  if (uses > compiled.groupCount()) {
    throw new CorefileError(
      `the rewrite regex pattern (${to}) uses more subexpressions than its corresponding matching regex pattern (${from})`,
    );
  }
}

interface Answers {
  readonly isAuto: boolean;
  readonly answers: readonly AnswerOptions[];
}

/** Reads `answer auto|name RE TO|value RE TO`, several in a row; the word `answer` may be left out after the first. */
function readAnswers(rule: string, args: readonly string[]): Answers {
  if (args.length === 0) return { isAuto: false, answers: [] };
  if (args.length < 2) throw new CorefileError(`invalid arguments for ${rule} rule`);
  const answers: AnswerOptions[] = [];
  let isAuto = false;
  for (let at = 0; at < args.length; ) {
    at = skipAnswerWord(rule, args, at);
    const part = args[at++] ?? '';
    if (part === 'auto') {
      isAuto = true;
      continue;
    }
    answers.push(readAnswer(rule, part, args.slice(at, at + 2)));
    at += 2;
  }
  if (isAuto && answers.some(({ part }) => part === 'name')) {
    throw new CorefileError(
      'auto name answer rule cannot be combined with explicit name anwer rules',
    );
  }
  return { isAuto, answers };
}

/** Past the word `answer`, which must stand at the start. */
function skipAnswerWord(rule: string, args: readonly string[], at: number): number {
  if (args[at] !== 'answer') {
    if (at > 0) return at;
    throw new CorefileError(
      `exceeded the number of arguments for a non-answer rule argument for ${rule} rule`,
    );
  }
  if (at + 1 < args.length) return at + 1;
  throw new CorefileError(`type missing for answer rule for ${rule} rule`);
}

/** One `name RE TO` or `value RE TO`. */
function readAnswer(rule: string, part: string, args: readonly string[]): AnswerOptions {
  if (part !== 'name' && part !== 'value') {
    throw new CorefileError(`invalid type ${quote(part)} for answer rule for ${rule} rule`);
  }
  const [from, to] = args;
  if (from === undefined || to === undefined) {
    throw new CorefileError(`${part} answer rule for ${rule} rule: 2 arguments required`);
  }
  try {
    checkPattern(from, to);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new CorefileError(`${part} answer rule for ${rule} rule: ${text}`, { cause: error });
  }
  return { part, from, to: fqdn(to) };
}
