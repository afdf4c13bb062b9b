// resolv.conf files: reading them as libc does (resolv.conf(5)), and the one that the kubelet writes for a pod with
// dnsPolicy ClusterFirst.

/** What a resolver needs of a resolv.conf. */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
}

/** libc's default and largest value of ndots. */
const DEFAULT_NDOTS = 1;
const MAX_NDOTS = 15;
/** The value that the kubelet writes. */
const POD_NDOTS = 5;

/** Reads a resolv.conf text. The last `search` or `domain` line counts; unknown lines are passed over. */
export function parseResolvConf(text: string): ResolvConf {
  const nameservers: string[] = [];
  let search: string[] = [];
  let ndots = DEFAULT_NDOTS;
  for (const line of text.split('\n')) {
    // A line counts only if its word begins it: comments are lines of their own, and nothing is cut off behind a `#`.
    const [word, ...args] = line.trimEnd().split(/[ \t]+/);
    if (args[0] === undefined) continue;
    if (word === 'nameserver') nameservers.push(args[0]);
    if (word === 'search') search = args;
    if (word === 'domain') search = args.slice(0, 1);
    if (word === 'options') ndots = ndotsOption(args) ?? ndots;
  }
  return { nameservers, search, ndots };
}

function ndotsOption(words: readonly string[]): number | undefined {
  const value = words.findLast((each) => /^ndots:\d+$/.test(each))?.slice('ndots:'.length);
  return value === undefined ? undefined : Math.min(Number(value), MAX_NDOTS);
}

/** The resolver settings of a pod in `namespace` of a cluster with that domain. */
export function podResolvConf(namespace: string, domain: string, nameserver: string): ResolvConf {
  return {
    nameservers: [nameserver],
    search: [`${namespace}.svc.${domain}`, `svc.${domain}`, domain],
    ndots: POD_NDOTS,
  };
}

/** The file's text. */
export function formatResolvConf(conf: ResolvConf): string {
  return [
    ...conf.nameservers.map((address) => `nameserver ${address}`),
    `search ${conf.search.join(' ')}`,
    `options ndots:${conf.ndots}`,
    '',
  ].join('\n');
}
