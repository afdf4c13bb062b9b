import { describe, expect, test } from 'vitest';
import { ATOI, parseInteger, quote } from '../../../src/base/go-text.ts';

test.each([
  ['', '""'],
  ['a b', '"a b"'],
  ['say "x"\\', '"say \\"x\\"\\\\"'],
  ['\n\t\r\u0007\b\f\v', '"\\n\\t\\r\\a\\b\\f\\v"'],
  ['\u0000\u007f', '"\\x00\\x7f"'],
  ['b\u00fccher \u65e5\u672c', '"b\u00fccher \u65e5\u672c"'],
  ['\u00a0\u200b', '"\\u00a0\\u200b"'],
  ['\u{e0001}\u{1f600}', '"\\U000e0001\u{1f600}"'],
])('%j is quoted as Go does', (text, quoted) => {
  expect(quote(text)).toBe(quoted);
});

describe('integers', () => {
  test.each([
    ['0', ATOI, 0],
    ['007', ATOI, 7],
    ['+5', ATOI, 5],
    ['-5', ATOI, -5],
    ['255', { function: 'ParseUint', bits: 8 } as const, 255],
    ['-128', { function: 'ParseInt', bits: 8 } as const, -128],
  ])('%s', (text, kind, value) => {
    expect(parseInteger(text, kind)).toBe(value);
  });

  test.each([
    ['x', ATOI, 'strconv.Atoi: parsing "x": invalid syntax'],
    ['', ATOI, 'strconv.Atoi: parsing "": invalid syntax'],
    ['1.5', ATOI, 'strconv.Atoi: parsing "1.5": invalid syntax'],
    ['1_0', ATOI, 'strconv.Atoi: parsing "1_0": invalid syntax'],
    [
      '9223372036854775808',
      ATOI,
      'strconv.Atoi: parsing "9223372036854775808": value out of range',
    ],
    [
      '-1',
      { function: 'ParseUint', bits: 32 } as const,
      'strconv.ParseUint: parsing "-1": invalid syntax',
    ],
    [
      '+1',
      { function: 'ParseUint', bits: 32 } as const,
      'strconv.ParseUint: parsing "+1": invalid syntax',
    ],
    [
      '256',
      { function: 'ParseUint', bits: 8 } as const,
      'strconv.ParseUint: parsing "256": value out of range',
    ],
    [
      '128',
      { function: 'ParseInt', bits: 8 } as const,
      'strconv.ParseInt: parsing "128": value out of range',
    ],
  ])('%s gives Go\u2019s error', (text, kind, error) => {
    expect(parseInteger(text, kind)).toBe(error);
  });
});
