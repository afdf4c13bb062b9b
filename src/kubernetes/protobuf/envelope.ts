// What Kubernetes puts around a protobuf object (k8s.io/apimachinery, runtime.Unknown): four octets, then a message that names the
// kind and holds the object. Errors come as the kind Status, whatever was asked for.
//
//   6b 38 73 00 | 1: { 1: apiVersion, 2: kind } | 2: object | 3, 4: encoding and type of the object, empty

import { RuntimeFault } from '../../base/runtime-error.ts';
import type { FieldName } from '../objects/fields.ts';
import { STATUS } from './kind-schemas.ts';
import { decodeMessage, type MessageSchema } from './message-schema.ts';
import { ProtobufReader } from './protobuf-reader.ts';

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

/** Decodes an object in the shape of JSON. Of a Status it has `kind` also. Throws RuntimeFault API_MALFORMED. */
export function decodeEnvelope(
  bytes: Buffer,
  start: number,
  end: number,
  schema: MessageSchema,
): Partial<Record<FieldName, unknown>> {
  if (start + MAGIC_LENGTH > end) throw malformed();
  checkMagic(bytes, start);
  const reader = new ProtobufReader(bytes, start + MAGIC_LENGTH);
  let isStatus = false;
  while (reader.nextSized(end)) {
    const { field, valueEnd } = reader;
    if (field === TYPE_FIELD) isStatus = readKind(reader, valueEnd) === 'Status';
    if (field === OBJECT_FIELD) {
      const object = decodeMessage(reader, valueEnd, isStatus ? STATUS : schema);
      return isStatus ? { kind: 'Status', ...object } : object;
    }
    reader.at = valueEnd;
  }
  return {};
}

function readKind(reader: ProtobufReader, end: number): string {
  let kind = '';
  while (reader.nextSized(end)) {
    const text = reader.text(reader.valueEnd);
    if (reader.field === KIND_FIELD) kind = text;
  }
  return kind;
}

/** Throws RuntimeFault API_MALFORMED when no envelope begins there. */
export function checkMagic(bytes: Buffer, at: number): void {
  if (bytes.readUInt32BE(at) !== MAGIC) throw malformed();
}

function malformed(): RuntimeFault {
  return new RuntimeFault('API_MALFORMED', 'the response is no protobuf');
}
