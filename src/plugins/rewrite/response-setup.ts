// Reads the rules that change replies only: ttl, rcode and cname (CoreDNS: plugin/rewrite/ttl.go, rcode.go,
// cname_target.go).

import { parseInteger } from '../../base/go-text.ts';
import { CorefileError } from '../../corefile/error.ts';
import { rcodeCode } from '../../dns/codes/rcode.ts';
import { compilePattern, excessOctets } from '../../plugin/regular-expression.ts';
import { fqdn } from './name-setup.ts';
import {
  type CnameRuleOptions,
  MATCH_KINDS,
  type NamePattern,
  type RcodeRuleOptions,
  type TtlRuleOptions,
} from './options.ts';

/** The upper end of `MIN-`. */
const MAX_TTL = 2_147_483_647;
/** Numbers above are no response codes to CoreDNS. */
const MAX_RCODE = 23;
const SECONDS = { function: 'ParseUint', bits: 32 } as const;
/** Other words of miekg/dns for codes. */
const RCODE_ALIASES: ReadonlyMap<string, number> = new Map([
  ['NOTIMPL', 4],
  ['BADSIG', 16],
]);

/** Reads `[KIND] NAME SECONDS|MIN-MAX|MIN-|-MAX`. Throws CorefileError. */
export function readTtlRule(args: readonly string[]): TtlRuleOptions {
  if (args.length < 2) {
    throw new CorefileError(`too few (${args.length}) arguments for a ttl rule`);
  }
  // With too many words CoreDNS complains of the TTL that it has not read.
  const text = args.length > 3 ? '' : (args.at(-1) ?? '');
  const range = ttlRange(text);
  if (range === undefined) throw new CorefileError(`invalid TTL '${text}' for a ttl rule`);
  const pattern = readPattern('ttl', args.slice(0, -1));
  return { field: 'ttl', pattern, min: range[0], max: range[1] };
}

/** Bounds in seconds; undefined if the text is none. */
function ttlRange(text: string): readonly [min: number, max: number] | undefined {
  const parts = text.split('-');
  if (parts.length > 2 || parts.every((part) => part === '')) return undefined;
  const [first = '', second] = parts;
  const min = first === '' ? 0 : parseInteger(first, SECONDS);
  const max = second === undefined ? min : second === '' ? MAX_TTL : parseInteger(second, SECONDS);
  if (typeof min === 'string' || typeof max === 'string' || min > max) return undefined;
  return [min, max];
}

/** Reads `[KIND] NAME OLD NEW`. Throws CorefileError. */
export function readRcodeRule(args: readonly string[]): RcodeRuleOptions {
  if (args.length < 3) {
    throw new CorefileError(`too few (${args.length}) arguments for a rcode rule`);
  }
  const [from = '', to = ''] = args.length > 4 ? [] : args.slice(-2);
  const fromCode = readRcode(from);
  if (fromCode === undefined) {
    throw new CorefileError(`invalid matching RCODE '${from}' for a rcode rule`);
  }
  const toCode = readRcode(to);
  if (toCode === undefined) {
    throw new CorefileError(`invalid replacement RCODE '${to}' for a rcode rule`);
  }
  const pattern = readPattern('rcode', args.slice(0, -2));
  return { field: 'rcode', pattern, from: fromCode, to: toCode };
}

/** Numbers up to 23 and words. */
function readRcode(text: string): number | undefined {
  const code = parseInteger(text, SECONDS);
  if (typeof code === 'number' && code <= MAX_RCODE) return code;
  return RCODE_ALIASES.get(text.toUpperCase()) ?? rcodeCode(text);
}

/** One word is an exact name, two are how to match and what. */
function readPattern(rule: string, words: readonly string[]): NamePattern {
  const [kindWord = '', from = ''] = words.length === 1 ? ['exact', ...words] : words;
  const kind = MATCH_KINDS.find((each) => each === kindWord.toLowerCase());
  if (kind === undefined) {
    throw new CorefileError(
      `${rule} rule supports only exact, prefix, suffix, substring, and regex name matching`,
    );
  }
  if (kind !== 'regex') return { kind, from: fqdn(from) };
  checkLength(rule, from);
  if (typeof compilePattern(from) === 'string') {
    throw new CorefileError(`invalid regex pattern in a ${rule} rule: ${from}`);
  }
  return { kind, from };
}

/** Expressions have a limit, as in all plugins. */
function checkLength(rule: string, pattern: string): void {
  const excess = excessOctets(pattern);
  if (excess === undefined) return;
  throw new CorefileError(`regex pattern too long in a ${rule} rule: ${excess}`);
}

/**
 * Reads `[KIND] FROM TO`. Throws CorefileError. Only exact targets get a final dot; expressions are put in lower case with
 * all the rest, `\W` included.
 */
export function readCnameRule(args: readonly string[]): CnameRuleOptions {
  if (args.length !== 2 && args.length !== 3) {
    throw new CorefileError(`too few (${args.length}) arguments for a cname rule`);
  }
  const words = args.map((word) => word.toLowerCase());
  const [kindWord = '', from = '', to = ''] = args.length === 2 ? ['exact', ...words] : words;
  const kind = MATCH_KINDS.find((each) => each === kindWord);
  if (kind === undefined) throw new CorefileError(`unknown cname rewrite type: ${kindWord}`);
  if (kind === 'exact')
    return { field: 'cname', pattern: { kind, from: fqdn(from) }, to: fqdn(to) };
  if (kind === 'regex') checkCnamePattern(from);
  return { field: 'cname', pattern: { kind, from }, to };
}

/** Here the error has Go's reason, elsewhere the expression. */
function checkCnamePattern(pattern: string): void {
  checkLength('cname', pattern);
  const compiled = compilePattern(pattern);
  if (typeof compiled !== 'string') return;
  throw new CorefileError(`invalid cname rewrite regex pattern: ${compiled}`);
}
