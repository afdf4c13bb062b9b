// A Kubernetes API server for tests, on loopback, that does on demand what real ones do on bad days: expired versions and
// continue tokens, refusals, "later", cut, ended and silent streams, no WatchList, rotated tokens. Lists, watches,
// paging and bookmarks are real; objects are kept as they are put. Plain HTTP or TLS.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { PROTOBUF_TYPE } from '../../src/kubernetes/protobuf/envelope.ts';
import {
  ENDPOINT_SLICE,
  ENDPOINTS,
  NAMESPACE,
  POD,
} from '../../src/kubernetes/protobuf/kind-schemas.ts';
import type { MessageSchema } from '../../src/kubernetes/protobuf/message-schema.ts';
import { FormattedResponse } from './fake-api-response.ts';
import { objectSelector } from './object-selector.ts';
import { SERVICE } from './service-schema.ts';

/** An object as tests write it; `metadata.resourceVersion` is set by the server. */
export interface FakeObject {
  metadata: {
    name: string;
    namespace?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/** One request as it was received. */
export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly kind: 'list' | 'watch';
  readonly headers: IncomingMessage['headers'];
  /** By the clock that the server was given, else 0. */
  readonly atMs: number;
  /** Common name of the client certificate, '' without one. */
  readonly clientName: string;
  /** Number of the TCP connection, from 1 on. */
  readonly connection: number;
}

/** An error to answer with in place of the next `count` (1) matching requests. */
export interface Fault {
  readonly path?: string;
  readonly kind?: 'list' | 'watch';
  /** Only pages after the first. */
  readonly isContinued?: boolean;
  readonly status: number;
  readonly reason?: string;
  readonly message?: string;
  readonly retryAfter?: string;
  /** Sent in place of a Status object. */
  readonly body?: string;
  count?: number;
}

export interface FakeApiServerOptions {
  readonly tls?: { readonly key: string; readonly cert: string; readonly clientCa?: string };
  /** `unknown`: rejected with 422 as older servers do; `ignored`: an ordinary watch without the end mark. */
  readonly watchList?: 'supported' | 'unknown' | 'ignored';
  /** What is given to clients that take both; kinds of custom resource definitions are JSON always. Default protobuf. */
  readonly format?: 'protobuf' | 'json';
  readonly now?: () => number;
  readonly host?: string;
}

interface Stream {
  readonly path: string;
  readonly response: FormattedResponse;
  readonly selects: (object: FakeObject) => boolean;
}

interface LogEntry {
  readonly path: string;
  readonly type: string;
  readonly object: FakeObject;
  readonly version: number;
}

/** Collections that exist unless a test removes them. */
export const COLLECTIONS = {
  services: '/api/v1/services',
  namespaces: '/api/v1/namespaces',
  pods: '/api/v1/pods',
  endpoints: '/api/v1/endpoints',
  slices: '/apis/discovery.k8s.io/v1/endpointslices',
  imports: '/apis/multicluster.x-k8s.io/v1alpha1/serviceimports',
} as const;

/** Kinds that have a protobuf form, by collection. */
const SCHEMAS: Readonly<Record<string, MessageSchema>> = {
  [COLLECTIONS.services]: SERVICE,
  [COLLECTIONS.namespaces]: NAMESPACE,
  [COLLECTIONS.pods]: POD,
  [COLLECTIONS.endpoints]: ENDPOINTS,
  [COLLECTIONS.slices]: ENDPOINT_SLICE,
};

export class FakeApiServer {
  readonly requests: FakeRequest[] = [];
  readonly faults: Fault[] = [];
  /** Bearer tokens that are accepted; empty: no check. */
  readonly tokens: Set<string> = new Set<string>();
  watchList: 'supported' | 'unknown' | 'ignored';
  /** While true, streams get headers and nothing else, and nothing is sent on open ones. */
  isSilent = false;
  /** Requests for these collections wait for `letGo`. */
  readonly #held = new Map<string, (() => void)[]>();
  /** While true, a watch stream ends right after its headers. */
  isHangingUp = false;
  readonly #options: FakeApiServerOptions;
  readonly #collections = new Map<string, Map<string, FakeObject>>();
  readonly #server: ReturnType<typeof createServer>;
  readonly #streams = new Set<Stream>();
  readonly #sockets = new Map<Socket, number>();
  #connections = 0;
  #log: LogEntry[] = [];
  #version = 1000;
  #oldestVersion = 0;

