// An HTTP endpoint with one path, or the tree below one: what health, ready, prometheus and pprof open on the control
// thread. Knows Go's answers for other paths, SO_REUSEPORT (a second server on the same address starts, too) and an orderly close; what the body
// says is the plugin's affair. Plugins close it on reload and the new instance opens its own.

import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { SecureContextOptions } from 'node:tls';
import { promisify } from 'node:util';
import type { Clock } from '../base/clock.ts';
import type { Later } from './handler.ts';
import { bindError, type ListenAddress, resolveListenAddress } from './host-port.ts';
import {
  acceptsGzip,
  type HttpRequest,
  type Route,
  readTarget,
  routeTarget,
} from './http-routing.ts';

/** Content type of plain bodies. */
export const PLAIN_TEXT = 'text/plain; charset=utf-8';

/** One answer of the endpoint. */
export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Whether the body may be sent as gzip. */
  readonly isCompressible: boolean;
  /** Further header fields. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** TLS settings; absent: plain HTTP. */
export interface HttpTls extends SecureContextOptions {
  readonly requestCert?: boolean;
  readonly rejectUnauthorized?: boolean;
}

/** What an endpoint is made of. */
export interface HttpListenerOptions {
  /** `host:port`, an empty host being every address. */
  readonly address: string;
  /** The one path that exists, a single segment: `/health`. */
  readonly path: string;
  /** Whether all paths below `path` exist, too; that may then have several segments. */
  readonly isTree?: boolean;
  readonly clock: Clock;
  readonly tls?: HttpTls;
  /** Makes the answer to a request for the path, whatever the method. A rejection becomes status 500. */
  answer(request: HttpRequest): Later<HttpReply>;
}

/** Read, write and idle time-out of CoreDNS's HTTP servers, and how long a close waits for requests. */
const TIMEOUT_MS = 5000;

/** Loaded with the first client that takes it. */
const compress = (body: string): Promise<Buffer> =>
  promisify<string, Buffer>(process.getBuiltinModule('node:zlib').gzip)(body);

/** Opens and closes one listener; may be opened again after a close (a reload that failed). */
export class HttpListener {
  readonly #options: HttpListenerOptions;
  #server: Server | undefined;

  constructor(options: HttpListenerOptions) {
    this.#options = options;
  }

  /** The port that is listened on, undefined while closed. Interesting for port 0. */
  get port(): number | undefined {
    const bound = this.#server?.address();
    return typeof bound === 'object' && bound !== null ? bound.port : undefined;
  }

  /** Starts to listen. Rejects with Go's text (`listen tcp :8080: bind: permission denied`). No-op when open. */
  async open(): Promise<void> {
    if (this.#server !== undefined) return;
    const address = await resolveListenAddress(this.#options.address);
    const server = this.#makeServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    await listen(server, address);
    this.#server = server;
  }

  /**
   * Stops listening at once, then waits for requests under way; false when they took over five seconds and were cut.
   * No-op when closed.
   */
  async close(): Promise<boolean> {
    const server = this.#server;
    if (server === undefined) return true;
    this.#server = undefined;
    let isOrderly = true;
    const timer = this.#options.clock.setTimeout(() => {
      isOrderly = false;
      server.closeAllConnections();
    }, TIMEOUT_MS);
    await new Promise((resolve) => {
      server.close(resolve);
    });
    this.#options.clock.clearTimeout(timer);
    return isOrderly;
  }

  #makeServer(onRequest: RequestListener): Server {
    const { tls } = this.#options;
    const times = {
      keepAliveTimeout: TIMEOUT_MS,
      requestTimeout: TIMEOUT_MS,
      headersTimeout: TIMEOUT_MS,
    };
    return tls === undefined
      ? createServer(times, onRequest)
      : process.getBuiltinModule('node:https').createServer({ ...times, ...tls }, onRequest);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Go says nothing about the connection when it stays open.
    response.removeHeader('connection');
    const { path, isTree } = this.#options;
    const target = request.url ?? '';
    const route = routeTarget(target, path, isTree);
    if (route.kind !== 'found') {
      sendElsewhere(request, response, route);
      return;
    }
    const reply = await this.#answer(readTarget(target));
    response.statusCode = reply.status;
    for (const [name, value] of Object.entries(reply.headers ?? {})) {
      response.setHeader(name, value);
    }
    response.setHeader('content-type', reply.contentType);
    if (reply.isCompressible && acceptsGzip(headerText(request, 'accept-encoding'))) {
      response.setHeader('content-encoding', 'gzip');
      send(response, await compress(reply.body));
    } else {
      send(response, Buffer.from(reply.body));
    }
  }

  async #answer(request: HttpRequest): Promise<HttpReply> {
    try {
      return await this.#options.answer(request);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return { status: 500, contentType: PLAIN_TEXT, body: `${text}\n`, isCompressible: false };
    }
  }
}

async function listen(server: Server, address: ListenAddress): Promise<void> {
  // Without a host, Node takes IPv6 and IPv4 in one socket, and IPv4 alone where the kernel has no IPv6.
  const place = address.host === undefined ? {} : { host: address.host };
  await new Promise<void>((resolve, reject) => {
    // Stays: a later error (no descriptors left for a connection) must not end the process.
    server.on('error', (error) => {
      reject(bindError(address, error));
    });
    server.listen({ port: address.port, reusePort: true, ...place }, resolve);
  });
}

function sendElsewhere(request: IncomingMessage, response: ServerResponse, route: Route): void {
  if (route.kind === 'moved') {
    response.statusCode = 307;
    response.setHeader('location', route.location);
    const hasBody = request.method === 'GET' || request.method === 'HEAD';
    if (hasBody) response.setHeader('content-type', 'text/html; charset=utf-8');
    const link = route.location
      .replaceAll('&', '&amp;')
      .replaceAll('"', '&#34;')
      .replaceAll('<', '&lt;');
    send(response, Buffer.from(hasBody ? `<a href="${link}">Temporary Redirect</a>.\n\n` : ''));
    return;
  }
  response.statusCode = 404;
  response.setHeader('content-type', PLAIN_TEXT);
  response.setHeader('x-content-type-options', 'nosniff');
  send(response, Buffer.from('404 page not found\n'));
}

/** The length goes out with HEAD, too; Node leaves the body of that away. */
function send(response: ServerResponse, body: Uint8Array): void {
  response.setHeader('content-length', body.length);
  response.end(body);
}

function headerText(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
