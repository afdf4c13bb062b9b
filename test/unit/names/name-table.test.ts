import { expect, test } from 'vitest';
import { createNameTable, type NameTableBuffers } from '../../../src/names/buffers.ts';
import { hashBytes } from '../../../src/names/hash.ts';
import { NameTableReader } from '../../../src/names/table-reader.ts';
import { NameTableWriter } from '../../../src/names/table-writer.ts';

const encoder = new TextEncoder();
const key = (text: string): Uint8Array => encoder.encode(text);
const filled = (length: number, octet: number): Uint8Array => new Uint8Array(length).fill(octet);

function read(reader: NameTableReader, wanted: Uint8Array): Uint8Array | undefined {
  reader.enter();
  const isFound = reader.find(wanted, 0, wanted.length);
  const value = isFound
    ? reader.bytes.slice(reader.valueOffset, reader.valueOffset + reader.valueLength)
    : undefined;
  reader.leave();
  return value;
}

function pair(options: Parameters<typeof createNameTable>[0] = { arenaBytes: 1 << 20 }): {
  table: NameTableBuffers;
  writer: NameTableWriter;
  reader: NameTableReader;
} {
  const table = createNameTable(options);
  return { table, writer: new NameTableWriter(table), reader: new NameTableReader(table, 0) };
}

test('a reader finds what was put, and nothing after it was deleted', () => {
  const { writer, reader } = pair();
  expect(read(reader, key('web.shop'))).toBeUndefined();
  writer.put(key('web.shop'), key('one'));
  expect(read(reader, key('web.shop'))).toEqual(key('one'));
  writer.put(key('web.shop'), key('another'));
  expect(read(reader, key('web.shop'))).toEqual(key('another'));
  expect(writer.get(key('web.shop'))).toEqual(key('another'));
  expect(writer.size).toBe(1);
  expect(writer.delete(key('web.shop'))).toBe(true);
  expect(writer.delete(key('web.shop'))).toBe(false);
  expect(read(reader, key('web.shop'))).toBeUndefined();
  expect(writer.get(key('web.shop'))).toBeUndefined();
  expect(writer.size).toBe(0);
});

test('a reader finds a key in the middle of a message', () => {
  const { writer, reader } = pair();
  writer.put(key('web'), key('v'));
  expect(reader.find(key('--web--'), 2, 3)).toBe(true);
  expect(reader.findHashed(hashBytes(key('web'), 0, 3), key('--web--'), 2, 3)).toBe(true);
  expect(reader.find(key('--web--'), 2, 4)).toBe(false);
});

test('tells keys of one hash apart', () => {
  const { writer, reader } = pair();
  writer.put(key('web'), key('v'));
  const hash = hashBytes(key('web'), 0, 3);
  expect(reader.findHashed(hash, key('wet'), 0, 3)).toBe(false);
  expect(reader.findHashed(hash, key('we'), 0, 2)).toBe(false);
});

test.each([
  ['the empty key (the apex of a zone)', new Uint8Array(0), key('soa')],
  ['any octets', Uint8Array.from([0, 255, 10, 0]), Uint8Array.from([0, 0])],
  ['an empty value', key('k'), new Uint8Array(0)],
  ['the longest key', filled(255, 7), key('v')],
  ['a value of several MiB', key('headless'), filled(3 << 20, 9)],
])('keeps %s', (_, anyKey, value) => {
  const { writer, reader } = pair({ arenaBytes: 1 << 23 });
  writer.put(anyKey, value);
  const found = read(reader, anyKey);
  expect(found?.length).toBe(value.length);
  expect(Buffer.compare(found ?? key('?'), value)).toBe(0);
});

test('a put of the value that is there writes nothing', () => {
  const { writer } = pair();
  writer.put(key('web'), key('v1'));
  const touched = writer.touchedBytes;
  writer.put(key('web'), key('v1'));
  expect([writer.writes, writer.touchedBytes]).toEqual([1, touched]);
  writer.put(key('web'), key('v2'));
  expect(writer.writes).toBe(2);
});

