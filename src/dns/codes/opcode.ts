// The opcodes by number and word (RFC 1035, 1996, 2136, 8490).
// A server of queries sees QUERY and NOTIFY; the others are named for logs and refusals.

/** Opcodes by word. */
export const Opcode = { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5, DSO: 6 } as const;

const nameByCode: ReadonlyMap<number, string> = new Map(
  Object.entries(Opcode).map(([name, code]) => [code, name]),
);
const codeByName: ReadonlyMap<string, number> = new Map(Object.entries(Opcode));

/** The word of an opcode: `QUERY`; one without a word is `OPCODE15`. */
export function opcodeName(code: number): string {
  return nameByCode.get(code) ?? `OPCODE${code}`;
}

/** The number of an opcode's word, without regard to case; undefined if it is none. */
export function opcodeCode(text: string): number | undefined {
  return codeByName.get(text.toUpperCase());
}
