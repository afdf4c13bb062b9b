// The command line of `nodens lookup`.

import { parseArgs } from 'node:util';
import { Packet } from 'dns2';
import { parseIp } from '../../base/ip.ts';
import type { Libc } from './search-walk.ts';

/** What to look up and how. */
export interface LookupOptions {
  readonly name: string;
  /** Types to ask for: A and AAAA, as getaddrinfo does, unless one was given. */
  readonly types: readonly string[];
  readonly namespace: string;
  readonly resolvConf: string | undefined;
  /** `HOST` or `HOST:PORT`; undefined: the resolv.conf's, or 127.0.0.1:1053. */
  readonly server: string | undefined;
  readonly ndots: number | undefined;
  readonly isTcp: boolean;
  readonly isShort: boolean;
  readonly libc: Libc;
  readonly manifests: readonly string[];
  readonly isResolvConfPrint: boolean;
  readonly domain: string;
}

/** Printed for --help and behind errors. */
export const USAGE = `Usage: nodens lookup NAME [TYPE] [options]
  -n, --namespace NS       search list of a pod in that namespace (default "default")
      --cluster-domain D   domain of the cluster (default "cluster.local")
      --resolv-conf FILE   search list, ndots and server from a file instead
      --server HOST[:PORT] server to ask (default 127.0.0.1:1053)
      --ndots N            dots from which a name is asked as it is first
      --tcp                ask over TCP
      --short              print only the answer's data
      --libc glibc|musl    whose search walk to follow (default glibc)
      --manifests PATH|-   answer from manifests, without a running server (may be repeated)
      --print-resolv-conf  print that pod's resolv.conf and exit
`;

const OPTIONS = {
  namespace: { type: 'string', short: 'n' },
  'cluster-domain': { type: 'string' },
  'resolv-conf': { type: 'string' },
  server: { type: 'string' },
  ndots: { type: 'string' },
  tcp: { type: 'boolean' },
  short: { type: 'boolean' },
  libc: { type: 'string' },
  manifests: { type: 'string', multiple: true },
  'print-resolv-conf': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the words behind `lookup`. Throws an Error whose message says what is wrong; `help` asks for the usage. */
export function parseLookup(argv: readonly string[]): LookupOptions | 'help' {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    allowPositionals: true,
  });
  if (values.help === true) return 'help';
  const [name = '', type, ...extra] = positionals;
  const isResolvConfPrint = values['print-resolv-conf'] === true;
  if (name === '' && !isResolvConfPrint) throw new Error('a name to look up is needed');
  if (extra.length > 0) throw new Error(`too many words: ${extra.join(' ')}`);
  return {
    name: isAddress(name) && type === undefined ? reverseName(name) : name,
    types: typesFor(name, type),
    namespace: values.namespace ?? 'default',
    domain: (values['cluster-domain'] ?? 'cluster.local').replace(/\.$/, ''),
    resolvConf: values['resolv-conf'],
    server: values.server,
    ndots: ndotsOf(values.ndots),
    isTcp: values.tcp === true,
    isShort: values.short === true,
    libc: libcOf(values.libc ?? 'glibc'),
    manifests: values.manifests ?? [],
    isResolvConfPrint,
  };
}

function isAddress(text: string): boolean {
  return parseIp(text) !== undefined;
}

function typesFor(name: string, type: string | undefined): string[] {
  if (type !== undefined) {
    const word = type.toUpperCase();
    if (!Object.hasOwn(Packet.TYPE, word))
      throw new Error(`a type that dns2 does not know: ${type}`);
    return [word];
  }
  return isAddress(name) ? ['PTR'] : ['A', 'AAAA'];
}

function ndotsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,2}$/.test(text)) throw new Error(`--ndots wants a number: ${text}`);
  return Number(text);
}

function libcOf(text: string): Libc {
  if (text === 'glibc' || text === 'musl') return text;
  throw new Error(`--libc wants glibc or musl: ${text}`);
}

/** The name whose PTR record belongs to an address (RFC 1035 section 3.5, RFC 3596 section 2.5), absolute. */
export function reverseName(address: string): string {
  const bytes = parseIp(address) ?? new Uint8Array(0);
  if (bytes.length === 4) return `${bytes.toReversed().join('.')}.in-addr.arpa.`;
  const nibbles = [...bytes].flatMap((byte) => [byte >> 4, byte & 15]);
  return `${nibbles
    .toReversed()
    .map((nibble) => nibble.toString(16))
    .join('.')}.ip6.arpa.`;
}
