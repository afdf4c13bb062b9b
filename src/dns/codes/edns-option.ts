// The EDNS option codes by number and word (IANA registry "DNS EDNS0 Option Codes").
// Options without a row here are carried through unchanged: nothing depends on a word.

/** EDNS option codes by word. */
export const EdnsOption = {
  LLQ: 1,
  UL: 2,
  NSID: 3,
  ESU: 4,
  DAU: 5,
  DHU: 6,
  N3U: 7,
  CLIENT_SUBNET: 8,
  EXPIRE: 9,
  COOKIE: 10,
  TCP_KEEPALIVE: 11,
  PADDING: 12,
  EXTENDED_ERROR: 15,
  REPORTING: 18,
  ZONEVERSION: 19,
} as const;

const nameByCode: ReadonlyMap<number, string> = new Map(
  Object.entries(EdnsOption).map(([name, code]) => [code, name]),
);

/** The word of an option code: `COOKIE`; one without a word is `OPT65001`. */
export function ednsOptionName(code: number): string {
  return nameByCode.get(code) ?? `OPT${code}`;
}
