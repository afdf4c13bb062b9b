// Which decoder reads a response: protobuf where the API server has given it, else JSON. Kinds that custom resource definitions
// bring exist as JSON only.

import type { IncomingMessage } from 'node:http';
import { PROTOBUF_TYPE } from '../protobuf/envelope.ts';
import { ListMessages } from '../protobuf/list-messages.ts';
import { WatchFrames } from '../protobuf/watch-frames.ts';
import { LineSplitter } from './line-splitter.ts';
import { ListSplitter, parseJson } from './list-splitter.ts';
import type { Resource } from './resource.ts';

/** One event of a watch; the object in the shape of JSON. */
export interface WatchEvent {
  readonly type?: unknown;
  readonly object?: unknown;
}

/** Takes chunks of a body. Throws RuntimeFault API_MALFORMED. */
export interface StreamDecoder {
  push(chunk: Buffer): void;
}

/** Takes chunks of a list, and gives its metadata at the end. */
export interface ListDecoder extends StreamDecoder {
  finish(): unknown;
}

const JSON_TYPE = 'application/json';

/** The `Accept` header of requests for a kind (client-go's AcceptContentTypes, as CoreDNS sets it). */
export function acceptedTypes({ decode }: Pick<Resource<never>, 'decode'>): string {
  return decode === undefined ? JSON_TYPE : `${PROTOBUF_TYPE},${JSON_TYPE}`;
}

/** A decoder for a list. */
export function listDecoder(
  response: IncomingMessage,
  { decode }: Pick<Resource<never>, 'decode'>,
  onItem: (item: unknown) => void,
): ListDecoder {
  if (decode !== undefined && isProtobuf(response)) return new ListMessages(decode, onItem);
  return new ListSplitter(onItem);
}

/** A decoder for a watch. */
export function watchDecoder(
  response: IncomingMessage,
  { decode }: Pick<Resource<never>, 'decode'>,
  onEvent: (event: WatchEvent) => void,
): StreamDecoder {
  if (decode !== undefined && isProtobuf(response)) return new WatchFrames(decode, onEvent);
  return new LineSplitter((line) => onEvent(parseJson(line) as WatchEvent));
}

/** Whether the body is protobuf; a watch's type has a parameter. */
export function isProtobuf({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith(PROTOBUF_TYPE) === true;
}
