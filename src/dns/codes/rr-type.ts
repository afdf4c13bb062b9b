// The RR types by number and mnemonic (IANA registry, the words that CoreDNS prints).
// A number without a word is written TYPEnnn (RFC 3597, section 5). What a type's rdata holds
// is not here but in ../rdata/.

/** RR type numbers by mnemonic; the hyphen of NSAP-PTR is an underscore here. */
export const RRType = {
  NONE: 0,
  A: 1,
  NS: 2,
  MD: 3,
  MF: 4,
  CNAME: 5,
  SOA: 6,
  MB: 7,
  MG: 8,
  MR: 9,
  NULL: 10,
  PTR: 12,
  HINFO: 13,
  MINFO: 14,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  X25: 19,
  ISDN: 20,
  RT: 21,
  NSAP_PTR: 23,
  SIG: 24,
  KEY: 25,
  PX: 26,
  GPOS: 27,
  AAAA: 28,
  LOC: 29,
  NXT: 30,
  EID: 31,
  NIMLOC: 32,
  SRV: 33,
  ATMA: 34,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  DNAME: 39,
  OPT: 41,
  APL: 42,
  DS: 43,
  SSHFP: 44,
  IPSECKEY: 45,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  HIP: 55,
  NINFO: 56,
  RKEY: 57,
  TALINK: 58,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  UINFO: 100,
  UID: 101,
  GID: 102,
  UNSPEC: 103,
  NID: 104,
  L32: 105,
  L64: 106,
  LP: 107,
  EUI48: 108,
  EUI64: 109,
  NXNAME: 128,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  URI: 256,
  CAA: 257,
  AVC: 258,
  AMTRELAY: 260,
  RESINFO: 261,
  TA: 32768,
  DLV: 32769,
  RESERVED: 65535,
} as const;

/** The words that differ from the key above. */
const SPELLINGS: Readonly<Record<string, string>> = {
  NONE: 'None',
  NSAP_PTR: 'NSAP-PTR',
  RESERVED: 'Reserved',
};

const nameByCode: ReadonlyMap<number, string> = new Map(
  Object.entries(RRType).map(([key, code]) => [code, SPELLINGS[key] ?? key]),
);

const codeByName: ReadonlyMap<string, number> = new Map(
  [...nameByCode].map(([code, name]) => [name.toUpperCase(), code]),
);

/** The mnemonic of an RR type as CoreDNS prints it: `A`, `None` (0), `Reserved` (65535), `TYPE731`. */
export function rrTypeName(code: number): string {
  return nameByCode.get(code) ?? `TYPE${code}`;
}

/** The number of a mnemonic or of TYPEnnn, without regard to case; undefined if it is neither. */
export function rrTypeCode(text: string): number | undefined {
  const word = text.toUpperCase();
  return codeByName.get(word) ?? numbered(word);
}

function numbered(word: string): number | undefined {
  const digits = word.slice(4);
  if (!word.startsWith('TYPE') || !/^\d{1,5}$/.test(digits)) return undefined;
  const code = Number(digits);
  return code > 0xffff ? undefined : code;
}
