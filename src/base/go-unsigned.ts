// strconv.ParseUint for any base: the numbers of EDNS codes and masks (`0xffee`) and of parseInt in templates. The decimal
// reader for Corefile options is in go-text.ts.

import { quote } from './go-text.ts';

const MAX_BASE = 36;
const MAX_BITS = 64;

/** Whole forms of base 0: digits with single underscores between them, after an optional prefix. */
const PREFIXED: readonly (readonly [form: RegExp, base: number, skip: number])[] = [
  [/^0b(?:_?[01])+$/, 2, 2],
  [/^0o(?:_?[0-7])+$/, 8, 2],
  [/^0x(?:_?[0-9a-f])+$/, 16, 2],
  [/^0(?:_?[0-7])*$/, 8, 0],
  [/^[1-9](?:_?[0-9])*$/, 10, 0],
];

/**
 * Reads an unsigned integer of `bits` bits (0 means 64) in `base` 2 to 36; base 0 takes it from a prefix (`0x`, `0o`,
 * `0b`, `0`) and allows underscores. A string is strconv's error text.
 */
export function parseUnsigned(text: string, base: number, bits: number): bigint | string {
  const prefix = `strconv.ParseUint: parsing ${quote(text)}: `;
  if (text === '') return `${prefix}invalid syntax`;
  if (base !== 0 && (base < 2 || base > MAX_BASE)) return `${prefix}invalid base ${base}`;
  if (bits < 0 || bits > MAX_BITS) return `${prefix}invalid bit size ${bits}`;
  const value = base === 0 ? prefixedValue(text.toLowerCase()) : digitsValue(text, base);
  if (value === undefined) return `${prefix}invalid syntax`;
  const fits = BigInt.asUintN(bits === 0 ? MAX_BITS : bits, value) === value;
  return fits ? value : `${prefix}value out of range`;
}

function prefixedValue(text: string): bigint | undefined {
  for (const [form, base, skip] of PREFIXED) {
    if (form.test(text)) return digitsValue(text.slice(skip).replaceAll('_', ''), base);
  }
  return undefined;
}

function digitsValue(text: string, base: number): bigint | undefined {
  let value = 0n;
  for (const char of text) {
    const digit = /[0-9a-z]/i.test(char) ? Number.parseInt(char, MAX_BASE) : MAX_BASE;
    if (digit >= base) return undefined;
    value = value * BigInt(base) + BigInt(digit);
  }
  return value;
}
