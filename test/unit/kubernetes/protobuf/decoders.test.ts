import { describe, expect, test } from 'vitest';
import { statusErrorOfEvent } from '../../../../src/kubernetes/api/status-error.ts';
import { trimEndpoints } from '../../../../src/kubernetes/objects/endpoints.ts';
import { trimNamespace } from '../../../../src/kubernetes/objects/namespace.ts';
import { trimPod } from '../../../../src/kubernetes/objects/pod.ts';
import { trimService } from '../../../../src/kubernetes/objects/service.ts';
import { decodeEnvelope } from '../../../../src/kubernetes/protobuf/envelope.ts';
import * as schemas from '../../../../src/kubernetes/protobuf/kind-schemas.ts';
import { ListMessages } from '../../../../src/kubernetes/protobuf/list-messages.ts';
import {
  type ObjectDecoder,
  schemaDecoder,
} from '../../../../src/kubernetes/protobuf/message-schema.ts';
import { ProtobufReader } from '../../../../src/kubernetes/protobuf/protobuf-reader.ts';
import { decodeService } from '../../../../src/kubernetes/protobuf/service-message.ts';
import { WatchFrames } from '../../../../src/kubernetes/protobuf/watch-frames.ts';
import { endpointSlicesResource } from '../../../../src/kubernetes/reflector/resource.ts';
import {
  ENDPOINT_SLICE,
  ENDPOINTS,
  EXTERNAL_SERVICE,
  NAMESPACE,
  POD,
  type RecordedObject,
  SERVICE,
  STATUS,
} from '../../../support/recorded-objects.ts';

const trimSlice = endpointSlicesResource('').trim;

function decode({ protobuf }: RecordedObject, decoder: ObjectDecoder = decodeService): object {
  return decodeEnvelope(new ProtobufReader(protobuf), protobuf.length, decoder);
}

/** A field with a length in front. */
function sized(field: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  return Buffer.concat([Buffer.of((field << 3) | 2), varint(value.length), value]);
}

function varint(value: number): Buffer {
  return value < 0x80
    ? Buffer.of(value)
    : Buffer.concat([Buffer.of((value & 0x7f) | 0x80), varint(value >>> 7)]);
}

const text = (value: string): Buffer => Buffer.from(value);

/** The object itself out of its envelope, which ends in two empty fields. */
function objectIn({ protobuf }: RecordedObject): Buffer {
  const typeLength = 6 + (protobuf[5] ?? 0);
  const head = protobuf.subarray(typeLength + 1);
  const isLong = (head[0] ?? 0) >= 0x80;
  return head.subarray(isLong ? 2 : 1, head.length - 4);
}

function frame(type: string, envelope: Uint8Array): Buffer {
  const event = Buffer.concat([sized(1, text(type)), sized(2, sized(1, envelope))]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length);
  return Buffer.concat([length, event]);
}

/** Feeds the octets in pieces of every size. */
function inPieces(octets: Buffer, push: (chunk: Buffer) => void, size: number): void {
  for (let at = 0; at < octets.length; at += size) push(octets.subarray(at, at + size));
}

