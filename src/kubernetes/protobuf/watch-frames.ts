// Cuts a protobuf watch stream into its events. Each frame is a length of four octets and a metav1.WatchEvent, whose object has an
// envelope of its own.
//
//   length u32 | 1: type | 2: { 1: envelope }

import { RuntimeFault } from '../../base/runtime-error.ts';
import { decodeEnvelope, MAX_OBJECT_LENGTH } from './envelope.ts';
import type { ObjectDecoder } from './message-schema.ts';
import { ProtobufReader } from './protobuf-reader.ts';

const LENGTH_OCTETS = 4;
const TYPE_FIELD = 1;
const OBJECT_FIELD = 2;
const RAW_FIELD = 1;

/** Takes an event in the shape of JSON. */
export type EventSink = (event: { readonly type: string; readonly object: unknown }) => void;

/** Splits one stream. */
export class WatchFrames {
  readonly #decode: ObjectDecoder;
  readonly #onEvent: EventSink;
  /** The unfinished frame. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(decode: ObjectDecoder, onEvent: EventSink) {
    this.#decode = decode;
    this.#onEvent = onEvent;
  }

  /** Takes one chunk; calls back for each event that it completes. Throws RuntimeFault API_MALFORMED. */
  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at + LENGTH_OCTETS <= bytes.length) {
      const start = at + LENGTH_OCTETS;
      const length = bytes.readUInt32BE(at);
      // Before it is waited for: a length may say anything.
      if (length > MAX_OBJECT_LENGTH) {
        throw new RuntimeFault('API_MALFORMED', `an event of ${length} octets is too long`);
      }
      const end = start + length;
      if (end > bytes.length) break;
      this.#takeEvent(bytes, start, end);
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }

  #takeEvent(bytes: Buffer, start: number, end: number): void {
    const reader = new ProtobufReader(bytes, start);
    let type = '';
    let object: unknown;
    while (reader.nextSized(end)) {
      const { field, valueEnd } = reader;
      if (field === TYPE_FIELD) type = reader.text(valueEnd);
      else if (field === OBJECT_FIELD) object = this.#object(reader, valueEnd);
      reader.at = valueEnd;
    }
    this.#onEvent({ type, object });
  }

  #object(reader: ProtobufReader, end: number): unknown {
    while (reader.nextSized(end)) {
      const { field, valueEnd } = reader;
      if (field === RAW_FIELD) return decodeEnvelope(reader, valueEnd, this.#decode);
      reader.at = valueEnd;
    }
    return undefined;
  }
}
