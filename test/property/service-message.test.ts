// A Service that is read straight out of protobuf is the one that the general way makes of the same octets: any fields, in any
// order, lists in pieces, with fields of no use to DNS in between.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trimService } from '../../src/kubernetes/objects/service.ts';
import { decodeMessage } from '../../src/kubernetes/protobuf/message-schema.ts';
import { ProtobufReader } from '../../src/kubernetes/protobuf/protobuf-reader.ts';
import { decodeService } from '../../src/kubernetes/protobuf/service-message.ts';
import { sized } from '../support/protobuf-writer.ts';
import { SERVICE } from '../support/service-schema.ts';

const words = fc.constantFrom(
  '',
  'None',
  '10.96.0.1',
  'fd00::1',
  'ExternalName',
  'web',
  'é',
  'a'.repeat(200),
);
const NOTHING = Buffer.alloc(0);
const number = fc.nat({ max: 200 });
/** A field of the wire type varint, whose numbers of two octets are covered by those with a length. */
const varint = (field: number, value: number): Buffer => Buffer.from([field << 3, value & 0x7f]);

/** A message of fields that each may come any number of times. */
function message(...fields: readonly fc.Arbitrary<Buffer>[]): fc.Arbitrary<Buffer> {
  return fc.array(fc.oneof(...fields, useless), { maxLength: 8 }).map((all) => Buffer.concat(all));
}
const useless: fc.Arbitrary<Buffer> = fc.oneof(
  words.map((word) => sized(14, word)),
  number.map((value) => varint(15, value)),
  fc.constant(Buffer.from([(13 << 3) | 5, 1, 2, 3, 4])),
  fc.constant(Buffer.from([(12 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8])),
);
const text = (field: number): fc.Arbitrary<Buffer> => words.map((word) => sized(field, word));
const inner = (field: number, content: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  content.map((octets) => sized(field, octets));
const integer = (field: number): fc.Arbitrary<Buffer> =>
  number.map((value) => varint(field, value));

const metadata = message(text(1), text(3), text(6), inner(12, message(text(1), text(2))));
const port = message(text(1), text(2), integer(3));
// Of the wrong wire type, too.
const spec = message(
  inner(1, port),
  text(3),
  text(4),
  text(5),
  text(10),
  text(18),
  integer(3),
  integer(1),
);
const ingress = inner(1, message(text(1), text(2)));
const status = once(inner(1, message(ingress)));
// Messages that are no lists come once: Go merges them when they come again, the general form takes the last one.
const service = once(inner(1, metadata), inner(2, spec), inner(3, status));

/** A message of fields that each come at most once, in any order, with others in between. */
function once(...fields: readonly fc.Arbitrary<Buffer>[]): fc.Arbitrary<Buffer> {
  const some = fc.tuple(...fields.map((field) => fc.option(field, { nil: NOTHING })), useless);
  return some
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
    .map((all) => Buffer.concat(all));
}

test('a service out of protobuf is what its general form is trimmed to', () => {
  let named = 0;
  fc.assert(
    fc.property(service, (octets) => {
      const general = decodeMessage(new ProtobufReader(octets), octets.length, SERVICE);
      const read = decodeService(new ProtobufReader(octets), octets.length);
      expect(trimService(read)).toEqual(trimService(general));
      if (trimService(read) === undefined) return;
      named++;
      const { resourceVersion = '', annotations = {} } = general.metadata as Record<
        string,
        unknown
      >;
      expect(read.metadata).toMatchObject({ resourceVersion, annotations: annotations as object });
    }),
    { numRuns: 3000 },
  );
  expect(named).toBeGreaterThan(300);
});
