// GET requests to the API server: keep-alive agents, credentials, limits, time-outs, and one report a request for the
// rest client metrics. Knows nothing of lists and watches but whether a request counts as one.

import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Clock } from '../../base/clock.ts';
import type { Connection } from './connection.ts';
import { errorCode } from './connection-error.ts';
import type { ConnectionState } from './connection-state.ts';
import { delay } from './delay.ts';
import { type RequestLimits, Slots, TokenBucket } from './limits.ts';
import { networkErrorOfRequest } from './network-error.ts';
import { secureContextOf } from './tls-context.ts';

/** One finished request, for coredns_kubernetes_rest_client_*. */
export interface RequestReport {
  /** HTTP status, or `<error>` when there was no response. */
  readonly code: string;
  readonly method: 'GET';
  /** Host and port as configured. */
  readonly host: string;
  readonly verb: 'GET';
  /** Lists are measured; watches are counted only, as in client-go. */
  readonly kind: RequestKind;
  /** From before the rate limiter to the end of the body, for watches to the response headers. */
  readonly durationMs: number;
  /** Time spent in the rate limiter; 0 for watches, which pass it by. */
  readonly rateLimiterMs: number;
}

/** What a request is for. */
export type RequestKind = 'list' | 'watch';

/** One request. */
export interface ApiRequest {
  readonly kind: RequestKind;
  /** Path and query below the server's base path. */
  readonly target: string;
  /** Media types, the preferred one first. */
  readonly accept: string;
  readonly signal: AbortSignal;
}

/** What a client needs from outside. */
export interface ClientContext {
  readonly clock: Clock;
  readonly limits: RequestLimits;
  readonly userAgent: string;
  readonly onRequest?: ((report: RequestReport) => void) | undefined;
}

/** Go's dialer waits this long for a connection (net/http.DefaultTransport). */
const CONNECT_TIMEOUT_MS = 30_000;
/** An API server ends a request after 60 s and may queue it as long; silence beyond that is a lost connection. */
export const HEADERS_TIMEOUT_MS = 70_000;
/** Dead peers behind a silent watch are found by TCP probes: after this silence, then ten probes a second apart. */
const TCP_PROBE_AFTER_MS = 15_000;

/** Requests of one kubernetes block to one API server. */
export class ApiClient {
  readonly #connection: Connection;
  readonly #context: ClientContext;
  readonly #bucket: TokenBucket;
  readonly #slots: Slots;
  #agent: Agent | undefined;
  #agentKey = '';

  constructor(connection: Connection, context: ClientContext) {
    this.#connection = connection;
    this.#context = context;
    this.#bucket = new TokenBucket(context.limits, context.clock);
    this.#slots = new Slots(context.limits.maxInflight);
  }

  /**
   * Resolves with the response, whatever its status, when its headers are there. Rejects with NetworkError, also
   * when `signal` is aborted. A 401 makes the next request load the credentials anew.
   */
  async get(request: ApiRequest): Promise<IncomingMessage> {
    const { clock } = this.#context;
    const startMs = clock.monotonicMs();
    let rateLimiterMs = 0;
    if (request.kind === 'list') {
      await delay(clock, this.#bucket.take(), request.signal);
      rateLimiterMs = clock.monotonicMs() - startMs;
    }
    await this.#slots.acquire();
    const state = await this.#connection.current();
    const report = (code: string): void =>
      this.#context.onRequest?.({
        code,
        method: 'GET',
        host: state.server.host,
        verb: 'GET',
        kind: request.kind,
        durationMs: clock.monotonicMs() - startMs,
        rateLimiterMs,
      });
    try {
      const response = await this.#send(request, state);
      const code = String(response.statusCode);
      if (response.statusCode === 401) this.#connection.refuse(state);
      if (request.kind === 'list') response.once('close', () => report(code));
      else report(code);
      return response;
    } catch (error) {
      report('<error>');
      throw error;
    } finally {
      this.#slots.release();
    }
  }

  /** Closes idle connections. Requests under way end by their own signals. */
  close(): void {
    for (const sockets of Object.values(this.#agent?.freeSockets ?? {})) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }

  async #send(request: ApiRequest, state: ConnectionState): Promise<IncomingMessage> {
    try {
      return await this.#sendOnce(request, state);
    } catch (error) {
      // The server may close an idle connection just when it is taken up again; a fresh one decides.
      if (!(error instanceof ReusedSocketError)) throw this.#asNetworkError(error, request, state);
    }
    try {
      this.close();
      return await this.#sendOnce(request, state);
    } catch (error) {
      throw this.#asNetworkError(error, request, state);
    }
  }

  #asNetworkError(error: unknown, request: ApiRequest, { server }: ConnectionState): unknown {
    const url = `${server.isTls ? 'https' : 'http'}://${server.host}${server.basePath}${request.target}`;
    const cause = error instanceof ReusedSocketError ? error.cause : error;
    return networkErrorOfRequest(url, server, cause);
  }

  #sendOnce(
    { target, accept, signal }: ApiRequest,
    state: ConnectionState,
  ): Promise<IncomingMessage> {
    const { clock, userAgent } = this.#context;
    const { server } = state;
    const options: RequestOptions = {
      host: server.hostname,
      port: server.port,
      path: `${server.basePath}${target}`,
      headers: {
        host: server.host,
        accept,
        'user-agent': userAgent,
        ...state.headers,
      },
      agent: this.#agentFor(state),
      signal,
    };
    return new Promise((resolve, reject) => {
      const request = server.isTls ? https().request(options) : httpRequest(options);
      const fail = (reason: string) => () =>
        request.destroy(Object.assign(new Error(reason), { code: 'TIMEOUT' }));
      const timer = clock.setTimeout(
        fail('net/http: timeout awaiting response headers'),
        HEADERS_TIMEOUT_MS,
      );
      const connectTimer = clock.setTimeout(() => {
        if (request.socket === null || request.socket.connecting) {
          fail(`dial tcp ${server.hostname}:${server.port}: i/o timeout`)();
        }
      }, CONNECT_TIMEOUT_MS);
      const settle = (): void => {
        clock.clearTimeout(timer);
        clock.clearTimeout(connectTimer);
      };
      request.once('socket', (socket) => socket.setKeepAlive(true, TCP_PROBE_AFTER_MS));
      request.once('response', (response) => {
        settle();
        resolve(response);
      });
      request.on('error', (error) => {
        settle();
        const isReused = request.reusedSocket && errorCode(error) === 'ECONNRESET';
        reject(isReused ? new ReusedSocketError('reset', { cause: error }) : error);
      });
      request.end();
    });
  }

  /** The agent for these settings; a new one when the TLS material has changed, since agents keep theirs. */
  #agentFor({ server, tls }: ConnectionState): Agent {
    const key = JSON.stringify([server, tls]);
    if (this.#agent !== undefined && key === this.#agentKey) return this.#agent;
    this.close();
    this.#agentKey = key;
    this.#agent = server.isTls
      ? new (https().Agent)({
          keepAlive: true,
          rejectUnauthorized: !tls.isInsecure,
          secureContext: secureContextOf(tls),
          ...(tls.serverName && { servername: tls.serverName }),
        })
      : new Agent({ keepAlive: true });
    return this.#agent;
  }
}

/** A kept connection was reset before the response came. */
class ReusedSocketError extends Error {}

/** Loaded for servers with TLS only. */
function https(): typeof import('node:https') {
  return process.getBuiltinModule('node:https');
}
