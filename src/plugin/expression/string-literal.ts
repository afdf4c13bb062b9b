// Strings of expressions: single or double quotes with escapes, back quotes without.

import { NAMED_ESCAPES } from '../../base/go-text.ts';
import { ExpressionFault } from './fault.ts';

/** Digits of an escape by its letter. */
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const LAST_CODE_POINT = 0x10_ffff;
const OCTAL = /^[0-3][0-7]{2}/;

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
  throw new ExpressionFault('literal not terminated', source.length);
}

/** `offset` is the backslash's. */
function readEscape(source: string, offset: number): StringLiteral {
  const letter = source[offset + 1] ?? '';
  const simple = NAMED_ESCAPES[letter];
  if (simple !== undefined) return { value: simple, end: offset + 2 };
  const [octal] = OCTAL.exec(source.slice(offset + 1)) ?? [];
  if (octal !== undefined) {
    return { value: String.fromCharCode(Number.parseInt(octal, 8)), end: offset + 4 };
  }
  return { value: hexCharacter(source, offset), end: offset + 2 + (HEX_DIGITS[letter] ?? 0) };
}

function hexCharacter(source: string, offset: number): string {
  const digits = HEX_DIGITS[source[offset + 1] ?? ''];
  if (digits === undefined) throw new ExpressionFault('invalid char escape', offset + 1);
  const [hex = ''] = /^[0-9a-fA-F]*/.exec(source.slice(offset + 2, offset + 2 + digits)) ?? [];
  const code = Number.parseInt(hex, 16);
  if (hex.length < digits || code > LAST_CODE_POINT) {
    throw new ExpressionFault('invalid char escape', offset + 2 + hex.length);
  }
  return String.fromCodePoint(code);
}
