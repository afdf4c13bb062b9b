import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNameTable } from '../../src/names/buffers.ts';
import { NameTableReader } from '../../src/names/table-reader.ts';
import { NameTableWriter, newDraft } from '../../src/names/table-writer.ts';

const octets = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
// Few short keys, so that puts and deletes meet.
const key = fc.oneof(
  { weight: 9, arbitrary: octets(1).map((bytes) => bytes.map((octet) => octet % 24)) },
  { weight: 1, arbitrary: octets(255) },
);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('put' as const), key, value: octets(40) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      key,
      value: fc.nat(9000).map((length) => new Uint8Array(length)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('add' as const), key, value: octets(40) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'enter' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'leave' as const }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function expectSame(
  steps: readonly Step[],
  model: ReadonlyMap<string, { key: Uint8Array; value: Uint8Array }>,
  writer: NameTableWriter,
  reader: NameTableReader,
): void {
  expect(writer.size).toBe(model.size);
  for (const entry of model.values()) {
    expect(reader.find(entry.key, 0, entry.key.length)).toBe(true);
    const seen = reader.bytes.slice(reader.valueOffset, reader.valueOffset + reader.valueLength);
    expect(Buffer.compare(seen, entry.value)).toBe(0);
    expect(writer.get(entry.key)?.length).toBe(entry.value.length);
  }
  for (const one of steps) {
    if ('key' in one && !model.has(one.key.join()))
      expect(reader.find(one.key, 0, one.key.length)).toBe(false);
  }
}

/** Does a step in the table and in the model. */
function write(
  one: Extract<Step, { readonly key: Uint8Array }>,
  model: Map<string, { key: Uint8Array; value: Uint8Array }>,
  writer: NameTableWriter,
): void {
  const text = one.key.join();
  if (one.kind === 'delete') {
    expect(writer.delete(one.key)).toBe(model.delete(text));
  } else if (one.kind === 'put') {
    writer.put(one.key, one.value);
    model.set(text, one);
  } else {
    const isNew = !model.has(text);
    const draft = { ...newDraft(), key: one.key, keyEnd: one.key.length, value: one.value };
    expect(writer.add({ ...draft, valueEnd: one.value.length })).toBe(isNew);
    if (isNew) model.set(text, one);
  }
}

test('does what a Map does, whatever order of puts, adds, deletes and batches', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const table = createNameTable({ initialSlotBits: 1, maxSlotBits: 10, arenaBytes: 1 << 23 });
      const writer = new NameTableWriter(table);
      const reader = new NameTableReader(table, 0);
      const model = new Map<string, { key: Uint8Array; value: Uint8Array }>();
      for (const one of steps) {
        if (one.kind === 'enter') reader.enter();
        else if (one.kind === 'leave') reader.leave();
        else write(one, model, writer);
      }
      expectSame(steps, model, writer, reader);
    }),
    { numRuns: 60 },
  );
});
