// Domain names as text, in the way CoreDNS judges the zones of a Corefile. Names in packets are bytes (dns/name.ts); this room may
// not use that one, and the rules differ: here anything that miekg/dns lets pass is a zone.

const BACKSLASH = 92;
const DOT = 46;
/** miekg/dns allows 256 octets in this check, one more than RFC 1035. */
const MAX_NAME_OCTETS = 256;
const MAX_LABEL_OCTETS = 63;

const encoder = new TextEncoder();

/** Length of a text in UTF-8, as Go's len has it. */
export function octetLength(text: string): number {
  return encoder.encode(text).length;
}

/** The text with a dot at its end, unless an unescaped one is there (miekg/dns Fqdn). */
export function absoluteName(text: string): string {
  const backslashes = /(\\*)\.$/.exec(text)?.[1];
  return backslashes !== undefined && backslashes.length % 2 === 0 ? text : `${text}.`;
}

/** Absolute and in lower case: the form of zones everywhere behind the Corefile (plugin.Name.Normalize). */
export function normalizeName(text: string): string {
  return absoluteName(text).toLowerCase();
}

/** Whether a text passes for a domain name: no empty label, none above 63 octets (miekg/dns IsDomainName). */
export function isDomainName(text: string): boolean {
  if (text === '') return false;
  const octets = encoder.encode(absoluteName(text));
  if (octets[0] === DOT) return octets.length === 1;
  let total = 0;
  let label = 0;
  for (let i = 0; i < octets.length; i++) {
    if (octets[i] === DOT) {
      total += label + 1;
      if (label === 0 || label > MAX_LABEL_OCTETS || total > MAX_NAME_OCTETS) return false;
      label = 0;
      continue;
    }
    if (octets[i] === BACKSLASH) {
      const length = escapeLength(octets, i);
      // A backslash that escapes the very last dot leaves the name unfinished.
      if (i + length >= octets.length - 1) return false;
      i += length;
    }
    label++;
  }
  return true;
}

/** Octets after a backslash that belong to it: three digits or any one octet. */
function escapeLength(octets: Uint8Array, backslash: number): 1 | 3 {
  for (let i = backslash + 1; i <= backslash + 3; i++) {
    const octet = octets[i] ?? 0;
    if (octet < 48 || octet > 57) return 1;
  }
  return 3;
}

/**
 * Whether an absolute zone follows the preferred syntax of RFC 1035 section 2.3.1: CoreDNS prints
 * `Warning: Domain "ZONE" does not follow RFC1035 preferred syntax` for others. The root and reverse zones always do.
 */
export function followsPreferredSyntax(zone: string): boolean {
  if (zone === '.' || zone.endsWith('.in-addr.arpa.') || zone.endsWith('.ip6.arpa.')) return true;
  return /^(?:[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+$/.test(zone);
}
