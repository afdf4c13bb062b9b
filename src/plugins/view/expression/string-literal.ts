// Strings of expressions: single or double quotes with escapes, back quotes without.

import { ExpressionFault } from './fault.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** Digits of an escape by its letter. */
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4 };

/** A string as it was read; `end` is behind the closing quote. */
export interface StringLiteral {
  readonly value: string;
  readonly end: number;
}

/** Reads the string that begins at `offset`. Throws ExpressionFault when it does not end or has a bad escape. */
export function stringLiteral(source: string, offset: number): StringLiteral {
  const quoteMark = source[offset];
  let value = '';
  let at = offset + 1;
  while (at < source.length) {
    const char = source[at] ?? '';
    if (char === quoteMark) return { value, end: at + 1 };
    if (char === '\\' && quoteMark !== '`') {
      const read = readEscape(source, at);
      value += read.value;
      at = read.end;
    } else {
      value += char;
      at++;
    }
  }
  throw new ExpressionFault('literal not terminated', offset);
}

function readEscape(source: string, offset: number): StringLiteral {
  const letter = source[offset + 1] ?? '';
  const simple = ESCAPES[letter];
  if (simple !== undefined) return { value: simple, end: offset + 2 };
  const digits = HEX_DIGITS[letter] ?? 0;
  const hex = source.slice(offset + 2, offset + 2 + digits);
  if (digits === 0 || !/^[0-9a-fA-F]+$/.test(hex) || hex.length !== digits) {
    throw new ExpressionFault('invalid char escape', offset);
  }
  return {
    value: String.fromCharCode(Number.parseInt(hex, 16)),
    end: offset + 2 + digits,
  };
}
