// How many octets a reply takes, uncompressed and before the server's part (OPT echo, truncation): what log and
// prometheus report, as CoreDNS's recorder sees replies there (plugin/pkg/dnstest/recorder.go).

import { ednsLength } from '../dns/edns.ts';
import type { Name } from '../dns/name.ts';
import type { ResourceRecord } from '../dns/record.ts';
import type { Exchange } from './exchange.ts';

const HEADER_OCTETS = 12;
/** Type and class of a question. */
const QUESTION_FIXED_OCTETS = 4;
/** Type, class, TTL and length of a record (RFC 1035 section 4.1.3). */
const RECORD_FIXED_OCTETS = 10;

/** Octets of a written reply, all its messages, with question, records and its own OPT. Allocates nothing. */
export function replySize(exchange: Exchange): number {
  const { reply } = exchange;
  const frame =
    bareReplySize(reply.question?.name ?? exchange.askedName) +
    (reply.edns === undefined ? 0 : ednsLength(reply.edns));
  let size =
    frame +
    recordsSize(reply.answer) +
    recordsSize(reply.authority) +
    recordsSize(reply.additional);
  for (const answer of reply.following) size += frame + recordsSize(answer);
  return size;
}

/** Octets of a reply that is nothing but header and question: an error that the server will write. */
export function bareReplySize(name: Name): number {
  return HEADER_OCTETS + name.length + QUESTION_FIXED_OCTETS;
}

function recordsSize(records: readonly ResourceRecord[]): number {
  let size = 0;
  for (const record of records)
    size += record.name.length + RECORD_FIXED_OCTETS + record.rdata.length;
  return size;
}