test('adds a key out of the middle of two arrays, and leaves one that is there as it was', () => {
  const { writer, reader } = pair({ arenaBytes: 1 << 16, initialSlotBits: 2 });
  const draft = {
    key: key('--web--'),
    keyStart: 2,
    keyEnd: 5,
    value: key('-v-'),
    valueStart: 1,
    valueEnd: 2,
  };
  expect(writer.add(draft)).toBe(true);
  expect(read(reader, key('web'))).toEqual(key('v'));
  expect(writer.add({ ...draft, value: key('-w-') })).toBe(false);
  expect(read(reader, key('web'))).toEqual(key('v'));
  expect(writer.writes).toBe(1);
  // Many more than the first slots hold.
  for (let i = 0; i < 200; i++) {
    const each = key(`name-${i}`);
    expect(writer.add({ ...draft, key: each, keyStart: 0, keyEnd: each.length })).toBe(true);
  }
  expect(writer.size).toBe(201);
  expect(read(reader, key('name-199'))).toEqual(key('v'));
  expect(writer.delete(key('name-199'))).toBe(true);
  expect(read(reader, key('name-199'))).toBeUndefined();
});

test('refuses a key over 255 octets and a reader that the table has no room for', () => {
  const { table, writer } = pair({ arenaBytes: 1 << 16, readers: 2 });
  expect(() => writer.put(filled(256, 1), key('v'))).toThrow(RangeError);
  expect(() => new NameTableReader(table, 2)).toThrow(RangeError);
  expect(() => new NameTableReader(table, -1)).toThrow(RangeError);
});

test('grows through many rehashes, with all names found by a reader made before', () => {
  const { writer, reader } = pair({ initialSlotBits: 2, maxSlotBits: 14, arenaBytes: 1 << 20 });
  for (let index = 0; index < 5000; index++) writer.put(key(`n${index}`), key(`v${index}`));
  for (let index = 0; index < 5000; index++)
    expect(read(reader, key(`n${index}`))).toEqual(key(`v${index}`));
  expect(writer.size).toBe(5000);
});

test('reuses the space of old values, so the arena does not grow', () => {
  const { writer } = pair();
  for (let round = 0; round < 1000; round++) writer.put(key('web'), key(`value ${1000 + round}`));
  const touched = writer.touchedBytes;
  for (let round = 0; round < 20_000; round++)
    writer.put(key('web'), key(`value ${1000 + (round % 7)}`));
  expect(writer.touchedBytes).toBe(touched);
});

test('reuses the space of large values, in one piece or split', () => {
  const { writer } = pair({ arenaBytes: 1 << 20 });
  for (let round = 0; round < 500; round++) {
    writer.put(key('a'), filled(100_000 + (round % 3) * 8000, round & 255));
    writer.put(key('b'), filled(20_000, round & 255));
  }
  expect(writer.touchedBytes).toBeLessThan(600_000);
});

test('does not reuse space while a reader is in a batch, and does afterwards', () => {
  const { writer, reader } = pair();
  writer.put(key('web'), key('first'));
  reader.enter();
  expect(reader.find(key('web'), 0, 3)).toBe(true);
  const { valueOffset, valueLength } = reader;
  for (let round = 0; round < 500; round++) writer.put(key('web'), key(`next${round % 10}`));
  const seen = reader.bytes.slice(valueOffset, valueOffset + valueLength);
  expect(seen).toEqual(key('first'));
  const touched = writer.touchedBytes;
  expect(touched).toBeGreaterThan(500 * 16);
  reader.leave();
  for (let round = 0; round < 2000; round++) writer.put(key('web'), key(`last${round % 10}`));
  expect(writer.touchedBytes).toBe(touched);
});

