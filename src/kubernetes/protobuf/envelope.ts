// What Kubernetes puts around a protobuf object (k8s.io/apimachinery, runtime.Unknown): four octets, then a message that names the
// kind and holds the object. Errors come as the kind Status, whatever was asked for.
//
//   6b 38 73 00 | 1: { 1: apiVersion, 2: kind } | 2: object | 3, 4: encoding and type of the object, empty

import { RuntimeFault } from '../../base/runtime-error.ts';
import { STATUS } from './kind-schemas.ts';
import { type Decoded, decodeMessage, type ObjectDecoder } from './message-schema.ts';
import type { ProtobufReader } from './protobuf-reader.ts';

/** Octets in front of the message. */
export const MAGIC_LENGTH = 4;
const MAGIC = 0x6b_38_73_00;
/** Longest object or event; client-go's limit for events (serializer/streaming), which etcd's own of 1.5 MiB is far below. */
export const MAX_OBJECT_LENGTH: number = 16 << 20;

export const TYPE_FIELD = 1;
export const OBJECT_FIELD = 2;
const KIND_FIELD = 2;

/** Media type of protobuf responses; watches add a parameter. */
export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';

/**
 * Decodes the object from the reader's place to `end`, or a Status, which has `kind` also, in the shape of JSON. Throws RuntimeFault
 * API_MALFORMED.
 */
export function decodeEnvelope(
  reader: ProtobufReader,
  end: number,
  decode: ObjectDecoder,
): Decoded {
  if (reader.at + MAGIC_LENGTH > end) throw malformed();
  checkMagic(reader.bytes, reader.at);
  reader.at += MAGIC_LENGTH;
  let isStatus = false;
  while (reader.nextSized(end)) {
    const { field, valueEnd } = reader;
    if (field === TYPE_FIELD) isStatus = isKind(reader, valueEnd, 'Status');
    if (field === OBJECT_FIELD) {
      return isStatus
        ? { kind: 'Status', ...decodeMessage(reader, valueEnd, STATUS) }
        : decode(reader, valueEnd);
    }
    reader.at = valueEnd;
  }
  return {};
}

/** Whether a TypeMeta names that kind. Most have another length, and are not read. */
function isKind(reader: ProtobufReader, end: number, kind: string): boolean {
  let isThis = false;
  while (reader.nextSized(end)) {
    const { field, valueEnd } = reader;
    if (field === KIND_FIELD) {
      isThis = valueEnd - reader.at === kind.length && reader.text(valueEnd) === kind;
    }
    reader.at = valueEnd;
  }
  return isThis;
}

/** Throws RuntimeFault API_MALFORMED when no envelope begins there. */
export function checkMagic(bytes: Buffer, at: number): void {
  if (bytes.readUInt32BE(at) !== MAGIC) throw malformed();
}

function malformed(): RuntimeFault {
  return new RuntimeFault('API_MALFORMED', 'the response is no protobuf');
}
