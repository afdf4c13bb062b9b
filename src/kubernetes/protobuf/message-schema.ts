// Decodes a protobuf message into the shape that the same object has as JSON, so that one trim function serves both. Fields that no
// schema names are passed over without a look: most of an object is.

import type { FieldName } from '../objects/fields.ts';
import { PackedEndpoints } from '../objects/packed-endpoints.ts';
import { packSliceEndpoints } from './endpoint-fields.ts';
import { type ProtobufReader, WIRE_SIZED, WIRE_VARINT } from './protobuf-reader.ts';

/** How a value is read; `map` is a map of texts, `time` a Kubernetes time, `endpoints` those of a slice, packed at once. */
type Kind = 'text' | 'integer' | 'message' | 'map' | 'time' | 'endpoints';

/** One field: its name in JSON, and what it holds. */
export interface FieldSchema {
  readonly name: FieldName;
  readonly kind: Kind;
  readonly isList?: boolean;
  /** Of a list of messages whose elements stand together: equal octets give the same list. Few objects have ports of their own. */
  readonly isShared?: boolean;
  /** Of a message. */
  readonly fields?: MessageSchema;
}

/** Fields by number. */
export type MessageSchema = readonly (FieldSchema | undefined)[];

/** An object in the shape of JSON, or one whose `metadata` alone has that shape. */
export type Decoded = Partial<Record<FieldName, unknown>>;

/** Decodes the message from the reader's place to `end`. Throws RuntimeFault API_MALFORMED. */
export type ObjectDecoder = (reader: ProtobufReader, end: number) => Decoded;

/** The decoder of a schema. */
export function schemaDecoder(schema: MessageSchema): ObjectDecoder {
  return (reader, end) => decodeMessage(reader, end, schema);
}

/** A schema out of its fields by number. */
export function messageSchema(fields: Readonly<Record<number, FieldSchema>>): MessageSchema {
  const numbers = Object.keys(fields).map(Number);
  return Array.from({ length: Math.max(...numbers) + 1 }, (_, number) => fields[number]);
}

/** Decodes the message from the reader's place to `end`. Throws RuntimeFault API_MALFORMED. */
export function decodeMessage(reader: ProtobufReader, end: number, schema: MessageSchema): Decoded {
  const message: Decoded = {};
  while (reader.next(end)) {
    const field = schema[reader.field];
    if (field === undefined || reader.wireType !== wireTypeOf(field)) reader.skip(end);
    else if (field.kind === 'endpoints') addEndpoints(reader, end, message);
    else if (field.kind === 'map')
      readEntry(reader, reader.sizedEnd(end), mapOf(message, field.name));
    else if (field.isShared === true) addShared(reader, end, message, field);
    else if (field.isList === true) listOf(message, field.name).push(read(reader, end, field));
    else message[field.name] = read(reader, end, field);
  }
  return message;
}

function wireTypeOf({ kind }: FieldSchema): number {
  return kind === 'integer' ? WIRE_VARINT : WIRE_SIZED;
}

function read(reader: ProtobufReader, end: number, { kind, fields }: FieldSchema): unknown {
  if (kind === 'integer') return reader.varint();
  const valueEnd = reader.sizedEnd(end);
  if (kind === 'message') return decodeMessage(reader, valueEnd, fields ?? []);
  return kind === 'time' ? readTime(reader, valueEnd) : reader.text(valueEnd);
}

/** metav1.Time: seconds since 1970 in field 1. As text it is only ever compared with ''. */
function readTime(reader: ProtobufReader, end: number): string {
  let seconds = 0;
  while (reader.next(end)) {
    if (reader.field === 1 && reader.wireType === WIRE_VARINT) seconds = reader.varint() >>> 0;
    else reader.skip(end);
  }
  return new Date(seconds * 1000).toISOString();
}

function addShared(
  reader: ProtobufReader,
  end: number,
  message: Decoded,
  field: FieldSchema,
): void {
  const before = message[field.name];
  const list = readShared(reader, end, field);
  message[field.name] = Array.isArray(before) ? [...before, ...list] : list;
}

const shared = new Map<FieldSchema, Map<string, readonly unknown[]>>();
const MAX_SHARED = 1000;

/** The list whose first element's length is next. When there are very many different ones, they are forgotten. */
export function readShared(
  reader: ProtobufReader,
  end: number,
  field: FieldSchema,
): readonly unknown[] {
  const lists = sharedLists(field);
  const { at } = reader;
  const listEnd = passList(reader, end);
  const octets = reader.bytes.toString('latin1', at, listEnd);
  const known = lists.get(octets);
  if (known !== undefined) return known;
  reader.at = at;
  const list = [read(reader, end, field)];
  while (reader.at < listEnd && reader.next(end)) list.push(read(reader, end, field));
  if (lists.size === MAX_SHARED) lists.clear();
  lists.set(octets, list);
  return list;
}

function sharedLists(field: FieldSchema): Map<string, readonly unknown[]> {
  const known = shared.get(field);
  if (known !== undefined) return known;
  const lists = new Map<string, readonly unknown[]>();
  shared.set(field, lists);
  return lists;
}

/** Goes behind all elements that follow each other, and says where that is. */
function passList(reader: ProtobufReader, end: number): number {
  const tag = (reader.field << 3) | WIRE_SIZED;
  for (;;) {
    reader.at = reader.sizedEnd(end);
    if (reader.at >= end || reader.bytes[reader.at] !== tag) return reader.at;
    reader.at++;
  }
}

/** Elements of a list may stand apart from each other. */
function addEndpoints(reader: ProtobufReader, end: number, message: Decoded): void {
  const before = message.endpoints instanceof PackedEndpoints ? message.endpoints.text : '';
  message.endpoints = new PackedEndpoints(before + packSliceEndpoints(reader, end));
}

function listOf(message: Decoded, name: FieldName): unknown[] {
  const known = message[name];
  if (Array.isArray(known)) return known;
  const list: unknown[] = [];
  message[name] = list;
  return list;
}

function mapOf(message: Decoded, name: FieldName): Record<string, string> {
  const known = message[name] as Record<string, string> | undefined;
  if (known !== undefined) return known;
  const map: Record<string, string> = {};
  message[name] = map;
  return map;
}

/** One entry of a map: a message of key and value, either of which may be absent when it is empty. */
export function readEntry(
  reader: ProtobufReader,
  entryEnd: number,
  map: Record<string, string>,
): void {
  let key = '';
  let value = '';
  while (reader.nextSized(entryEnd)) {
    const text = reader.text(reader.valueEnd);
    if (reader.field === 1) key = text;
    else if (reader.field === 2) value = text;
  }
  map[key] = value;
}
