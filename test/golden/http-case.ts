// A case over HTTP: health, ready, and the lines of metrics that a pattern finds.

import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { GoldenCase, Observation } from './corpus.ts';
import type { Placeholders } from './placeholders.ts';

const SECONDS = 3;

/** Asks on a connection of its own; durations in metrics are masked. */
export async function observeHttp(
  http: NonNullable<GoldenCase['http']>,
  placeholders: Placeholders,
): Promise<Observation> {
  const sent = request({
    host: '127.0.0.1',
    port: Number(placeholders.get(http.port)),
    path: http.path,
    method: http.method,
    agent: false,
    headers: { connection: 'close', 'accept-encoding': 'identity' },
    timeout: SECONDS * 1000,
  });
  sent.on('timeout', () => sent.destroy(new Error('time is up')));
  sent.end();
  try {
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
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

function metricLines(body: string, pattern: string, placeholders: Placeholders): string[] {
  const wanted = new RegExp(pattern);
  return body
    .split('\n')
    .filter((line) => wanted.test(line))
    .map((line) => placeholders.restore(line))
    .toSorted()
    .map((line) => line.replace(/(_seconds_(?:sum|bucket)\S*) \S+$/, '$1 {ANY}'));
}
