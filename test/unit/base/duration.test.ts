import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/base/duration.ts';

describe('reading', () => {
  test.each([
    ['0', 0],
    ['-0', 0],
    ['0s', 0],
    ['5s', 5000],
    ['+5s', 5000],
    ['-5s', -5000],
    ['1h30m', 5_400_000],
    ['1.5s', 1500],
    ['.5s', 500],
    ['1.s', 1000],
    ['1.001ms', 1.001],
    ['1ns', 0.000001],
    ['1.9ns', 0.000001],
    ['2us', 0.002],
    ['2\u00b5s', 0.002],
    ['2\u03bcs', 0.002],
    ['1h1h', 7_200_000],
    ['2562047h', 9_223_369_200_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    ['', 'time: invalid duration ""'],
    ['x', 'time: invalid duration "x"'],
    ['-', 'time: invalid duration "-"'],
    ['.s', 'time: invalid duration ".s"'],
    ['s', 'time: invalid duration "s"'],
    [' 5s', 'time: invalid duration " 5s"'],
    ['--5s', 'time: invalid duration "--5s"'],
    ['5s-', 'time: unknown unit "s-" in duration "5s-"'],
    ['9223372037s', 'time: invalid duration "9223372037s"'],
    ['5', 'time: missing unit in duration "5"'],
    ['1h5', 'time: missing unit in duration "1h5"'],
    ['1..5s', 'time: missing unit in duration "1..5s"'],
    ['5x', 'time: unknown unit "x" in duration "5x"'],
    ['5d3h', 'time: unknown unit "d" in duration "5d3h"'],
    ['5S', 'time: unknown unit "S" in duration "5S"'],
    ['5"\\\u00fc', 'time: unknown unit "\\"\\\\\\xc3\\xbc" in duration "5\\"\\\\\\xc3\\xbc"'],
  ])('%j gives %s', (text, error) => {
    expect(parseDuration(text)).toBe(error);
  });
});

describe('writing', () => {
  test.each([
    [0, '0s'],
    [300_000, '5m0s'],
    [1500, '1.5s'],
    [300, '300ms'],
    [0.5, '500\u00b5s'],
    [0.000001, '1ns'],
    [1.001, '1.001ms'],
    [3_600_000, '1h0m0s'],
    [5_430_250, '1h30m30.25s'],
    [-1000, '-1s'],
    [-90_000, '-1m30s'],
    [59_999.999999, '59.999999999s'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
