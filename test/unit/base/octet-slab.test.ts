import { expect, test } from 'vitest';
import { OctetSlab } from '../../../src/base/octet-slab.ts';

test('copies stay as they are when the source and other copies change', () => {
  const slab = new OctetSlab(8);
  const source = Uint8Array.of(1, 2, 3, 4, 5);
  const copies = Array.from({ length: 5 }, () => slab.copy(source, 1, 4));
  source.fill(9);
  copies[0]?.fill(7);
  expect(copies.slice(1).map((each) => [...each])).toEqual(Array(4).fill([2, 3, 4]));
});

test('copies share memory while there is room, and long ones have their own', () => {
  const slab = new OctetSlab(8);
  const source = new Uint8Array(9);
  const [first, second, third, long] = [4, 4, 1, 9].map((end) => slab.copy(source, 0, end));
  expect(second?.buffer).toBe(first?.buffer);
  expect(third?.buffer).not.toBe(first?.buffer);
  expect([long?.length, long?.buffer.byteLength]).toEqual([9, 9]);
});

test.each([0, 1, 128, 129, 1000])('copies %i octets', (length) => {
  const source = Uint8Array.from({ length: length + 2 }, (_, i) => i);
  const copy = new OctetSlab(2048).copy(source, 1, 1 + length);
  expect(copy).toEqual(source.slice(1, 1 + length));
});
