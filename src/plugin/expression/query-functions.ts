// The functions of expressions that are about the query (CoreDNS: plugin/pkg/expression; `group`: plugin/template).

import { cidrContains, parseCidr, parseIp, unmapIp } from '../../base/ip.ts';
import { rrClassName } from '../../dns/codes/rr-class.ts';
import { rrTypeName } from '../../dns/codes/rr-type.ts';
import { formatName } from '../../dns/name.ts';
import type { Exchange } from '../exchange.ts';
import { type ExpressionFunction, taking } from './function.ts';
import type { ValueType } from './types.ts';
import { asString, EvaluationFault, type Value } from './value.ts';

function about(gives: ValueType, read: (exchange: Exchange) => Value): ExpressionFunction {
  return { judge: taking([], gives), run: ({ exchange }) => read(exchange) };
}

/** Addresses as Go has them: no brackets. */
function bare(address: string): string {
  return address.replace(/^\[|\]$/g, '');
}

function isInCidr(address: string, network: string): boolean {
  const ip = parseIp(address);
  if (ip === undefined) throw new EvaluationFault('first argument is not an IP address');
  const cidr = parseCidr(network);
  if (cidr === undefined) throw new EvaluationFault(`invalid CIDR address: ${network}`);
  return cidrContains(cidr, unmapIp(ip));
}

/** By name. */
export const QUERY_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  bufsize: about('int', (exchange) => exchange.maxReplySize),
  class: about('string', (exchange) => rrClassName(exchange.class)),
  client_ip: about('string', ({ client }) => client.address),
  do: about('bool', (exchange) => exchange.isDnssecOk),
  id: about('int', (exchange) => exchange.id),
  name: about('string', (exchange) => formatName(exchange.name)),
  opcode: about('int', (exchange) => exchange.opcode),
  port: about('string', ({ client }) => String(client.port)),
  proto: about('string', ({ client }) => client.protocol),
  server_ip: about('string', ({ client }) => bare(client.localAddress)),
  server_port: about('string', ({ client }) => String(client.localPort)),
  size: about('int', (exchange) => exchange.length),
  type: about('string', (exchange) => rrTypeName(exchange.type)),
  incidr: {
    judge: taking(['string', 'string'], 'bool'),
    run: (_subject, [address, network]) => isInCidr(asString(address), asString(network)),
  },
  metadata: {
    judge: taking(['string'], 'string'),
    run: ({ exchange }, [label]) => exchange.metadata?.get(asString(label))?.() ?? '',
  },
};

/** `group`: a part of what the stanza's regular expression matched, by number or name; '' for no such part. */
export const GROUP_FUNCTION: ExpressionFunction = {
  judge: taking(['unknown'], 'string'),
  run: ({ groups }, [name]) => groups.get(String(name)) ?? '',
};
