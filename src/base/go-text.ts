// Go's way to write and read scalars, as CoreDNS's configuration errors show them: %q quoting and the strconv errors
// (`strconv.Atoi: parsing "x": invalid syntax`). Not for wire data and not for JSON.

/** What the character behind a backslash stands for, where it is not the start of a number. */
export const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** The way back. Between double quotes a single one needs no backslash. */
const ESCAPED: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMED_ESCAPES)
    .filter(([, char]) => char !== "'")
    .map(([letter, char]) => [char, `\\${letter}`]),
);

/** strconv.Quote (`%q`): double quotes around, Go escapes inside, printable characters of any script as they are. */
export function quote(text: string): string {
  return `"${[...text].map(escaped).join('')}"`;
}

function escaped(char: string): string {
  const named = ESCAPED.get(char);
  if (named !== undefined) return named;
  // Go's IsPrint: letters, marks, numbers, punctuation, symbols and the plain space. The expression takes milliseconds to compile.
  if ((char >= ' ' && char <= '~') || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x1_0000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

/** Which strconv function an error names, and the bits of its result: Atoi and ParseInt are signed. */
export interface IntegerKind {
  readonly function: 'Atoi' | 'ParseInt' | 'ParseUint';
  readonly bits: 8 | 16 | 32 | 64;
}

/** strconv.Atoi. */
export const ATOI: IntegerKind = { function: 'Atoi', bits: 64 };

/**
 * Reads a decimal integer as strconv does: the number, or the error text as a string. Values above 2^53 lose their last
 * digits; nothing in a Corefile is that big.
 */
export function parseInteger(text: string, kind: IntegerKind = ATOI): number | string {
  const isSigned = kind.function !== 'ParseUint';
  const failure = (reason: string): string =>
    `strconv.${kind.function}: parsing ${quote(text)}: ${reason}`;
  if (!(isSigned ? /^[+-]?[0-9]+$/ : /^[0-9]+$/).test(text)) return failure('invalid syntax');
  const value = BigInt(text.replace(/^\+/, ''));
  const fits = isSigned ? BigInt.asIntN(kind.bits, value) : BigInt.asUintN(kind.bits, value);
  return fits === value ? Number(value) : failure('value out of range');
}
