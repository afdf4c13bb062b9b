// What one log line is made from: the exchange, and what came of it. One object a handler, filled anew for each line.

import { Opcode } from '../../dns/codes/opcode.ts';
import { type Name, ROOT } from '../../dns/name.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { Reply } from '../../plugin/reply.ts';

/** The state of a query when its line is written. */
export interface LogRecord {
  exchange: Exchange;
  /** The name as it came to this handler, in lower case: later handlers may have rewritten the question. */
  name: Name;
  /** Whether there is a reply: one by the chain, or the error that the server will write. */
  isReplied: boolean;
  /** Whether the chain itself wrote it. */
  isWritten: boolean;
  rcode: number;
  /** Octets of the reply, uncompressed. */
  size: number;
  /** Nanoseconds since the query came to this handler. */
  durationNs: number;
}

/** A record to fill. */
export function newRecord(exchange: Exchange): LogRecord {
  return {
    exchange,
    name: ROOT,
    isReplied: false,
    isWritten: false,
    rcode: 0,
    size: 0,
    durationNs: 0,
  };
}

/** What the server writes for the chain has no flags of its own. */
const BARE_REPLY: Readonly<Reply> = new Reply();

/**
 * Header flags of the reply with commas between; `-` without a reply. RD and CD are those of the query, for opcode QUERY
 * only (miekg/dns SetReply), unless the chain gave them.
 */
export function replyFlags({ exchange, isReplied, isWritten }: LogRecord): string {
  if (!isReplied) return '-';
  const reply = isWritten ? exchange.reply : BARE_REPLY;
  const isQuery = exchange.opcode === Opcode.QUERY;
  let flags = 'qr';
  if (reply.isAuthoritative) flags += ',aa';
  if (reply.isTruncated) flags += ',tc';
  if (reply.isRecursionDesired ?? (isQuery && exchange.isRecursionDesired)) flags += ',rd';
  if (reply.isRecursionAvailable) flags += ',ra';
  if (reply.isAuthenticData) flags += ',ad';
  if (reply.isCheckingDisabled ?? (isQuery && exchange.isCheckingDisabled)) flags += ',cd';
  return flags;
}
