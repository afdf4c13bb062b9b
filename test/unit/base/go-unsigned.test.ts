import { describe, expect, test } from 'vitest';
import { parseUnsigned } from '../../../src/base/go-unsigned.ts';

describe('parseUnsigned', () => {
  test.each([
    ['255', 10, 8, 255n],
    ['ff', 16, 8, 255n],
    ['FF', 16, 8, 255n],
    ['z', 36, 64, 35n],
    ['18446744073709551615', 10, 64, 18_446_744_073_709_551_615n],
    ['7', 10, 0, 7n],
    ['0xffee', 0, 16, 0xffeen],
    ['0XFF', 0, 16, 255n],
    ['0b101', 0, 16, 5n],
    ['0o17', 0, 16, 15n],
    ['017', 0, 16, 15n],
    ['0', 0, 16, 0n],
    ['1_000', 0, 16, 1000n],
    ['0x_ff', 0, 16, 255n],
  ])('reads %s in base %i as %i bits', (text, base, bits, value) => {
    expect(parseUnsigned(text, base, bits)).toBe(value);
  });

  test.each([
    ['', 10, 8, 'invalid syntax'],
    ['x', 10, 8, 'invalid syntax'],
    ['-1', 10, 8, 'invalid syntax'],
    ['1_0', 10, 8, 'invalid syntax'],
    ['1__0', 0, 8, 'invalid syntax'],
    ['08', 0, 8, 'invalid syntax'],
    ['256', 10, 8, 'value out of range'],
    ['18446744073709551616', 10, 64, 'value out of range'],
    ['1', 1, 8, 'invalid base 1'],
    ['1', 37, 8, 'invalid base 37'],
    ['1', 10, 65, 'invalid bit size 65'],
    ['1', 10, -1, 'invalid bit size -1'],
  ])('refuses %j in base %i as %i bits', (text, base, bits, reason) => {
    expect(parseUnsigned(text, base, bits)).toBe(`strconv.ParseUint: parsing "${text}": ${reason}`);
  });
});
