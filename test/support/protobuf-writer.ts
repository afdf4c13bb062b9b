// Objects as a Kubernetes API server writes them in protobuf, out of their JSON form: the other direction of kubernetes/protobuf/. The field
// numbers are the decoder's own; that those are right, test/unit/kubernetes/protobuf shows with recorded octets.

import { STATUS } from '../../src/kubernetes/protobuf/kind-schemas.ts';
import {
  type FieldSchema,
  type MessageSchema,
  messageSchema,
} from '../../src/kubernetes/protobuf/message-schema.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Endpoints are packed by the decoder, so they have no schema there. */
const ENDPOINT: MessageSchema = messageSchema({
  1: { name: 'addresses', kind: 'text', isList: true },
  2: {
    name: 'conditions',
    kind: 'message',
    fields: messageSchema({ 1: { name: 'ready', kind: 'integer' } }),
  },
  3: { name: 'hostname', kind: 'text' },
  4: {
    name: 'targetRef',
    kind: 'message',
    fields: messageSchema({ 3: { name: 'name', kind: 'text' } }),
  },
  7: { name: 'zone', kind: 'text' },
});

/** A field with its length in front. */
export function sized(field: number, ...parts: readonly (Uint8Array | string)[]): Buffer {
  const value = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
}

/** An object in its envelope. */
export function writeObject(schema: MessageSchema, object: JsonObject): Buffer {
  const isStatus = object['kind'] === 'Status';
  const message = writeMessage(isStatus ? STATUS : schema, object);
  return writeEnvelope(String(object['kind'] ?? ''), message);
}

/** A list in its envelope; `metadata` is one of a list. */
export function writeList(
  schema: MessageSchema,
  metadata: { readonly resourceVersion: string; readonly continue?: string },
  items: readonly object[],
): Buffer {
  const head = sized(1, sized(2, metadata.resourceVersion), sized(3, metadata.continue ?? ''));
  const list = items.map((item) => sized(2, writeMessage(schema, item as JsonObject)));
  return writeEnvelope('List', Buffer.concat([head, ...list]));
}

/** One event of a watch. */
export function writeEvent(schema: MessageSchema, type: string, object: unknown): Buffer {
  const envelope = writeObject(schema, object as JsonObject);
  const event = Buffer.concat([sized(1, type), sized(2, sized(1, envelope))]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length);
  return Buffer.concat([length, event]);
}

function writeEnvelope(kind: string, message: Uint8Array): Buffer {
  const type = sized(1, sized(1, 'v1'), sized(2, kind));
  return Buffer.concat([Buffer.from('k8s\0'), type, sized(2, message), sized(3), sized(4)]);
}

function writeMessage(schema: MessageSchema, object: JsonObject): Buffer {
  return Buffer.concat(
    schema.flatMap((field, number) => {
      const value = field && object[field.name];
      if (field === undefined || value === undefined || value === null) return [];
      if (field.kind === 'map') return Object.entries(value).map((each) => entry(number, each));
      const values = Array.isArray(value) ? value : [value];
      return values.map((each) => writeValue(number, field, each));
    }),
  );
}

function entry(number: number, [key, value]: readonly [string, unknown]): Buffer {
  return sized(number, sized(1, key), sized(2, String(value)));
}

function writeValue(number: number, { kind, fields }: FieldSchema, value: unknown): Buffer {
  switch (kind) {
    case 'integer':
      return Buffer.concat([varint(number << 3), varint(Number(value))]);
    case 'message':
      return sized(number, writeMessage(fields ?? [], value as JsonObject));
    case 'endpoints':
      return sized(number, writeMessage(ENDPOINT, value as JsonObject));
    case 'time':
      return sized(number, Buffer.of(1 << 3), varint(Math.floor(Date.parse(String(value)) / 1000)));
    default:
      return sized(number, String(value));
  }
}

/** Negative numbers as 64 bits, as protobuf has them. */
function varint(value: number): Buffer {
  const octets: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) octets.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...octets, Number(rest)]);
}
