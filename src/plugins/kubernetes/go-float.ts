// Floating-point numbers as Go's strconv.ParseFloat takes them in 32 bits, for apiserver_qps, with its error texts.

import { quote } from '../../base/go-text.ts';

const DECIMAL = /^[+-]?(?:[0-9](?:_?[0-9])*\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const INFINITY = /^[+-]?inf(?:inity)?$/i;
const MAX_FLOAT32 = 3.4028234663852886e38;

/** The number, or the error text. Hexadecimal numbers are not taken: no rate is written so. */
export function parseGoFloat(text: string): number | string {
  const prefix = `strconv.ParseFloat: parsing ${quote(text)}: `;
  if (INFINITY.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Infinity;
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (!DECIMAL.test(text) || text.includes('_')) return `${prefix}invalid syntax`;
  const value = Number(text);
  return Math.abs(value) > MAX_FLOAT32 ? `${prefix}value out of range` : value;
}
