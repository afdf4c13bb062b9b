// A case over HTTP: health, ready, and the lines of metrics that a pattern finds.

import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { GoldenCase, Observation } from './corpus.ts';
import type { Placeholders } from './placeholders.ts';

const SECONDS = 3;
const MAX_REDIRECTS = 5;

/** Asks on a connection of its own, follows redirects as browsers do; durations in metrics are masked. */
export async function observeHttp(
  http: NonNullable<GoldenCase['http']>,
  placeholders: Placeholders,
): Promise<Observation> {
  const origin = `http://127.0.0.1:${placeholders.get(http.port)}`;
  try {
    let response = await ask(`${origin}${http.path}`, http.method);
    for (let hop = 0; hop < MAX_REDIRECTS && isRedirect(response, http.method); hop++) {
      response.resume();
      response = await ask(`${origin}${response.headers.location}`, http.method);
    }
    const body = await text(response);
    return {
      code: response.statusCode,
      'content-type': response.headers['content-type'],
      ...(http.metrics === undefined
        ? { body: placeholders.restore(body) }
        : { lines: metricLines(body, http.metrics, placeholders) }),
    };
  } catch {
    return { none: true };
  }
}

async function ask(url: string, method: string): Promise<IncomingMessage> {
  const { hostname: host, port, origin } = new URL(url);
  // The path as it is written: two slashes at its start are part of it.
  const path = url.slice(origin.length);
  const sent = request({
    host,
    port,
    path,
    method,
    agent: false,
    headers: { connection: 'close', 'accept-encoding': 'identity' },
    timeout: SECONDS * 1000,
  });
  sent.on('timeout', () => sent.destroy(new Error('time is up')));
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

/** Only what asks for nothing to change is sent again. */
function isRedirect(response: IncomingMessage, method: string): boolean {
  const isReading = method === 'GET' || method === 'HEAD';
  return isReading && [301, 302, 303, 307, 308].includes(response.statusCode ?? 0);
}

function metricLines(body: string, pattern: string, placeholders: Placeholders): string[] {
  const wanted = new RegExp(pattern);
  return body
    .split('\n')
    .filter((line) => wanted.test(line))
    .map((line) => placeholders.restore(line))
    .toSorted()
    .map((line) => line.replace(/(_seconds_(?:sum|bucket)\S*) \S+$/, '$1 {ANY}'));
}
