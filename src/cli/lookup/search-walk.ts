// The names that libc asks for, in order, and when it stops: the search list walk of glibc (res_nsearch) and of
// musl (name_from_dns_search). Pure; sending is the caller's.

/** The C library whose walk is followed. */
export type Libc = 'glibc' | 'musl';

/** What one name's queries came to. */
export type Result = 'answer' | 'nodata' | 'nxdomain' | 'servfail' | 'timeout' | 'refused';

/** The names to ask in order, absolute. */
export function candidateNames(
  name: string,
  search: readonly string[],
  ndots: number,
  libc: Libc,
): string[] {
  if (name.endsWith('.')) return [name];
  const asIs = `${name}.`;
  const searched = search.map((domain) => `${name}.${domain.replace(/\.$/, '')}.`);
  const dots = name.split('.').length - 1;
  if (dots < ndots) return [...searched, asIs];
  // musl takes a name with enough dots for complete; glibc walks the list when the name itself fails.
  return libc === 'musl' ? [asIs] : [asIs, ...searched];
}

/**
 * Whether the walk ends with this result. glibc goes on after anything but an answer; musl goes on only after
 * NXDOMAIN, so a name without the type ends its walk.
 */
export function endsWalk(result: Result, libc: Libc): boolean {
  return libc === 'musl' ? result !== 'nxdomain' : result === 'answer';
}

/**
 * What the program that called getaddrinfo is told when no name gave an answer: an error that may pass goes before
 * "no data", that before "no such name".
 */
export function overallResult(results: readonly Result[]): Result {
  for (const result of ['answer', 'servfail', 'refused', 'timeout', 'nodata'] as const) {
    if (results.includes(result)) return result;
  }
  return 'nxdomain';
}
