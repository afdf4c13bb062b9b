// Asks an HTTP endpoint on this machine, byte-exact where fetch would be helpful: no redirects, no decoding.

import { request } from 'node:http';

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
export function askHttp(port: number, path: string, question: HttpQuestion = {}): Promise<HttpAnswer> {
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
