import { expect, test } from 'vitest';
import { goFloat } from '../../../src/metrics/go-float.ts';

// Each row is what strconv.FormatFloat(value, 'g', -1, 64) gives.
test.each([
  [0, '0'],
  [1, '1'],
  [-3, '-3'],
  [0.00025, '0.00025'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [0.000012889, '1.2889e-05'],
  [8.192, '8.192'],
  [64_000, '64000'],
  [999_999, '999999'],
  [1_000_000, '1e+06'],
  [45_928_448, '4.5928448e+07'],
  [123_456.789, '123456.789'],
  [1_234_567.5, '1.2345675e+06'],
  [1.7e300, '1.7e+300'],
  [-2.5e-7, '-2.5e-07'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [Number.NaN, 'NaN'],
])('writes %d as %s', (value, text) => {
  expect(goFloat(value)).toBe(text);
});
