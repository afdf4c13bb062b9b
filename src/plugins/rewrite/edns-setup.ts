// Reads EDNS rules (CoreDNS: plugin/rewrite/edns0.go).

import { quote } from '../../base/go-text.ts';
import { parseUnsigned } from '../../base/go-unsigned.ts';
import { CorefileError } from '../../corefile/error.ts';
import { EdnsOption } from '../../dns/codes/edns-option.ts';
import { EDNS_ACTIONS, type EdnsAction, type EdnsRuleOptions, type EdnsSource } from './options.ts';

const CODE_BITS = 16;
const IPV4_BITS = 32;
const IPV6_BITS = 128;

/** Variables of the query; `{a/b}` is metadata. */
const QUERY_VARIABLES = [
  '{qname}',
  '{qtype}',
  '{client_ip}',
  '{client_port}',
  '{protocol}',
  '{server_ip}',
  '{server_port}',
] as const;

/** What stands behind `edns0`, in order. */
interface EdnsWords {
  readonly type: string;
  readonly action: EdnsAction;
  readonly args: readonly string[];
  readonly isReverted: boolean;
}

/** Reads `TYPE ACTION [ARGS] [revert]`. Throws CorefileError. */
export function readEdnsRule(words: readonly string[]): EdnsRuleOptions {
  const split = splitWords(words);
  const { type, action, args, isReverted } = split;
  checkArguments(split);
  const [first = '', second = ''] = args;
  switch (type) {
    case 'local':
      return { field: 'edns0', ...readLocal(first, second), action, isReverted };
    case 'nsid':
      return {
        field: 'edns0',
        code: EdnsOption.NSID,
        action,
        source: { kind: 'nsid' },
        isReverted,
      };
    default: {
      const source = action === 'unset' ? readSubnet('0', '0') : readSubnet(first, second);
      return { field: 'edns0', code: EdnsOption.CLIENT_SUBNET, action, source, isReverted };
    }
  }
}

/** `revert` at the end is no argument of the option. */
function splitWords(words: readonly string[]): EdnsWords {
  const [type, actionWord, ...args] = words;
  if (type === undefined || actionWord === undefined) {
    throw new CorefileError('too few arguments for an EDNS0 rule');
  }
  const action = EDNS_ACTIONS.find((each) => each === actionWord.toLowerCase());
  if (action === undefined) {
    throw new CorefileError(`invalid action: ${quote(actionWord.toLowerCase())}`);
  }
  const isReverted = action !== 'unset' && args.at(-1) === 'revert';
  if (isReverted) args.pop();
  return { type: type.toLowerCase(), action, args, isReverted };
}

/** Arguments of each type, and what CoreDNS says to another number of them. */
const ARGUMENTS: ReadonlyMap<string, readonly [count: number, error: string]> = new Map([
  ['local', [2, 'EDNS0 local rules require three or four args']],
  ['nsid', [0, 'EDNS0 NSID rules can accept no more than one arg']],
  ['subnet', [2, 'EDNS0 subnet rules require three or four args']],
]);
const UNSET_ARGUMENTS: ReadonlyMap<string, readonly [count: number, error: string]> = new Map([
  ['local', [1, 'local unset action requires exactly two arguments']],
  ['nsid', [0, 'nsid unset action requires exactly one argument']],
  ['subnet', [0, 'subnet unset action requires exactly one argument']],
]);

/** The number of arguments that the type and action take. */
function checkArguments({ type, action, args }: EdnsWords): void {
  const form = (action === 'unset' ? UNSET_ARGUMENTS : ARGUMENTS).get(type);
  if (form === undefined) throw new CorefileError(`invalid rule type ${quote(type)}`);
  if (args.length !== form[0]) throw new CorefileError(form[1]);
}

/** Code and data of a local option. */
function readLocal(codeText: string, data: string): { code: number; source: EdnsSource } {
  const code = readNumber(codeText);
  if (!(data.startsWith('{') && data.endsWith('}'))) {
    return { code, source: { kind: 'local', data: readData(data) } };
  }
  if (!isVariable(data)) throw new CorefileError(`unsupported variable name ${quote(data)}`);
  return { code, source: { kind: 'variable', variable: data } };
}

/** A variable of the query, or the label of metadata: something on both sides of its first slash. */
function isVariable(text: string): boolean {
  if (QUERY_VARIABLES.some((each) => each === text)) return true;
  const label = text.slice(1, -1);
  const slash = label.indexOf('/');
  return slash > 0 && slash < label.length - 1;
}

/** `0x` and hexadecimal digits, or the octets of the text. */
function readData(text: string): Uint8Array {
  if (!text.startsWith('0x')) return new TextEncoder().encode(text);
  const digits = text.slice(2);
  const wrong = /[^0-9a-fA-F]/u.exec(digits)?.[0];
  if (wrong !== undefined) {
    const code = (wrong.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw new CorefileError(`encoding/hex: invalid byte: U+${code} '${wrong}'`);
  }
  if (digits.length % 2 !== 0) throw new CorefileError('encoding/hex: odd length hex string');
  const pairs = digits.match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

/** Mask lengths for both families. */
function readSubnet(ipv4Text: string, ipv6Text: string): EdnsSource {
  const ipv4Bits = readNumber(ipv4Text);
  if (ipv4Bits > IPV4_BITS) throw new CorefileError(`invalid IPv4 bit mask length ${ipv4Bits}`);
  const ipv6Bits = readNumber(ipv6Text);
  if (ipv6Bits > IPV6_BITS) throw new CorefileError(`invalid IPv6 bit mask length ${ipv6Bits}`);
  return { kind: 'subnet', ipv4Bits, ipv6Bits };
}

/** A 16-bit number in Go's notation. */
function readNumber(text: string): number {
  const value = parseUnsigned(text, 0, CODE_BITS);
  if (typeof value === 'string') throw new CorefileError(value);
  return Number(value);
}
