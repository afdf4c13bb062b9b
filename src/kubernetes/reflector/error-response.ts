// The error that a response stands for: its Status object, in whichever form it came.

import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import { readErrorBody } from '../api/body.ts';
import { HEADERS_TIMEOUT_MS } from '../api/client.ts';
import { type StatusError, statusErrorOfResponse } from '../api/status-error.ts';
import { decodeEnvelope } from '../protobuf/envelope.ts';
import { STATUS } from '../protobuf/kind-schemas.ts';
import { schemaDecoder } from '../protobuf/message-schema.ts';
import { ProtobufReader } from '../protobuf/protobuf-reader.ts';
import { isProtobuf } from './response-decoder.ts';

/** Reads the body of a response that is no success. `resource` as in Resource.name. Rejects as readBody does. */
export async function errorOfResponse(
  response: IncomingMessage,
  clock: Clock,
  resource: string,
): Promise<StatusError> {
  const body = await readErrorBody(response, clock, HEADERS_TIMEOUT_MS);
  const text = isProtobuf(response) ? statusText(body) : body.toString('utf8');
  const retryAfter = response.headers['retry-after'];
  return statusErrorOfResponse(response.statusCode ?? 0, text, retryAfter, resource);
}

/** The Status as the JSON response would have it. */
function statusText(body: Buffer): string {
  try {
    return JSON.stringify(
      decodeEnvelope(new ProtobufReader(body), body.length, schemaDecoder(STATUS)),
    );
  } catch {
    return body.toString('utf8');
  }
}
