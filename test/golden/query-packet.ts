// A query of the corpus in wire form.

import { randomInt } from 'node:crypto';
import { opcodeCode } from '../../src/dns/codes/opcode.ts';
import { rrClassCode } from '../../src/dns/codes/rr-class.ts';
import { rrTypeCode } from '../../src/dns/codes/rr-type.ts';
import type { Edns } from '../../src/dns/edns.ts';
import { encodeMessage, type Message } from '../../src/dns/message.ts';
import { name, record, unhex } from '../support/record-lines.ts';
import type { GoldenQuery } from './corpus.ts';

/** Words of types that CoreDNS has no word for, so that our tables have none either. */
const MORE_TYPES: Readonly<Record<string, number>> = { WKS: 11, A6: 38 };

/** The message with a random id. Throws when a word of it is unknown. */
export function queryMessage(query: GoldenQuery): Message {
  const type = known(rrTypeCode(query.type) ?? MORE_TYPES[query.type], query.type);
  const rrClass = known(rrClassCode(query.class ?? 'IN'), query.class ?? '');
  return {
    id: randomInt(1, 65_536),
    isResponse: false,
    opcode: known(opcodeCode(query.opcode ?? 'QUERY'), query.opcode ?? ''),
    authoritative: false,
    truncated: false,
    recursionDesired: query.rd ?? true,
    recursionAvailable: false,
    authenticData: query.ad ?? false,
    checkingDisabled: query.cd ?? false,
    rcode: 0,
    questions: [{ name: name(query.name), type, class: rrClass }],
    answer: [],
    authority: (query.authority ?? []).map(record),
    additional: [],
    edns: query.edns ? ednsOf(query.edns) : undefined,
  };
}

/** The message as octets. */
export function queryPacket(message: Message): Uint8Array {
  return encodeMessage(message, { compress: false });
}

function ednsOf(edns: NonNullable<GoldenQuery['edns']>): Edns {
  return {
    udpSize: edns.bufsize,
    version: edns.version ?? 0,
    isDnssecOk: edns.do,
    extendedRcode: 0,
    options: edns.options.map(([code, data]) => ({ code, data: unhex(data) })),
  };
}

function known(code: number | undefined, word: string): number {
  if (code === undefined) throw new Error(`unknown word ${word}`);
  return code;
}
