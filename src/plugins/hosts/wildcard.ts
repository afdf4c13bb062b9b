// Wildcards of the hosts plugin: `*.w.test` stands for names with exactly one more label than w.test has, unlike the wildcards of
// zones (RFC 4592; CoreDNS: plugin/hosts/wildcard.go).

import type { Name } from '../../dns/name.ts';

const ASTERISK = 0x2a;

/** Whether the first label of a name is `*`. */
export function isWildcard(name: Name): boolean {
  return name[0] === 1 && name[1] === ASTERISK;
}

/** The wildcard that stands for a name, undefined for names of less than two labels. */
export function wildcardOf(name: Name): Name | undefined {
  const rest = (name[0] ?? 0) + 1;
  if (rest >= name.length - 1) return undefined;
  const wildcard = new Uint8Array(name.length - rest + 2);
  wildcard[0] = 1;
  wildcard[1] = ASTERISK;
  wildcard.set(name.subarray(rest), 2);
  return wildcard;
}
