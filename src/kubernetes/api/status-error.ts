// Errors that the API server itself reports: a Status object in a response or in a watch event, or a bare HTTP status.
// The texts for bare ones follow apimachinery's NewGenericServerResponse (api/errors/errors.go).

import { RuntimeFault } from '../../base/runtime-error.ts';

/** An error status. The message is what client-go's error would say. */
export class StatusError extends RuntimeFault {
  /** HTTP status, also of errors that came as a watch event. */
  readonly status: number;
  /** Machine-readable word such as Expired or Forbidden, '' when there is none. */
  readonly reason: string;
  /** The server's wish, undefined when it has none. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, reason: string, message: string, retryAfterMs: number | undefined) {
    super(status === 403 ? 'API_FORBIDDEN' : 'API_FAILED', message);
    this.name = 'StatusError';
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether a resource version or continue token is too old: only a new list helps. */
  get isExpired(): boolean {
    return this.status === 410 || this.reason === 'Expired' || this.reason === 'Gone';
  }
}

const GENERIC_TEXTS: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  403: 'forbidden',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  406: 'the server was unable to respond with a content type that the client supports',
  410: 'the server rejected our request for an unknown reason',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};

/** The error of a response: `body` is its text, `retryAfter` that header, `resource` for example `services`. */
export function statusErrorOfResponse(
  status: number,
  body: string,
  retryAfter: string | undefined,
  resource: string,
): StatusError {
  const parsed = parseStatus(body);
  const seconds = Number(retryAfter ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
  const message = parsed?.message || genericText(status, body, resource);
  return new StatusError(status, parsed?.reason ?? '', message, retryAfterMs);
}

/** The error of a watch event of type ERROR; `object` is the event's object, which should be a Status. */
export function statusErrorOfEvent(object: unknown): StatusError {
  const status = statusFields(object);
  return new StatusError(
    status?.code ?? 500,
    status?.reason ?? '',
    status?.message || 'an error on the server has ended the watch',
    status?.retryAfterMs,
  );
}

function genericText(status: number, body: string, resource: string): string {
  const known = GENERIC_TEXTS[status];
  if (status === 403) return `forbidden: ${JSON.stringify(body.trim().slice(0, 200))}`;
  const text =
    known ??
    `an error on the server (${JSON.stringify(body.trim().slice(0, 200))}) has prevented the request from succeeding`;
  return `${text} (get ${resource})`;
}

interface StatusFields {
  readonly code: number | undefined;
  readonly reason: string;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
}

function parseStatus(body: string): StatusFields | undefined {
  try {
    return statusFields(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function statusFields(value: unknown): StatusFields | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, code, reason, message, details } = value as Readonly<Record<string, unknown>> & {
    kind?: unknown;
    code?: unknown;
    reason?: unknown;
    message?: unknown;
    details?: { retryAfterSeconds?: unknown } | null;
  };
  if (kind !== 'Status') return undefined;
  const seconds = details?.retryAfterSeconds;
  return {
    code: typeof code === 'number' ? code : undefined,
    reason: typeof reason === 'string' ? reason : '',
    message: typeof message === 'string' ? message : '',
    // Protobuf says 0 where JSON says nothing.
    retryAfterMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined,
  };
}
