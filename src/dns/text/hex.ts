// Hexadecimal digits to octets and back, for rdata text. Lower case, as dig and Go print them.
// Used for digests and for the generic form of any rdata (RFC 3597).

/** The octets that a string of hex digits (even number, any case) stands for; undefined if it is none. */
export function hexOctets(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
  const out = new Uint8Array(text.length / 2);
  for (let at = 0; at < out.length; at++) {
    const high = digitValue(text.charCodeAt(at * 2));
    const low = digitValue(text.charCodeAt(at * 2 + 1));
    if (high < 0 || low < 0) return undefined;
    out[at] = (high << 4) | low;
  }
  return out;
}

function digitValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = (code | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

/** The octets as lower-case hex digits. */
export function toHex(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += octet.toString(16).padStart(2, '0');
  return text;
}
