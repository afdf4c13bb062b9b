// Asks an HTTP endpoint on this machine, byte-exact where fetch would be helpful: no redirects, no decoding.

import { request } from 'node:http';
import { createConnection } from 'node:net';

/** An answer as it came. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** What to ask besides the path. */
export interface HttpQuestion {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks 127.0.0.1 on a connection of its own. Rejects when it is refused. */
export function askHttp(
  port: number,
  path: string,
  question: HttpQuestion = {},
): Promise<HttpAnswer> {
  const { method = 'GET', headers = {}, body = '' } = question;
  return new Promise((resolve, reject) => {
    const framed = { ...headers, 'content-length': Buffer.byteLength(body) };
    const asked = request({ host: '127.0.0.1', port, path, method, headers: framed, agent: false });
    asked.once('error', reject);
    asked.once('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('error', reject);
      response.once('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(pieces),
        });
      });
    });
    asked.end(body);
  });
}

/** A connection with a request that was answered and another one that does not end. */
export interface HalfRequest {
  /** Resolves when the server has closed the connection. */
  readonly isClosed: Promise<void>;
}

/** Opens such a connection to 127.0.0.1: a server that closes in order has to wait for it. */
export async function openHalfRequest(port: number, path: string): Promise<HalfRequest> {
  const socket = createConnection(port, '127.0.0.1');
  const isClosed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  socket.on('error', () => {});
  const head = `${path} HTTP/1.1\r\nHost: x\r\n`;
  socket.write(`GET ${head}\r\nPOST ${head}Content-Length: 9\r\n\r\n`);
  await new Promise((resolve) => {
    socket.once('data', resolve);
  });
  return { isClosed };
}
