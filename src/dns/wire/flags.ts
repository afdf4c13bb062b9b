// The flag bits of the header's second word (RFC 1035, section 4.1.1; RFC 4035 for AD and CD).
// Shared by the readers and writers beside it and by ../message.ts; no buffers here.

export const Flag = {
  QR: 0x8000,
  AA: 0x0400,
  TC: 0x0200,
  RD: 0x0100,
  RA: 0x0080,
  Z: 0x0040,
  AD: 0x0020,
  CD: 0x0010,
} as const;

/** Octets of a message header. */
export const HEADER_OCTETS = 12;

/** The opcode in a flags word. */
export function opcodeOf(flags: number): number {
  return (flags >> 11) & 0xf;
}

/** The flag bits and codes of a message as fields. `rcode` may have its extended bits (ignored here). */
export interface FlagFields {
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly zero?: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  readonly rcode: number;
}

/** The flags word out of fields, QR not set. */
export function flagsWord(fields: FlagFields): number {
  let word = ((fields.opcode & 0xf) << 11) | (fields.rcode & 0xf);
  if (fields.authoritative) word |= Flag.AA;
  if (fields.truncated) word |= Flag.TC;
  if (fields.recursionDesired) word |= Flag.RD;
  if (fields.recursionAvailable) word |= Flag.RA;
  if (fields.zero === true) word |= Flag.Z;
  if (fields.authenticData) word |= Flag.AD;
  if (fields.checkingDisabled) word |= Flag.CD;
  return word;
}
