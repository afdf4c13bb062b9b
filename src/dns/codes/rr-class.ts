// The classes by number and mnemonic (RFC 1035, section 3.2.4; RFC 2136 for NONE).
// A number without a word is written CLASSnnn (RFC 3597, section 5).

/** Class numbers by mnemonic. */
export const RRClass = { IN: 1, CS: 2, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const;

const nameByCode: ReadonlyMap<number, string> = new Map(
  Object.entries(RRClass).map(([name, code]) => [code, name]),
);
const codeByName: ReadonlyMap<string, number> = new Map(Object.entries(RRClass));

/** The mnemonic of a class: `IN`, `CH`, `CLASS17`. */
export function rrClassName(code: number): string {
  return nameByCode.get(code) ?? `CLASS${code}`;
}

/** The number of a mnemonic or of CLASSnnn, without regard to case; undefined if it is neither. */
export function rrClassCode(text: string): number | undefined {
  const word = text.toUpperCase();
  return codeByName.get(word) ?? numbered(word);
}

function numbered(word: string): number | undefined {
  const digits = word.slice(5);
  if (!word.startsWith('CLASS') || !/^\d{1,5}$/.test(digits)) return undefined;
  const code = Number(digits);
  return code > 0xffff ? undefined : code;
}
