// Reads a response body chunk by chunk while watching that it neither stalls nor breaks off.

import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import { RuntimeFault } from '../../base/runtime-error.ts';
import { NetworkError } from './network-error.ts';

/** How to read a body. */
export interface BodyReading {
  readonly clock: Clock;
  /** Longest silence in milliseconds; asked again whenever it is measured, so that it may change. */
  readonly idleMs: () => number;
  /** Takes one chunk; what it throws ends the reading and is passed on. */
  readonly onChunk: (chunk: Buffer) => void;
}

/** Error bodies are Status objects of a few hundred bytes; what goes beyond this is cut. */
const MAX_ERROR_BODY_BYTES = 64 << 10;

/** Resolves at the end of the body. Rejects with NetworkError (cut), RuntimeFault API_STALLED or onChunk's error. */
export function readBody(body: IncomingMessage, reading: BodyReading): Promise<void> {
  const { clock, idleMs, onChunk } = reading;
  return new Promise((resolve, reject) => {
    let heardAtMs = clock.monotonicMs();
    const finish = (error: unknown): void => {
      clock.clearTimeout(timer);
      body.off('data', onData);
      // A destroyed body may still emit an error; by then everything is decided.
      body.on('error', () => {});
      if (error === undefined) {
        resolve();
      } else {
        body.destroy();
        reject(error);
      }
    };
    const onData = (chunk: Buffer): void => {
      heardAtMs = clock.monotonicMs();
      try {
        onChunk(chunk);
      } catch (error) {
        finish(error);
      }
    };
    const watchIdle = (): void => {
      const silentMs = clock.monotonicMs() - heardAtMs;
      const leftMs = idleMs() - silentMs;
      if (leftMs > 0) timer = clock.setTimeout(watchIdle, Math.min(leftMs, IDLE_CHECK_MS));
      else finish(new RuntimeFault('API_STALLED', `no data for ${Math.round(silentMs / 1000)} s`));
    };
    let timer = clock.setTimeout(watchIdle, Math.min(idleMs(), IDLE_CHECK_MS));
    body.on('data', onData);
    body.once('end', () => finish(undefined));
    body.once('error', (error) =>
      finish(new NetworkError(`the stream was cut: ${error.message}`, error)),
    );
    body.once('close', () => finish(new NetworkError('the stream was closed', undefined)));
  });
}

/** The silence limit may shrink while a timer runs, so it is looked at at least this often. */
const IDLE_CHECK_MS = 10_000;

/** The body of an error response, cut at 64 KiB. */
export async function readErrorBody(
  body: IncomingMessage,
  clock: Clock,
  idleMs: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  await readBody(body, {
    clock,
    idleMs: () => idleMs,
    onChunk: (chunk) => {
      if (length < MAX_ERROR_BODY_BYTES) chunks.push(chunk);
      length += chunk.length;
    },
  });
  return Buffer.concat(chunks).subarray(0, MAX_ERROR_BODY_BYTES);
}