  constructor(options: FakeApiServerOptions = {}) {
    this.#options = options;
    this.watchList = options.watchList ?? 'supported';
    for (const path of Object.values(COLLECTIONS)) this.#collections.set(path, new Map());
    const handle = (request: IncomingMessage, response: ServerResponse): void =>
      this.#receive(request, response);
    const { tls } = options;
    this.#server = tls
      ? createTlsServer(
          {
            key: tls.key,
            cert: tls.cert,
            ...(tls.clientCa && { ca: tls.clientCa, requestCert: true }),
          },
          handle,
        )
      : createServer(handle);
    this.#server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#sockets.set(socket, ++this.#connections);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
    });
  }

  /** Opens the server; port 0 or an earlier port. */
  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, this.#options.host ?? '127.0.0.1', resolve);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#options.tls ? 'https' : 'http'}://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets.keys()) socket.destroy();
    await closed;
  }

  /** Adds or modifies an object and tells the streams. */
  put(path: string, object: FakeObject): void {
    const objects = this.#collections.get(path);
    const key = keyOf(object);
    const type = objects?.has(key) ? 'MODIFIED' : 'ADDED';
    const stored = this.#versioned(object);
    objects?.set(key, stored);
    this.#emit({ path, type, object: stored, version: this.#version });
  }

  delete(path: string, namespace: string, name: string): void {
    const objects = this.#collections.get(path);
    const object = objects?.get(`${namespace}/${name}`);
    if (object === undefined) return;
    objects?.delete(`${namespace}/${name}`);
    const deleted = this.#versioned(object);
    this.#emit({ path, type: 'DELETED', object: deleted, version: this.#version });
  }

  /** Lets requests for a collection wait, as a server that has much to do. */
  hold(path: string): void {
    this.#held.set(path, []);
  }

  letGo(path: string): void {
    const waiting = this.#held.get(path) ?? [];
    this.#held.delete(path);
    for (const handle of waiting) handle();
  }

  removeCollection(path: string): void {
    this.#collections.delete(path);
  }

  /** Forgets history: watches from earlier versions get 410. */
  compact(): void {
    this.#oldestVersion = this.#version;
    this.#log = [];
  }

  /** Begins again at a low version. */
  restoreBackup(): void {
    this.#version = 10;
    this.#oldestVersion = 0;
    this.#log = [];
  }

  /** Sends a bookmark on all streams. */
  bookmark(): void {
    this.#version++;
    for (const stream of this.#streams) {
      send(stream, 'BOOKMARK', { metadata: { resourceVersion: String(this.#version) } });
    }
  }

  /** Sends one raw line on the streams of a collection. */
  sendLine(path: string, line: string): void {
    for (const stream of this.#streams) if (stream.path === path) stream.response.line(line);
  }

  /** Sends an ERROR event on the streams of a collection. */
  sendError(path: string, status: Record<string, unknown>): void {
    for (const stream of this.#streams) {
      if (stream.path === path) send(stream, 'ERROR', { kind: 'Status', ...status });
    }
  }

  /** Ends all streams in good order, as at the server's time-out. */
  endStreams(): void {
    for (const { response } of this.#streams) response.end();
  }

  /** Resets all connections. */
  cut(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  /** Requests of a kind for a collection, in order. */
  requestsFor(path: string, kind: 'list' | 'watch'): FakeRequest[] {
    return this.requests.filter((request) => request.path === path && request.kind === kind);
  }

  #versioned(object: FakeObject): FakeObject {
    this.#version++;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }

  #emit(entry: LogEntry): void {
    this.#log.push(entry);
    if (this.isSilent) return;
    for (const stream of this.#streams) {
      if (stream.path === entry.path && stream.selects(entry.object)) {
        send(stream, entry.type, entry.object);
      }
    }
  }

  #formatted(response: ServerResponse, path: string, accept: string): FormattedResponse {
    const isWanted = this.#options.format !== 'json' && accept.includes(PROTOBUF_TYPE);
    return new FormattedResponse(response, isWanted ? SCHEMAS[path] : undefined);
  }

  #receive(incoming: IncomingMessage, response: ServerResponse): void {
    const url = new URL(incoming.url ?? '/', 'http://server');
    const held = this.#held.get(url.pathname);
    if (held === undefined) this.#handle(url, incoming, response);
    else held.push(() => this.#handle(url, incoming, response));
  }

  #handle(url: URL, incoming: IncomingMessage, plain: ServerResponse): void {
    const query = url.searchParams;
    const kind = query.get('watch') === 'true' ? 'watch' : 'list';
    const path = url.pathname;
    this.requests.push({
      method: incoming.method ?? '',
      path,
      query,
      kind,
      headers: incoming.headers,
      atMs: this.#options.now?.() ?? 0,
      clientName: clientName(incoming.socket),
      connection: this.#sockets.get(incoming.socket) ?? 0,
    });
    const response = this.#formatted(plain, path, incoming.headers.accept ?? '');
    const token = /^Bearer (.*)$/.exec(incoming.headers.authorization ?? '')?.[1];
    if (this.tokens.size > 0 && !this.tokens.has(token ?? '')) {
      refuse(response, { status: 401, reason: 'Unauthorized', message: 'Unauthorized' });
      return;
    }
    const fault = this.#takeFault(path, kind, query.has('continue'));
    if (fault !== undefined) {
      refuse(response, fault);
      return;
    }
    const objects = this.#collections.get(path);
    if (objects === undefined) {
      refuse(response, NOT_FOUND);
      return;
    }
    const selects = objectSelector(query);
    const selected = [...objects.values()].filter(selects);
    if (kind === 'list') this.#list(response, selected, query);
    else this.#watch(response, { path, response, selects }, selected, query);
  }

  #takeFault(path: string, kind: 'list' | 'watch', isContinued: boolean): Fault | undefined {
    const index = this.faults.findIndex(
      (fault) =>
        (fault.path ?? path) === path &&
        (fault.kind ?? kind) === kind &&
        ((fault.isContinued ?? false) ? isContinued : true),
    );
    const fault = this.faults[index];
    if (fault === undefined) return undefined;
    fault.count = (fault.count ?? 1) - 1;
    if (fault.count <= 0) this.faults.splice(index, 1);
    return fault;
  }

  #list(response: FormattedResponse, all: FakeObject[], query: URLSearchParams): void {
    const version = Number(query.get('resourceVersion') ?? 0);
    if (version > this.#version) {
      refuse(response, TOO_LARGE);
      return;
    }
    const limit = Number(query.get('limit') ?? 0) || all.length;
    const from = Number(query.get('continue') ?? 0);
    const next = from + limit;
    const metadata = {
      resourceVersion: String(this.#version),
      ...(next < all.length && { continue: String(next) }),
    };
    response.list(metadata, all.slice(from, next));
  }

  #watch(
    response: FormattedResponse,
    stream: Stream,
    selected: FakeObject[],
    query: URLSearchParams,
  ): void {
    const isWatchList = query.get('sendInitialEvents') === 'true';
    const version = Number(query.get('resourceVersion') ?? 0);
    const refusal = this.#watchRefusal(isWatchList, version);
    if (refusal !== undefined) {
      refuse(response, refusal);
      return;
    }
    response.open();
    if (this.isHangingUp) {
      response.end();
      return;
    }
    this.#streams.add(stream);
    response.onClose(() => this.#streams.delete(stream));
    if (this.isSilent) return;
    if (isWatchList) this.#sendInitialState(stream, selected);
    else this.#sendHistory(stream, version);
  }

  #watchRefusal(isWatchList: boolean, version: number): Fault | undefined {
    if (isWatchList && this.watchList === 'unknown') return NO_WATCH_LIST;
    if (version > this.#version) return TOO_LARGE;
    return !isWatchList && version !== 0 && version < this.#oldestVersion ? EXPIRED : undefined;
  }

  #sendInitialState(stream: Stream, selected: readonly FakeObject[]): void {
    for (const object of selected) send(stream, 'ADDED', object);
    if (this.watchList === 'supported') send(stream, 'BOOKMARK', initialEnd(this.#version));
  }

  #sendHistory(stream: Stream, from: number): void {
    for (const { path, type, object, version } of this.#log) {
      if (path === stream.path && version > from && stream.selects(object)) {
        send(stream, type, object);
      }
    }
  }
}

const NOT_FOUND: Fault = { status: 404, body: '404 page not found\n' };
const EXPIRED: Fault = { status: 410, reason: 'Expired', message: 'too old resource version' };
const TOO_LARGE: Fault = {
  status: 504,
  reason: 'Timeout',
  message: 'Timeout: Too large resource version: 99, current: 10',
  retryAfter: '1',
};
const NO_WATCH_LIST: Fault = {
  status: 422,
  reason: 'Invalid',
  message: 'ListOptions is invalid: sendInitialEvents: Forbidden',
};

function refuse(response: FormattedResponse, fault: Fault): void {
  const { status, reason = '', message = '', retryAfter, body } = fault;
  const object = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message };
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  response.refuse(status, headers, body ?? { ...object, code: status });
}

function send({ response }: Stream, type: string, object: object): void {
  response.event(type, object);
}

function initialEnd(version: number): object {
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  return { metadata: { resourceVersion: String(version), annotations } };
}

function keyOf({ metadata: { namespace = '', name } }: FakeObject): string {
  return `${namespace}/${name}`;
}

function clientName(socket: Socket): string {
  if (!('getPeerCertificate' in socket)) return '';
  const peer = (socket.getPeerCertificate as () => { subject?: { CN?: string } })();
  return peer.subject?.CN ?? '';
}
