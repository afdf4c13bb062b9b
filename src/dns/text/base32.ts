// Base32 with the extended hex alphabet, without padding (RFC 4648, section 7), as NSEC3 writes hashed names. Upper case, as
// miekg/dns prints it; read in any case. Bits that no octet takes must be zero.

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUV';
const DIGIT_BITS = 5;

/** The octets of a text; undefined if it is none. */
export function base32Octets(text: string): Uint8Array | undefined {
  const out = new Uint8Array((text.length * DIGIT_BITS) >> 3);
  let bits = 0;
  let pending = 0;
  let end = 0;
  for (const digit of text.toUpperCase()) {
    const value = ALPHABET.indexOf(digit);
    if (value < 0) return undefined;
    bits = ((bits & 0xff) << DIGIT_BITS) | value;
    pending += DIGIT_BITS;
    if (pending < 8) continue;
    pending -= 8;
    out[end++] = bits >> pending;
  }
  const isWhole = pending < DIGIT_BITS && (bits & ((1 << pending) - 1)) === 0;
  return isWhole ? out : undefined;
}

/** The octets as text. */
export function toBase32(octets: Uint8Array): string {
  let text = '';
  let bits = 0;
  let pending = 0;
  for (const octet of octets) {
    bits = ((bits & 0x1f) << 8) | octet;
    pending += 8;
    for (; pending >= DIGIT_BITS; pending -= DIGIT_BITS) {
      text += ALPHABET.charAt((bits >> (pending - DIGIT_BITS)) & 0x1f);
    }
  }
  return pending === 0 ? text : text + ALPHABET.charAt((bits << (DIGIT_BITS - pending)) & 0x1f);
}
