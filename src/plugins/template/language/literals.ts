// The literals of templates: numbers and strings as Go writes them (Go: text/template/parse/node.go, strconv.Unquote).

import { NAMED_ESCAPES } from '../../../base/go-text.ts';

/** What a number can be read as; `integer` is undefined for fractions. */
export interface NumberLiteral {
  readonly integer: bigint | undefined;
  readonly float: number;
  /** Whether it is a whole number where any type will do: `1.0` is not, though it has an integer value. */
  readonly isInteger: boolean;
}

const INT_BITS = 64;
const HEX_FLOAT = /^[+-]?0[xX].*[.pP]/;

/** Reads a number; a string is the error text. */
export function readNumber(text: string): NumberLiteral | string {
  const isMisplaced = /__|_$|[+-]_|^_|[.eE]_|_[.eE]/.test(text);
  if (isMisplaced || !/[0-9]/.test(text)) return `illegal number syntax: "${text}"`;
  // Neither octal nor decimal; Go finds that it is a whole number all the same.
  if (/^[+-]?0[0-9]*[89][0-9]*$/.test(text)) return `integer overflow: "${text}"`;
  const integer = readInteger(text);
  if (integer !== undefined) {
    const isTooBig = BigInt.asIntN(INT_BITS, integer) !== integer;
    return isTooBig
      ? `integer overflow: "${text}"`
      : { integer, float: Number(integer), isInteger: true };
  }
  const float = Number(text.replaceAll('_', ''));
  if (HEX_FLOAT.test(text) || !Number.isFinite(float)) return `illegal number syntax: "${text}"`;
  return { integer: Number.isInteger(float) ? BigInt(float) : undefined, float, isInteger: false };
}

function readInteger(text: string): bigint | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(text.replaceAll('_', '')) ?? [];
  const isPrefixed = /^0(?:[xX][0-9a-fA-F]+|[bB][01]+|[oO][0-7]+)$/.test(digits);
  if (!isPrefixed && !/^[0-9]+$/.test(digits)) return undefined;
  // A leading zero alone means octal.
  const isOctal = /^0[0-7]+$/.test(digits);
  const value = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
  return sign === '-' ? -value : value;
}

const MAX_CODE_POINT = 0x10_ffff;

const ESCAPE =
  /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([abfnrtv\\"']))/g;

/** The value of a quoted string or character with its quotes; undefined if an escape is none. */
export function unquote(quoted: string): string | undefined {
  const mark = quoted.charAt(0);
  const body = quoted.slice(1, -1);
  if (mark === '`') return body.replaceAll('\r', '');
  const isTooBig = /(?:^|[^\\])(?:\\\\)*\\[4-7][0-7]{2}/.test(body);
  const strange = body.replaceAll(ESCAPE, '');
  const otherMark = mark === '"' ? "\\'" : '\\"';
  if (isTooBig || strange.includes('\\') || body.replaceAll('\\\\', '').includes(otherMark))
    return undefined;
  return body.replaceAll(ESCAPE, (_all, ...groups: (string | undefined)[]) => {
    const [hex, short, long, octal, named] = groups;
    if (named !== undefined) return NAMED_ESCAPES[named] ?? '';
    const code =
      octal === undefined
        ? Number.parseInt(hex ?? short ?? long ?? '', 16)
        : Number.parseInt(octal, 8);
    return code > MAX_CODE_POINT ? '\ufffd' : String.fromCodePoint(code);
  });
}
