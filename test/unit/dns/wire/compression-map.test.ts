// The table of suffixes under the message writer.
// What it does to whole replies is tested in reply-writer.test.ts and recorded.test.ts.
import { expect, test } from 'vitest';
import { CompressionMap } from '../../../../src/dns/wire/compression-map.ts';
import { name, unhex } from '../../../support/record-lines.ts';

test('finds the longest suffix, also behind a pointer, with case', () => {
  const map = new CompressionMap();
  //                       12: b.c.     17: a + pointer to 12
  const message = unhex(`${'00'.repeat(12)}01620163000161c00c`);
  map.find(name('b.c.'), message);
  expect(map.pointer).toBe(0);
  map.add(12);
  map.find(name('a.b.c.'), message);
  expect([map.pointer, map.prefixLength]).toEqual([12, 2]);
  map.add(17);
  map.find(name('x.a.b.c.'), message);
  expect([map.pointer, map.prefixLength]).toEqual([17, 2]);
  map.find(name('x.c.'), message);
  expect([map.pointer, map.prefixLength]).toEqual([14, 2]);
  map.find(name('a.B.c.'), message);
  expect([map.pointer, map.prefixLength]).toEqual([14, 4]);
  map.find(name('C.'), message);
  expect([map.pointer, map.prefixLength]).toEqual([0, 3]);
});

test('keeps thousands of names apart, and forgets them all', () => {
  const map = new CompressionMap();
  const names = Array.from({ length: 3000 }, (_each, index) => name(`${index}.`));
  const message = new Uint8Array(32768);
  let at = 12;
  const offsets = names.map((each) => {
    map.find(each, message);
    expect(map.pointer).toBe(0);
    message.set(each, at);
    map.add(at);
    at += each.length;
    return at - each.length;
  });
  for (const [index, each] of names.entries()) {
    map.find(each, message);
    const offset = offsets[index] ?? 0;
    if (map.pointer !== (offset < 0x4000 ? offset : 0)) expect(map.pointer).toBe(offset);
  }
  map.reset();
  for (const each of names) {
    map.find(each, message);
    if (map.pointer !== 0) expect(map.pointer).toBe(0);
  }
});
