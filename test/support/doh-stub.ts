// A DNS-over-HTTPS server for tests on 127.0.0.1: HTTP/2, answers by a function, remembers the requests.

import { once } from 'node:events';
import {
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { decodeMessage, encodeMessage, type Message } from '../../src/dns/message.ts';

/** What to send back: a message, any body with a status of its own, or nothing. */
export type DohAnswer =
  | Message
  | { readonly status: number; readonly body: string | Uint8Array }
  | undefined;

export class DohStub {
  readonly requests: IncomingHttpHeaders[] = [];
  readonly queries: Message[] = [];
  readonly sessions: Set<ServerHttp2Session> = new Set();
  accepted = 0;
  answer: (query: Message) => DohAnswer;
  readonly #server: Http2SecureServer;

  constructor(options: SecureServerOptions, answer: DohStub['answer']) {
    this.answer = answer;
    this.#server = createSecureServer(options);
    this.#server.on('session', (session) => {
      this.accepted++;
      this.sessions.add(session);
      session.on('close', () => this.sessions.delete(session));
      session.on('error', () => undefined);
    });
    this.#server.on('stream', (stream, headers) => {
      void this.#serve(stream as ServerHttp2Stream, headers);
    });
    for (const event of ['error', 'sessionError', 'unknownProtocol']) {
      this.#server.on(event, () => undefined);
    }
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    stream.on('error', () => undefined);
    this.requests.push(headers);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const [, text = ''] = /^\/dns-query\?dns=([\w-]+)$/.exec(String(headers[':path'])) ?? [];
    const wire = text === '' ? Buffer.concat(chunks) : Buffer.from(text, 'base64url');
    const query = decodeMessage(Uint8Array.from(wire));
    if (query === undefined) throw new Error('no DNS query');
    this.queries.push(query);
    const answer = this.answer(query);
    if (answer === undefined || stream.destroyed) return;
    const isMessage = !('status' in answer);
    stream.respond({ ':status': isMessage ? 200 : answer.status });
    stream.end(isMessage ? encodeMessage(answer, { compress: true }) : answer.body);
  }
}
