// The names that libc asks for, in order, when it stops, and what it tells the program: the search list walk of glibc
// (resolv/res_query.c, __res_context_search) and of musl (src/network/lookup_name.c). Pure; sending is the caller's.

/** The C library whose walk is followed. */
export type Libc = 'glibc' | 'musl';

/**
 * What one name's queries came to. `alias`: a CNAME whose target has no record of the type. `refused` stands for every
 * other response code.
 */
export type Result =
  | 'answer'
  | 'alias'
  | 'nodata'
  | 'nxdomain'
  | 'servfail'
  | 'timeout'
  | 'refused';

/** The names that one lookup may ask for. */
export interface Walk {
  readonly libc: Libc;
  /** Absolute, in the order in which they are asked. */
  readonly names: readonly string[];
  /** Where the name stands as it was given, -1 when it is asked for as an element of the search list only. */
  readonly asIsAt: number;
}

/** Plans the walk for a name with or without a final dot. */
export function planWalk(name: string, search: readonly string[], ndots: number, libc: Libc): Walk {
  if (name.endsWith('.')) return { libc, names: [name], asIsAt: 0 };
  const asIs = `${name}.`;
  const hasEnoughDots = name.split('.').length - 1 >= ndots;
  // musl takes a name with enough dots for complete; glibc walks the list when the name itself fails.
  if (libc === 'musl') {
    // A domain of `.` makes a name that musl cannot encode.
    const domains = hasEnoughDots ? [] : search.filter((domain) => domain !== '.');
    return { libc, names: [...domains.map((d) => joined(name, d)), asIs], asIsAt: domains.length };
  }
  const searched = search.map((domain) => joined(name, domain));
  if (hasEnoughDots) return { libc, names: [asIs, ...searched], asIsAt: 0 };
  // The root in the list stands for the name as it is.
  if (searched.includes(asIs)) return { libc, names: searched, asIsAt: -1 };
  return { libc, names: [...searched, asIs], asIsAt: searched.length };
}

function joined(name: string, domain: string): string {
  return domain === '.' ? `${name}.` : `${name}.${domain.replace(/\.$/, '')}.`;
}

/**
 * Where the walk goes on after the name at `at` gave this result, undefined where it ends. musl goes on after NXDOMAIN
 * only. glibc goes on after "no such name", "no data" and SERVFAIL; no reply or another code ends its way through the
 * list, but the name as it is gets its try.
 */
export function nextStep(
  { libc, names, asIsAt }: Walk,
  at: number,
  result: Result,
): number | undefined {
  if (result === 'answer' || result === 'alias') return undefined;
  const following = at + 1 < names.length ? at + 1 : undefined;
  if (libc === 'musl') return result === 'nxdomain' ? following : undefined;
  const isListOver = at !== asIsAt && (result === 'timeout' || result === 'refused');
  if (!isListOver) return following;
  return asIsAt > at ? asIsAt : undefined;
}

/** What the calling program is told, from the results in the order of the walk. */
export function overallResult({ libc, asIsAt }: Walk, asked: readonly Asked[]): Result {
  const last = asked.at(-1)?.result ?? 'timeout';
  if (last === 'answer') return 'answer';
  if (last === 'alias') return 'nodata';
  if (libc === 'musl') return last;
  // A name that was tried as it is first gives the reason, whatever the list came to.
  if (asIsAt === 0) return asked[0]?.result ?? last;
  const inList = asked.filter(({ at }) => at !== asIsAt).map(({ result }) => result);
  if (inList.includes('nodata')) return 'nodata';
  return inList.includes('servfail') ? 'servfail' : last;
}

/** One step of a walk that was taken. */
export interface Asked {
  readonly at: number;
  readonly result: Result;
}

/**
 * One name's result out of those of its types (A, then AAAA). glibc is content with either; else the first reply that
 * is not "no data" counts. For musl each of them must be usable, whatever the other one says.
 */
export function combinedResult(results: readonly Result[], libc: Libc): Result {
  if (libc === 'musl') {
    const fault = results.find((r) => r !== 'answer' && r !== 'alias' && r !== 'nodata');
    if (fault !== undefined) return fault;
  }
  if (results.includes('answer')) return 'answer';
  if (results.includes('alias')) return 'alias';
  const [first = 'timeout', second] = results;
  return first === 'nodata' && second === 'nxdomain' ? 'nxdomain' : first;
}
