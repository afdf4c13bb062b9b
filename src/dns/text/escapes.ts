// Strings of master files: escapes resolved to octets, and octets quoted again (RFC 1035, section 5.1).
// Names have escapes of their own (../name.ts), with more characters that need a backslash.

import { escapedOctet } from '../name.ts';

const BACKSLASH = 0x5c;
const encoder = new TextEncoder();

/** The octets of a raw token, `\DDD` and `\x` resolved; undefined for a broken escape. */
export function unescapeText(text: string): Uint8Array | undefined {
  const octets = encoder.encode(text);
  const out = new Uint8Array(octets.length);
  let end = 0;
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] ?? 0;
    if (octet !== BACKSLASH) {
      out[end++] = octet;
      continue;
    }
    const escaped = escapedOctet(octets, at + 1);
    if (escaped < 0) return undefined;
    at += escaped >> 8;
    out[end++] = escaped & 0xff;
  }
  return out.subarray(0, end);
}

/** Octets as a quoted string: `"` and `\` with a backslash, anything not printable as `\DDD`. */
export function quoteOctets(octets: Uint8Array): string {
  let text = '"';
  for (const octet of octets) {
    if (octet === 0x22 || octet === BACKSLASH) text += `\\${String.fromCharCode(octet)}`;
    else if (octet < 0x20 || octet > 0x7e) text += `\\${String(octet).padStart(3, '0')}`;
    else text += String.fromCharCode(octet);
  }
  return `${text}"`;
}
