// The response codes by number and word (RFC 1035, 2136, 6891, 8490, 8945, 7873).
// Numbers over 15 need an OPT record: their upper eight bits travel there.

/** Response codes by word. 16 is BADVERS in a reply and BADSIG inside TSIG. */
export const Rcode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  DSOTYPENI: 11,
  BADVERS: 16,
  BADKEY: 17,
  BADTIME: 18,
  BADMODE: 19,
  BADNAME: 20,
  BADALG: 21,
  BADTRUNC: 22,
  BADCOOKIE: 23,
} as const;

const nameByCode: ReadonlyMap<number, string> = new Map(
  Object.entries(Rcode).map(([name, code]) => [code, name]),
);
const codeByName: ReadonlyMap<string, number> = new Map(Object.entries(Rcode));

/** The word of a response code: `NXDOMAIN`; one without a word is `RCODE3841` (plugin/pkg/rcode). */
export function rcodeName(code: number): string {
  return nameByCode.get(code) ?? `RCODE${code}`;
}

/** The number of a response code's word, without regard to case; undefined if it is none. */
export function rcodeCode(text: string): number | undefined {
  return codeByName.get(text.toUpperCase());
}
