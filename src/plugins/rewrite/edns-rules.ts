// What EDNS rules do to a query's OPT (CoreDNS: plugin/rewrite/edns0.go). Every such rule but one with an unknown variable
// gives the query an OPT, even when it changes nothing else.

import { maskIp, parseIp } from '../../base/ip.ts';
import { ednsOptionName } from '../../dns/codes/edns-option.ts';
import type { EdnsOptionData } from '../../dns/edns.ts';
import { formatName } from '../../dns/name.ts';
import type { Client, Exchange } from '../../plugin/exchange.ts';
import type { EdnsRuleOptions, EdnsSource } from './options.ts';
import type { QueryDraft } from './query-draft.ts';
import type { ResponseRule } from './reply-draft.ts';
import { EdnsRevertRule } from './response-rules.ts';

const IPV4_OCTETS = 4;
const FAMILY_IPV4 = 1;
const FAMILY_IPV6 = 2;
const NO_RULES: readonly ResponseRule[] = [];
const encoder = new TextEncoder();

/** Applies one rule. Returns the response rules to add, or undefined when it did not match. */
export function applyEdnsRule(
  rule: EdnsRuleOptions,
  draft: QueryDraft,
): readonly ResponseRule[] | undefined {
  const { action, code, source } = rule;
  const data = action === 'unset' ? undefined : optionData(source, draft.exchange);
  if (source.kind === 'variable' && data === undefined) return undefined;
  const { edns } = draft;
  if (action === 'unset') {
    draft.edns = { ...edns, options: edns.options.filter((option) => option.code !== code) };
    return NO_RULES;
  }
  if (data === undefined) return undefined;
  const at = edns.options.findIndex((option) => isOwn(option, code, source));
  const before = edns.options[at];
  const option: EdnsOptionData = { code, data };
  if (before !== undefined && action !== 'append') {
    draft.edns = { ...edns, options: edns.options.with(at, option) };
    return reverting(rule, before);
  }
  // A second variable or subnet option is not added to the first one; a second local or NSID option is.
  const isSecondRefused = source.kind === 'variable' || source.kind === 'subnet';
  if (action === 'replace' || (before !== undefined && isSecondRefused)) return undefined;
  draft.edns = { ...edns, options: [...edns.options, option] };
  return reverting(rule, undefined);
}

/** What takes the change back, if the rule says so. */
function reverting(
  { isReverted, code }: EdnsRuleOptions,
  before: EdnsOptionData | undefined,
): readonly ResponseRule[] {
  return isReverted ? [new EdnsRevertRule(code, before)] : NO_RULES;
}

/** Whether an option is one that the rule may change: a local rule leaves the codes alone that have a form of their own. */
function isOwn(option: EdnsOptionData, code: number, source: EdnsSource): boolean {
  if (option.code !== code) return false;
  if (source.kind === 'nsid' || source.kind === 'subnet') return true;
  return ednsOptionName(code) === `OPT${code}`;
}

/** The octets to send; undefined when the query has none for it. */
function optionData(source: EdnsSource, exchange: Exchange): Uint8Array | undefined {
  switch (source.kind) {
    case 'local':
      return source.data;
    case 'variable':
      return variableData(source.variable, exchange);
    case 'nsid':
      return new Uint8Array(0);
    case 'subnet':
      return subnetData(source.ipv4Bits, source.ipv6Bits, exchange.client);
  }
}

/** Names and protocols as text, numbers and addresses in network order (plugin/rewrite/wire.go). */
function variableData(variable: string, exchange: Exchange): Uint8Array | undefined {
  const { client } = exchange;
  switch (variable) {
    case '{qname}':
      return encoder.encode(formatName(exchange.askedName));
    case '{qtype}':
      return uint16(exchange.type);
    case '{client_ip}':
      return parseIp(client.address);
    case '{server_ip}':
      return parseIp(client.localAddress);
    case '{client_port}':
      return uint16(client.port);
    case '{server_port}':
      return uint16(client.localPort);
    case '{protocol}':
      return encoder.encode(client.protocol);
    default: {
      const value = exchange.metadata?.get(variable.slice(1, -1))?.() ?? '';
      return value === '' ? undefined : encoder.encode(value);
    }
  }
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value);
}

/** A client subnet option: family, mask length, scope 0, the octets of the network (RFC 7871 section 6). */
function subnetData(
  ipv4Bits: number,
  ipv6Bits: number,
  { address }: Client,
): Uint8Array | undefined {
  const ip = parseIp(address);
  if (ip === undefined) return undefined;
  const isIpv4 = ip.length === IPV4_OCTETS;
  const bits = isIpv4 ? ipv4Bits : ipv6Bits;
  const network = maskIp(ip, bits).subarray(0, Math.ceil(bits / 8));
  const family = isIpv4 ? FAMILY_IPV4 : FAMILY_IPV6;
  return Uint8Array.of(0, family, bits, 0, ...network);
}
