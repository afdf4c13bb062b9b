// One question to one server over a socket of its own: what NOTIFY and the SOA checks of secondaries need. No pool, no
// health: see upstream.ts for those.

import type { Clock } from '../base/clock.ts';
import { encodeMessage, type Message, type Question, queryMessage } from '../dns/message.ts';
import type { UpstreamAddress } from './address.ts';
import { DatagramLink } from './datagram-link.ts';
import { StreamConnection } from './stream-connection.ts';

/** How a question is asked. */
export interface SingleQueryOptions {
  readonly address: UpstreamAddress;
  readonly network: 'udp' | 'tcp';
  readonly clock: Clock;
  /** Longest wait for the reply. */
  readonly timeoutMs: number;
  /** Local address to send from; undefined leaves it to the kernel. */
  readonly sourceAddress: string | undefined;
}

/** Header fields of the question; everything else is 0. */
export interface SingleQuery {
  readonly question: Question;
  readonly opcode: number;
  readonly isAuthoritative: boolean;
  readonly isRecursionDesired: boolean;
}

/** Largest UDP reply taken: these questions carry no OPT (RFC 1035 section 4.2.1). */
const RECEIVE_OCTETS = 512;

/** Asks once. Resolves to the reply, or to the error (in Go's words); never rejects. */
export async function askOnce(
  query: SingleQuery,
  options: SingleQueryOptions,
): Promise<Message | Error> {
  const connection = {
    ...options,
    expireMs: 0,
    maxAgeMs: 0,
    maxIdle: 0,
    readTimeoutMs: options.timeoutMs,
  };
  const link =
    options.network === 'udp'
      ? new DatagramLink(connection, () => undefined)
      : new StreamConnection(connection, () => undefined);
  const asking = link.ask(
    { wire: queryWire(query), question: query.question, receiveSize: RECEIVE_OCTETS },
    options.timeoutMs,
  );
  link.retire();
  const outcome = await asking;
  if (outcome.kind === 'reply') return outcome.message;
  return outcome.kind === 'failed' ? outcome.error : new Error('dns: id mismatch');
}

/** The message; sockets put their own ID in. */
export function queryWire(query: SingleQuery): Uint8Array {
  const { question, opcode, isAuthoritative, isRecursionDesired } = query;
  const message = queryMessage(question, {
    opcode,
    authoritative: isAuthoritative,
    recursionDesired: isRecursionDesired,
  });
  return encodeMessage(message, { compress: false });
}