describe('an object as protobuf', () => {
  test.each([
    ['a Namespace', NAMESPACE, schemaDecoder(schemas.NAMESPACE), trimNamespace],
    ['a Service', SERVICE, decodeService, trimService],
    ['an ExternalName Service', EXTERNAL_SERVICE, decodeService, trimService],
    ['an EndpointSlice', ENDPOINT_SLICE, schemaDecoder(schemas.ENDPOINT_SLICE), trimSlice],
    ['an Endpoints', ENDPOINTS, schemaDecoder(schemas.ENDPOINTS), trimEndpoints],
    ['a Pod', POD, schemaDecoder(schemas.POD), trimPod],
  ])('gives of %s what its JSON gives', (_, recorded, decoder, trim) => {
    const trimmed = trim(decode(recorded, decoder));
    expect(trimmed).toBeDefined();
    expect(trimmed).toEqual(trim(recorded.json));
  });

  test('has the version and annotations of its metadata', () => {
    expect(decode(SERVICE)).toMatchObject({
      metadata: { resourceVersion: '2012', annotations: { note: 'é' } },
    });
  });

  test('bug: each annotation of a Service copied all others, and 16,000 took a minute', () => {
    const count = 16_000;
    const annotations = Array.from({ length: count }, (_, at) =>
      sized(12, sized(1, text(`${at}`))),
    );
    const object = sized(1, sized(1, text('s')), ...annotations);
    const { metadata } = decodeService(new ProtobufReader(object), object.length);
    expect(Object.keys(metadata.annotations)).toHaveLength(count);
  });

  test('that is a Status says so, whatever was asked for', () => {
    expect(decode(STATUS)).toMatchObject({
      kind: 'Status',
      code: 404,
      reason: 'NotFound',
      message: 'services "none" not found',
    });
  });

  test('that is a Status wants a retry only when it says after how long', () => {
    const error = statusErrorOfEvent(decode(STATUS));
    expect(error).toMatchObject({ status: 404, reason: 'NotFound', retryAfterMs: undefined });
    const object = { kind: 'Status', code: 429, details: { retryAfterSeconds: 2 } };
    expect(statusErrorOfEvent(object).retryAfterMs).toBe(2000);
  });

  test('of a pod that is being deleted has the time of that', () => {
    const time = sized(9, Buffer.of(0x08, 0x01));
    const metadata = sized(1, Buffer.concat([sized(1, text('p')), time]));
    const envelope = Buffer.concat([text('k8s\0'), sized(2, metadata)]);
    const pod = decodeEnvelope(
      new ProtobufReader(envelope),
      envelope.length,
      schemaDecoder(schemas.POD),
    );
    expect(pod).toEqual({ metadata: { name: 'p', deletionTimestamp: '1970-01-01T00:00:01.000Z' } });
    expect(trimPod(pod)).toBeUndefined();
  });

  test('keeps elements of a list that stand apart from each other', () => {
    const endpoint = (address: string): Buffer => sized(2, sized(1, text(address)));
    const port = (name: string): Buffer => sized(3, sized(1, text(name)));
    const slice = Buffer.concat([
      sized(1, sized(1, text('s'))),
      endpoint('10.0.0.1'),
      port('a'),
      port('b'),
      sized(4, text('IPv4')),
      endpoint('10.0.0.2'),
      port('c'),
    ]);
    const envelope = Buffer.concat([text('k8s\0'), sized(2, slice)]);
    const [trimmed] =
      trimSlice(
        decodeEnvelope(
          new ProtobufReader(envelope),
          envelope.length,
          schemaDecoder(schemas.ENDPOINT_SLICE),
        ),
      ) ?? [];
    expect(trimmed?.endpoints.map(({ addresses }) => addresses)).toEqual([
      ['10.0.0.1'],
      ['10.0.0.2'],
    ]);
    expect(trimmed?.ports.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('that is cut is malformed at each octet, or lacks its end', () => {
    const whole = JSON.stringify(decode(ENDPOINT_SLICE, schemaDecoder(schemas.ENDPOINT_SLICE)));
    const { protobuf } = ENDPOINT_SLICE;
    // The last four octets are two empty fields of the envelope.
    for (let end = 4; end < protobuf.length - 4; end++) {
      const read = (): string =>
        JSON.stringify(
          decodeEnvelope(new ProtobufReader(protobuf), end, schemaDecoder(schemas.ENDPOINT_SLICE)),
        );
      let result: string;
      try {
        result = read();
      } catch (error) {
        expect(error).toMatchObject({ code: 'API_MALFORMED' });
        continue;
      }
      expect(result).not.toBe(whole);
    }
  });

  test.each([
    ['a wire type that there is not', Buffer.of(0x0f)],
    ['a number without end', Buffer.alloc(12, 0xff)],
    ['a length below 0', Buffer.of(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f)],
  ])('with %s is malformed', (_, octets) => {
    const envelope = Buffer.concat([text('k8s\0'), octets]);
    expect(() =>
      decodeEnvelope(new ProtobufReader(envelope), envelope.length, decodeService),
    ).toThrow('malformed protobuf');
  });

  test.each(['', 'k8', '{"kind":"Service"}'])('that is no envelope is malformed: %j', (octets) => {
    const bytes = Buffer.from(`${octets}k8s\0`);
    expect(() => decodeEnvelope(new ProtobufReader(bytes), octets.length, decodeService)).toThrow(
      'no protobuf',
    );
  });
});

describe('a watch as protobuf', () => {
  const stream = Buffer.concat([
    frame('ADDED', SERVICE.protobuf),
    frame('DELETED', EXTERNAL_SERVICE.protobuf),
    frame('ERROR', STATUS.protobuf),
  ]);

  test.each([1, 3, 7, 100, 100_000])('gives its events in chunks of %i octets', (size) => {
    const events: unknown[] = [];
    const frames = new WatchFrames(decodeService, (event) => events.push(event));
    inPieces(stream, (chunk) => frames.push(chunk), size);
    expect(events).toEqual([
      { type: 'ADDED', object: decode(SERVICE) },
      { type: 'DELETED', object: decode(EXTERNAL_SERVICE) },
      { type: 'ERROR', object: decode(STATUS) },
    ]);
  });
});

test('an event whose length no event has is not waited for', () => {
  const take = (...octets: readonly number[]): void =>
    new WatchFrames(decodeService, () => undefined).push(Buffer.of(...octets, 0x0a));
  expect(() => take(0xff, 0xff, 0xff, 0xff)).toThrow('too long');
  expect(() => take(1, 0, 0, 1)).toThrow('too long');
  expect(() => take(1, 0, 0, 0)).not.toThrow();
});

describe('a list as protobuf', () => {
  const items = [SERVICE, EXTERNAL_SERVICE].map((each) => sized(2, objectIn(each)));
  const metadata = sized(1, sized(2, text('77')), sized(3, text('token')));
  const list = Buffer.concat([
    text('k8s\0'),
    sized(1, sized(1, text('v1')), sized(2, text('ServiceList'))),
    sized(2, metadata, ...items),
    sized(3),
    sized(4),
  ]);

  function read(octets: Buffer, size: number): { items: unknown[]; metadata: unknown } {
    const found: unknown[] = [];
    const messages = new ListMessages(decodeService, (item) => found.push(item));
    inPieces(octets, (chunk) => messages.push(chunk), size);
    return { items: found, metadata: messages.finish() };
  }

  test.each([1, 3, 7, 100, 100_000])('gives its items in chunks of %i octets', (size) => {
    expect(read(list, size)).toEqual({
      items: [decode(SERVICE), decode(EXTERNAL_SERVICE)],
      metadata: { resourceVersion: '77', continue: 'token' },
    });
  });

  test('may be empty', () => {
    const empty = Buffer.concat([text('k8s\0'), sized(2, sized(1, sized(2, text('5'))))]);
    expect(read(empty, 100)).toEqual({ items: [], metadata: { resourceVersion: '5' } });
    expect(read(Buffer.concat([text('k8s\0'), sized(2)]), 100)).toEqual({
      items: [],
      metadata: undefined,
    });
  });

  test('that is cut short ends with an error', () => {
    for (let end = 0; end < list.length - 4; end++) {
      expect(() => read(list.subarray(0, end), 100)).toThrow('the list ends early');
    }
  });

  test('that is none ends with an error', () => {
    expect(() => read(text('{"items":[]}'), 100)).toThrow('the response is no protobuf');
    expect(() => read(Buffer.concat([text('k8s\0'), Buffer.of(0x08, 1)]), 100)).toThrow(
      'is no list',
    );
    const tooLong = Buffer.concat([text('k8s\0'), Buffer.of(0x12, 1), metadata]);
    expect(() => read(tooLong, 100)).toThrow('longer than its list');
  });

  test.each([
    ['an item that is longer than its list', [0x12, 9, 0x12, 100], 'longer than its list'],
    [
      'an item that is longer than any',
      [0x12, 0xff, 0xff, 0xff, 0x7f, 0x12, 0x81, 0x80, 0x80, 8],
      'too long',
    ],
    ['a type that is longer than any', [0x0a, 0xff, 0xff, 0xff, 0x7f], 'too long'],
    ['a number without end', Array<number>(20).fill(0xff), 'malformed'],
  ])('does not wait for the octets of %s', (_, octets, message) => {
    const messages = new ListMessages(decodeService, () => undefined);
    expect(() => messages.push(Buffer.concat([text('k8s\0'), Buffer.from(octets)]))).toThrow(
      message,
    );
  });
});
