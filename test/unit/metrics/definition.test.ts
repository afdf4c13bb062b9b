import { expect, test } from 'vitest';
import {
  ALWAYS_EXPORTED,
  KUBERNETES_PROGRAMMING_DURATION,
  TIME_BUCKETS,
} from '../../../src/metrics/core-metrics.ts';
import { exponentialBuckets } from '../../../src/metrics/definition.ts';
import { goFloat } from '../../../src/metrics/go-float.ts';

test('exponential buckets multiply on', () => {
  expect(exponentialBuckets(1, 3, 4)).toEqual([1, 3, 9, 27]);
});

test('the time buckets print as the recorded ones', () => {
  expect(TIME_BUCKETS.map(goFloat).join(' ')).toBe(
    '0.00025 0.0005 0.001 0.002 0.004 0.008 0.016 0.032 0.064 0.128 0.256 0.512 1.024 2.048 4.096 8.192',
  );
  expect(KUBERNETES_PROGRAMMING_DURATION.buckets?.at(-1)).toBe(524.288);
});

test('what is always exported has no labels and is not defined twice', () => {
  const names = ALWAYS_EXPORTED.map((definition) => definition.name);
  expect(new Set(names).size).toBe(names.length);
  for (const { labels, isAlwaysExported, help } of ALWAYS_EXPORTED) {
    expect(labels).toEqual([]);
    expect(isAlwaysExported).toBe(true);
    expect(help).toMatch(/\.$/);
  }
});
