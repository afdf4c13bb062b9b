import { expect, test } from 'vitest';
import { portNumber } from '../../../src/corefile/port.ts';

test.each([
  ['53', 53],
  ['0', 0],
  ['65535', 65_535],
  ['', 0],
])('%j is port %d', (text, port) => {
  expect(portNumber(text)).toBe(port);
});

test.each([
  ['65536', 'address 65536: invalid port'],
  ['-1', 'address -1: invalid port'],
  ['abc', 'lookup tcp/abc: unknown port'],
])('%s is refused', (text, error) => {
  expect(() => portNumber(text)).toThrow(error);
});
