import { expect, test } from 'vitest';
import { Extents } from '../../../src/names/extents.ts';

test('an empty list has nothing to take', () => {
  expect(new Extents().take(1)).toBe(0);
});

test('takes the smallest extent that fits and leaves its rest', () => {
  const extents = new Extents();
  extents.give(100, 50);
  extents.give(10, 20);
  expect(extents.take(15)).toBe(10);
  expect(extents.take(5)).toBe(25);
  expect(extents.take(40)).toBe(100);
  expect(extents.take(11)).toBe(0);
  expect(extents.take(10)).toBe(140);
  expect(extents.count).toBe(0);
});

test.each([
  ['after the one before it', 10, 30, 10],
  ['before the one after it', 10, 5, 5],
])('merges an extent that comes back %s', (_, start, given, from) => {
  const extents = new Extents();
  extents.give(start, 20);
  extents.give(given, 5);
  expect(extents.count).toBe(1);
  expect(extents.take(25)).toBe(from);
});

test('merges two extents when the gap between them comes back', () => {
  const extents = new Extents();
  extents.give(10, 10);
  extents.give(30, 10);
  extents.give(50, 10);
  expect(extents.count).toBe(3);
  extents.give(20, 10);
  expect(extents.count).toBe(2);
  expect(extents.take(30)).toBe(10);
});
