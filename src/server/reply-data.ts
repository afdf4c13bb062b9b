// From an exchange to what the encoder takes: header bits that every reply copies from its query, the question
// and the OPT record (RFC 1035 section 4.1.1; miekg/dns SetReply).

import { Opcode } from '../dns/codes/opcode.ts';
import type { ReplyData } from '../dns/wire/reply-writer.ts';
import type { Exchange } from '../plugin/exchange.ts';
import { replyEdns } from './reply-edns.ts';

/** The reply of an exchange as data. RD and CD are the query's, for opcode QUERY only. */
export function replyData(exchange: Exchange): ReplyData {
  const { reply } = exchange;
  const isQuery = exchange.opcode === Opcode.QUERY;
  return {
    id: exchange.id,
    opcode: exchange.opcode,
    authoritative: reply.isAuthoritative,
    truncated: reply.isTruncated,
    recursionDesired: reply.isRecursionDesired ?? (isQuery && exchange.isRecursionDesired),
    recursionAvailable: reply.isRecursionAvailable,
    authenticData: reply.isAuthenticData,
    checkingDisabled: reply.isCheckingDisabled ?? (isQuery && exchange.isCheckingDisabled),
    rcode: reply.rcode,
    question: reply.question ?? {
      name: exchange.askedName,
      type: exchange.type,
      class: exchange.class,
    },
    answer: reply.answer,
    authority: reply.authority,
    additional: reply.additional,
    edns: replyEdns(exchange),
  };
}
