// One HTTP/2 connection to an upstream for DNS over HTTPS (RFC 8484). Each query is a request of its own, so there are
// no IDs to match. Opens by itself; closes when retired and idle, or when it fails. node:http2 is loaded with the first
// connection.

import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2';
import { portNumber } from './address.ts';
import { closedError, upstreamError } from './network-error.ts';
import type { TlsClient } from './tls-client.ts';
import { httpTimeoutError, tlsError } from './tls-error.ts';
import { UpstreamConnection } from './upstream-connection.ts';
import type { ConnectionOptions } from './upstream-options.ts';
import {
  isReplyTo,
  readReply,
  replyId,
  type UpstreamOutcome,
  type UpstreamQuery,
} from './upstream-query.ts';

/** The HTTP methods that carry queries. */
export type DohMethod = 'POST' | 'GET';

/** What a connection needs. */
export interface HttpsOptions extends ConnectionOptions {
  readonly tls: TlsClient;
  readonly method: DohMethod;
}

const PATH = '/dns-query';
const MEDIA_TYPE = 'application/dns-message';
const MAX_REPLY_OCTETS = 65_535;
/** RFC 9113 section 7. */
const CANCEL = 8;

/** A connection. */
export class HttpsConnection extends UpstreamConnection {
  inFlight = 0;
  readonly #options: HttpsOptions;
  readonly #opening: Promise<ClientHttp2Session>;
  #session: ClientHttp2Session | undefined = undefined;

  constructor(options: HttpsOptions, onClosed: () => void) {
    super(options, onClosed);
    this.#options = options;
    this.#opening = this.#open();
    // The queries that wait for it hear of a failure.
    this.#opening.catch(() => undefined);
  }

  /** Sends a query. The promise never rejects. The time for the connection to open is not counted. */
  async ask(query: UpstreamQuery, timeoutMs: number): Promise<UpstreamOutcome> {
    const isFirst = this.sent === 0;
    this.countUse();
    this.inFlight++;
    try {
      const session = await this.#opening;
      return outcomeOf(query, await this.#exchange(session, query, timeoutMs));
    } catch (error) {
      const session = this.#session;
      const isGone = session === undefined || session.closed || session.destroyed;
      if (isGone) this.isRetired = true;
      const isStale = isGone && !isFirst && session !== undefined;
      return { kind: 'failed', error: this.#worded(query, error), isStale, hasAnswered: false };
    } finally {
      this.inFlight--;
      this.closeIfDone();
    }
  }

  async #open(): Promise<ClientHttp2Session> {
    const { address, tls } = this.#options;
    const port = portNumber(address.port, 'tcp');
    if (typeof port === 'string') throw upstreamError(port);
    const { connect } = process.getBuiltinModule('node:http2');
    const socket = await tls.open(this.#options, port, ['h2']);
    if (socket.alpnProtocol !== 'h2') {
      socket.destroy();
      throw upstreamError('http2: the server does not offer it');
    }
    const session = connect(`https://${this.remote}`, { createConnection: () => socket });
    // Its requests hear of the failure.
    session.on('error', () => undefined);
    session.on('goaway', () => this.retire());
    session.on('close', () => this.retire());
    this.#session = session;
    return session;
  }

  #exchange(
    session: ClientHttp2Session,
    query: UpstreamQuery,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    const { clock, method } = this.#options;
    const body = method === 'POST' ? query.wire : undefined;
    return new Promise((resolve, reject) => {
      const stream = session.request(this.#headers(query), { endStream: body === undefined });
      const timer = clock.setTimeout(() => {
        this.isRetired = true;
        reject(httpTimeoutError());
        stream.close(CANCEL);
      }, timeoutMs);
      readBody(stream)
        .then(resolve, reject)
        .finally(() => clock.clearTimeout(timer));
      if (body !== undefined) stream.end(body);
    });
  }

  #headers(query: UpstreamQuery): OutgoingHttpHeaders {
    const { method } = this.#options;
    return {
      ':method': method,
      ':authority': this.remote,
      ':path': this.#path(query),
      accept: MEDIA_TYPE,
      'content-type': MEDIA_TYPE,
      ...(method === 'POST' ? { 'content-length': query.wire.length } : {}),
    };
  }

  #path({ wire }: UpstreamQuery): string {
    if (this.#options.method === 'POST') return PATH;
    return `${PATH}?dns=${Buffer.from(wire).toString('base64url')}`;
  }

  /** As Go's HTTP client has it: `Post "https://127.0.0.1:443/dns-query": EOF`. */
  #worded(query: UpstreamQuery, error: unknown): Error {
    const { message } = tlsError(error) ?? closedError();
    const verb = this.#options.method === 'POST' ? 'Post' : 'Get';
    const text = `${verb} "https://${this.remote}${this.#path(query)}": ${message}`;
    return upstreamError(text);
  }

  protected close(): void {
    // One that is retired before it has opened is closed then.
    this.#opening.then((session) => session.destroy()).catch(() => undefined);
  }
}

/** The body of a good reply; rejects for any other, and when the stream ends early. */
function readBody(stream: ClientHttp2Stream): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let status = 0;
    let octets = 0;
    stream.on('response', (headers) => {
      status = headers[':status'] ?? 0;
    });
    stream.on('data', (chunk: Uint8Array) => {
      octets += chunk.length;
      chunks.push(chunk);
      if (octets > MAX_REPLY_OCTETS) stream.close(CANCEL);
    });
    stream.on('error', reject);
    stream.on('close', () => reject(closedError()));
    stream.on('end', () => {
      if (octets > MAX_REPLY_OCTETS) reject(upstreamError('http: request body too large'));
      else if (status !== 200) reject(upstreamError(`unexpected HTTP status ${status}`));
      // Copied: names and rdata that leave here are plain arrays.
      else resolve(Uint8Array.from(Buffer.concat(chunks)));
    });
  });
}

function outcomeOf(query: UpstreamQuery, bytes: Uint8Array): UpstreamOutcome {
  const message = readReply(bytes, Number.POSITIVE_INFINITY);
  if (message === undefined) throw upstreamError('dns: bad message');
  const isReply = replyId(bytes) >= 0 && isReplyTo(message, query.question);
  return isReply ? { kind: 'reply', message } : { kind: 'mismatch' };
}