test('a reader begins idle, whatever the one before it was in', () => {
  const { table, writer, reader } = pair();
  reader.enter();
  const next = new NameTableReader(table, 0);
  for (let round = 0; round < 500; round++) writer.put(key('web'), key(`v${round % 10}`));
  const touched = writer.touchedBytes;
  for (let round = 0; round < 500; round++) writer.put(key('web'), key(`v${round % 10}`));
  expect([writer.touchedBytes, next.find(key('web'), 0, 3)]).toEqual([touched, true]);
});

test('a reader that enters again and again does not hold space back', () => {
  const { writer, reader } = pair();
  for (let round = 0; round < 300; round++) {
    reader.enter();
    writer.put(key('web'), key(`v${round % 10}`));
  }
  const touched = writer.touchedBytes;
  for (let round = 0; round < 3000; round++) {
    reader.enter();
    writer.put(key('web'), key(`v${round % 10}`));
  }
  expect(writer.touchedBytes).toBe(touched);
});

test('deletions leave no trace that slows or fills the table', () => {
  const { writer, reader } = pair({ initialSlotBits: 6, maxSlotBits: 6, arenaBytes: 1 << 20 });
  for (let round = 0; round < 5000; round++) {
    writer.put(key(`n${round}`), key('v'));
    if (round >= 20) expect(writer.delete(key(`n${round - 20}`))).toBe(true);
  }
  expect(writer.size).toBe(20);
  for (let round = 4980; round < 5000; round++)
    expect(read(reader, key(`n${round}`))).toEqual(key('v'));
});

test('rehashes into a larger region while a reader still holds the spare one', () => {
  const { writer, reader } = pair({ initialSlotBits: 4, maxSlotBits: 10, arenaBytes: 1 << 20 });
  writer.put(key('stays'), key('v'));
  reader.enter();
  for (let round = 0; round < 2000; round++) {
    writer.put(key(`n${round}`), key('v'));
    writer.delete(key(`n${round - 5}`));
    expect(reader.find(key('stays'), 0, 5)).toBe(true);
  }
  reader.leave();
  expect(writer.size).toBe(6);
});

test('a full table throws NAME_TABLE_FULL and keeps what it has', () => {
  const { writer, reader } = pair({ initialSlotBits: 3, maxSlotBits: 3, arenaBytes: 1 << 12 });
  for (let index = 0; index < 7; index++) writer.put(key(`n${index}`), key('v'));
  expect(() => writer.put(key('n7'), key('v'))).toThrow(
    expect.objectContaining({ code: 'NAME_TABLE_FULL' }),
  );
  expect(() => writer.put(key('n1'), filled(5000, 1))).toThrow(
    expect.objectContaining({ code: 'NAME_TABLE_FULL' }),
  );
  expect(writer.size).toBe(7);
  for (let index = 0; index < 7; index++) expect(read(reader, key(`n${index}`))).toEqual(key('v'));
  expect(read(reader, key('n7'))).toBeUndefined();
});

test('epochs may wrap around while readers come and go', () => {
  const { table, writer, reader } = pair();
  new Int32Array(table.control)[1] = 0x7fff_fffd;
  reader.enter();
  for (let round = 0; round < 1000; round++) writer.put(key('web'), key(`v${round % 10}`));
  const touched = writer.touchedBytes;
  reader.enter();
  for (let round = 0; round < 500; round++) {
    writer.put(key('web'), key(`v${round % 10}`));
    reader.enter();
  }
  expect(new Int32Array(table.control)[1]).toBeLessThan(0);
  expect(writer.touchedBytes).toBe(touched);
});

test('costs no memory before names come', () => {
  const before = process.memoryUsage.rss();
  const tables = Array.from({ length: 4 }, () => createNameTable());
  new NameTableWriter(tables[0] as NameTableBuffers).put(key('a'), key('b'));
  expect(process.memoryUsage.rss() - before).toBeLessThan(16 << 20);
});
