// Packing zone records into shared memory and back loses nothing.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinLabels, ROOT } from '../../src/dns/name.ts';
import { packRecords, unpackRecords } from '../../src/zone/packed-records.ts';

const label = fc.uint8Array({ minLength: 1, maxLength: 20 });
const owner = fc.array(label, { maxLength: 5 }).map((labels) => joinLabels(labels, ROOT) ?? ROOT);
const anyRecord = fc.record({
  name: owner,
  type: fc.integer({ min: 0, max: 0xffff }),
  class: fc.integer({ min: 0, max: 0xffff }),
  ttl: fc.integer({ min: 0, max: 0xffffffff }),
  rdata: fc.uint8Array({ maxLength: 400 }),
});

test('any records come back as they were, in order', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 30 }), (records) => {
      expect(unpackRecords(packRecords(records))).toEqual(records);
    }),
  );
});
