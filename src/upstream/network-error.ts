// Socket errors in Go's words (net.OpError), as the errors plugin logs them: operators search their logs for these
// texts. Made from the error code only; nothing of Node's own wording shows.

import type { RuntimeErrorCode } from '../base/runtime-error.ts';
import { RuntimeFault } from '../base/runtime-error.ts';

/** The C library's words for the codes that outgoing sockets meet. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EAFNOSUPPORT: 'address family not supported by protocol',
  ECONNABORTED: 'software caused connection abort',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EHOSTUNREACH: 'no route to host',
  EINVAL: 'invalid argument',
  EMFILE: 'too many open files',
  EMSGSIZE: 'message too long',
  ENETUNREACH: 'network is unreachable',
  ENOBUFS: 'no buffer space available',
  EPERM: 'operation not permitted',
  EPIPE: 'broken pipe',
  ETIMEDOUT: 'connection timed out',
};

/** What was being done: `read udp 127.0.0.1:5000->127.0.0.1:53`. */
export interface Operation {
  readonly word: 'dial' | 'read' | 'write';
  readonly network: 'udp' | 'tcp';
  /** Undefined while there is no local end (dial). */
  readonly local: string | undefined;
  readonly remote: string;
}

function operationText({ word, network, local, remote }: Operation): string {
  return local === undefined
    ? `${word} ${network} ${remote}`
    : `${word} ${network} ${local}->${remote}`;
}

/** No answer in time: `read udp A->B: i/o timeout`. */
export function timeoutError(operation: Operation): Error {
  return new RuntimeFault('UPSTREAM_TIMEOUT', `${operationText(operation)}: i/o timeout`);
}

/** The kernel refused: `read udp A->B: read: connection refused`, `dial tcp B: connect: ...`. */
export function systemError(operation: Operation, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  const call = operation.word === 'dial' ? 'connect' : operation.word;
  const text = `${operationText(operation)}: ${call}: ${reason}`;
  return failure('UPSTREAM_FAILED', text, error);
}

/** The peer closed the connection: Go says no more than this. */
export function closedError(): Error {
  return failure('UPSTREAM_FAILED', 'EOF', undefined);
}

/** Anything else; `text` is whole. */
export function upstreamError(text: string): Error {
  return failure('UPSTREAM_FAILED', text, undefined);
}

function failure(code: RuntimeErrorCode, text: string, cause: unknown): Error {
  return new RuntimeFault(code, text, cause === undefined ? undefined : { cause });
}
