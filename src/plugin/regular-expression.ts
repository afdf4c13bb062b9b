// Regular expressions of Corefiles: Go's syntax, which is RE2, so that their time is linear in the text whatever a client asks
// for. Here are the limit on their length and the errors, in the words of Go and CoreDNS; each plugin puts its own in front.

import { RE2JS } from 're2js';

/** Longest expression that CoreDNS takes, in octets. */
const MAX_OCTETS = 10_000;

/** `10001 > 10000` for an expression that is too long, undefined for any other. */
export function excessOctets(pattern: string): string | undefined {
  const octets = new TextEncoder().encode(pattern).length;
  return octets > MAX_OCTETS ? `${octets} > ${MAX_OCTETS}` : undefined;
}

/** A compiled expression; for a bad one, Go's error text. */
export function compilePattern(pattern: string): RE2JS | string {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // Go names the offending piece even when it is empty.
    return reason.endsWith('`') ? reason : `${reason}: \`\``;
  }
}
