// A question to an upstream and what became of it: the vocabulary between sockets and whoever asks. A reply counts
// only if it has the ID that was sent, comes from where it was sent (sockets are connected), and repeats the
// question (RFC 5452 section 9.1).

import { decodeMessage, type Message, type Question } from '../dns/message.ts';
import { equalNames } from '../dns/name.ts';
import { u16At } from '../dns/rdata/octets.ts';

/** A query as it is sent. */
export interface UpstreamQuery {
  /** The whole message; its ID is replaced by each socket. */
  readonly wire: Uint8Array;
  readonly question: Question;
  /** Octets of UDP reply that the client takes: a longer one becomes an empty truncated reply. */
  readonly receiveSize: number;
}

/**
 * A query whose reply is taken from where it was received, without a promise and without being read record by record. One that
 * is not taken so is read like all others, and comes by `settle`.
 */
export interface DirectQuery extends UpstreamQuery {
  /** Octets of the message in `wire`, which may be longer; and of its header and question. */
  readonly length: number;
  readonly questionLength: number;
  /**
   * Takes a reply that lies in `bytes` from `start` to before `end`, is not too long and repeats the question, in its spelling.
   * The octets are good during the call. False when it is to be read.
   */
  take(bytes: Uint8Array, start: number, end: number): boolean;
  /** Called once, unless a reply was taken. Needs no `this`. */
  readonly settle: (outcome: UpstreamOutcome) => void;
}

/** What became of a query. */
export type UpstreamOutcome =
  | { readonly kind: 'reply'; readonly message: Message }
  /** Only replies to another question came. */
  | { readonly kind: 'mismatch' }
  | {
      readonly kind: 'failed';
      readonly error: Error;
      /** A connection from the pool was closed by the peer: asking again on a new one may help. */
      readonly isStale: boolean;
      /** Something with the right ID came back, though nothing to use: enough for a health check. */
      readonly hasAnswered: boolean;
    };

const HEADER_OCTETS = 12;
const COUNT_OFFSET = 4;
const QR_BIT = 0x80;
const TC_BIT = 0x02;
/** The counts of answer, authority and additional records. */
const RECORD_COUNTS_OFFSET = 6;

/** The ID of the message from `start` to before `end`; -1 for anything that is too short to be a reply, or is a query. */
export function replyId(bytes: Uint8Array, start: number = 0, end: number = bytes.length): number {
  if (end - start < HEADER_OCTETS || ((bytes[start + 2] ?? 0) & QR_BIT) === 0) return -1;
  return u16At(bytes, start);
}

/**
 * Whether a reply from `start` to before `end` is one that `take` may be offered: its length, and the question, which is all
 * that is there and has the spelling of the query.
 */
export function isDirectReply(
  bytes: Uint8Array,
  start: number,
  end: number,
  { wire, questionLength, receiveSize }: DirectQuery,
): boolean {
  const length = end - start;
  if (length > receiveSize || length < questionLength) return false;
  if (bytes[start + COUNT_OFFSET] !== 0 || bytes[start + COUNT_OFFSET + 1] !== 1) return false;
  for (let at = HEADER_OCTETS; at < questionLength; at++)
    if (bytes[start + at] !== wire[at]) return false;
  return true;
}

/**
 * Reads a reply; undefined if it is malformed. One that is longer than `maxSize` loses all its records and gets
 * TC, which sends the client to TCP (plugin/pkg/proxy/connect.go, truncateResponse).
 */
export function readReply(bytes: Uint8Array, maxSize: number): Message | undefined {
  if (bytes.length <= maxSize) return decodeMessage(bytes);
  const head = bytes.slice();
  head.fill(0, RECORD_COUNTS_OFFSET, HEADER_OCTETS);
  head[2] = (head[2] ?? 0) | TC_BIT;
  return decodeMessage(head);
}

/** Whether a reply repeats the question; names are compared without case (request.Match of CoreDNS). */
export function isReplyTo(message: Message, question: Question): boolean {
  const [asked, ...more] = message.questions;
  return (
    asked !== undefined &&
    more.length === 0 &&
    asked.type === question.type &&
    asked.class === question.class &&
    equalNames(asked.name, question.name)
  );
}
