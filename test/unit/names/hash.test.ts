import { expect, test } from 'vitest';
import { finishHash, HASH_SEED, hashBytes, hashOctet } from '../../../src/names/hash.ts';

const BYTES = Uint8Array.from([9, 3, 119, 101, 98, 255, 9]);

test('hashes the same octet by octet and in one go, wherever they lie', () => {
  let hash = HASH_SEED;
  for (const octet of BYTES.subarray(1, 6)) hash = hashOctet(hash, octet);
  expect(finishHash(hash)).toBe(hashBytes(BYTES, 1, 5));
  expect(hashBytes(BYTES.slice(1, 6), 0, 5)).toBe(hashBytes(BYTES, 1, 5));
});

test('is a 32-bit integer, also of nothing', () => {
  expect(hashBytes(BYTES, 0, 0)).toBe(finishHash(HASH_SEED));
  expect(hashBytes(BYTES, 0, 7) | 0).toBe(hashBytes(BYTES, 0, 7));
});

test('spreads names that differ in one digit over the slots', () => {
  const encoder = new TextEncoder();
  const slots = new Set<number>();
  for (let index = 0; index < 1000; index++) {
    const name = encoder.encode(`svc-${index}.shop`);
    slots.add(hashBytes(name, 0, name.length) & 4095);
  }
  // 1,000 balls in 4,096 boxes hit 887 of them on average.
  expect(slots.size).toBeGreaterThan(840);
});
