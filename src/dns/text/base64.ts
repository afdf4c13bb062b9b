// Base64 (RFC 4648, section 4, padded) for rdata text. Strict: what is not canonical is refused, so
// that text and octets stand for each other one to one.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const values = new Int8Array(128).fill(-1);
for (let value = 0; value < ALPHABET.length; value++) values[ALPHABET.charCodeAt(value)] = value;

/** The octets of a padded base64 text; undefined if it is none. */
export function base64Octets(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const digits = text.replace(/={1,2}$/, '');
  const out = new Uint8Array((digits.length * 3) >> 2);
  let bits = 0;
  let pending = 0;
  let end = 0;
  for (let at = 0; at < digits.length; at++) {
    const value = values[digits.charCodeAt(at)] ?? -1;
    if (value < 0) return undefined;
    bits = ((bits & 0x3f) << 6) | value;
    pending += 6;
    if (pending < 8) continue;
    pending -= 8;
    out[end++] = bits >> pending;
  }
  // Bits that no octet takes must be zero.
  return (bits & ((1 << pending) - 1)) === 0 ? out : undefined;
}

/** The octets as padded base64. */
export function toBase64(octets: Uint8Array): string {
  let text = '';
  for (let at = 0; at < octets.length; at += 3) {
    const left = octets.length - at;
    const group = ((octets[at] ?? 0) << 16) | ((octets[at + 1] ?? 0) << 8) | (octets[at + 2] ?? 0);
    text += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 0x3f);
    text += left > 1 ? ALPHABET.charAt((group >> 6) & 0x3f) : '=';
    text += left > 2 ? ALPHABET.charAt(group & 0x3f) : '=';
  }
  return text;
}
