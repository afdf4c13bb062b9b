// The TO arguments of forward: addresses, resolv.conf files, host names (CoreDNS: plugin/pkg/parse/host.go,
// plugin/forward/resolve.go). Runs on the control thread. A configuration reads files and looks names up anew;
// resolv-conf-watch.ts reads the files again in between.

import { readFileSync } from 'node:fs';
import { quote } from '../../base/go-text.ts';
import { parseIp } from '../../base/ip.ts';
import { CorefileError } from '../../corefile/error.ts';
import { parseName } from '../../dns/name.ts';
import { addressText, splitHostPort, type UpstreamAddress } from '../../upstream/address.ts';
import { type HostLookup, hostAddresses } from './host-lookup.ts';
import type { Target } from './target.ts';

/** A target with the scheme that it was written with, which may be one that forward does not speak. */
interface Candidate extends UpstreamAddress {
  readonly scheme: string;
  readonly serverName: string;
}

/** What one argument comes to. */
export interface TargetSource {
  /** The resolv.conf file that it names; undefined for addresses and host names. */
  readonly file: string | undefined;
  readonly candidates: readonly Candidate[];
}

/** Most upstreams of a stanza. */
const MAX_UPSTREAMS = 15;

/** The default ports of CoreDNS's schemes. */
const SCHEME_PORTS: Readonly<Record<string, string>> = {
  dns: '53',
  tls: '853',
  quic: '853',
  grpc: '443',
  https: '443',
  https3: '443',
  unix: '',
};

/** What each argument comes to, in order. Rejects with CorefileError. */
export async function resolveSources(
  targets: readonly string[],
  lookup: HostLookup,
): Promise<TargetSource[]> {
  for (const target of targets) checkPath(target);
  const sources: TargetSource[] = [];
  for (const source of targets.map(readTarget)) sources.push(await resolved(source, lookup));
  return sources;
}

/**
 * The upstreams of all arguments, each address once, in order. `tlsServerName` is the option tls_servername, '' without one.
 * Throws CorefileError.
 */
export function targetsOf(sources: readonly TargetSource[], tlsServerName: string): Target[] {
  const found = new Map<string, Candidate>();
  for (const candidate of sources.flatMap(({ candidates }) => candidates)) {
    const place = addressText(candidate);
    if (!found.has(place)) found.set(place, candidate);
  }
  if (found.size === 0) throw new CorefileError('no valid upstream addresses found');
  return [...found.values()].map((candidate) => accepted(candidate, tlsServerName));
}

/** Throws CorefileError when there are too many for one stanza. */
export function checkCount({ length }: readonly Target[]): void {
  if (length <= MAX_UPSTREAMS) return;
  throw new CorefileError(`more than ${MAX_UPSTREAMS} TOs configured: ${length}`);
}

/** Whether any upstream is asked over TLS, also one that stands behind another one with its address. */
export function hasEncrypted(sources: readonly TargetSource[]): boolean {
  return sources.some(({ candidates }) =>
    candidates.some(({ scheme }) => scheme === 'tls' || scheme === 'https'),
  );
}

/** The name servers of a file: plain DNS always. */
export function fileSource(file: string, hosts: readonly string[]): TargetSource {
  const port = SCHEME_PORTS['dns'] ?? '';
  return {
    file,
    candidates: hosts.map((host) => ({ host, port, scheme: 'dns', serverName: '' })),
  };
}

/** The addresses in the nameserver lines of a resolv.conf text, unchecked. */
export function nameservers(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [word, host] = line.trim().split(/\s+/);
    return word === 'nameserver' && host !== undefined ? [host] : [];
  });
}

function checkPath(target: string): void {
  const [scheme, rest] = splitScheme(target);
  if (scheme !== 'https' || !rest.includes('/')) return;
  const why = 'paths are not allowed in HTTPS upstream addresses';
  throw new CorefileError(`${why} (the /dns-query path is used by default): ${target}`);
}

/** Addresses, or one host that is still to be looked up. */
function readTarget(target: string): TargetSource | Candidate {
  const [scheme, rest] = splitScheme(target);
  if (rest === '') throw new CorefileError(`invalid address: ${quote(target)}`);
  if (scheme === 'unix') return addressSource({ scheme, host: rest, port: '', serverName: '' });
  const bare = rest.replace(/^\[+|\]+$/g, '');
  const { host: zoned, port } = splitHostPort(rest) ?? {
    host: bare,
    port: SCHEME_PORTS[scheme] ?? '',
  };
  const [host, serverName] = splitZone(zoned);
  if (parseIp(host) !== undefined) {
    // To plain DNS the zone is a part of the address (RFC 4007): fe80::1%eth0.
    const isAddressZone = scheme === 'dns';
    return addressSource({ scheme, host: isAddressZone ? zoned : host, port, serverName });
  }
  const text = readText(rest);
  if (text !== undefined) return fileSource(rest, nameservers(text));
  const isKnown = scheme === 'dns' || scheme === 'tls' || scheme === 'https';
  if (!isKnown || host === '' || parseName(host) === undefined) {
    throw new CorefileError(`not an IP address, file, or valid domain: ${quote(target)}`);
  }
  return { scheme, host, port, serverName };
}

async function resolved(
  source: TargetSource | Candidate,
  lookup: HostLookup,
): Promise<TargetSource> {
  if (!('host' in source)) return source;
  const addresses = await hostAddresses(source.host, lookup);
  return addressSource(...addresses.map((host) => ({ ...source, host })));
}

function addressSource(...candidates: readonly Candidate[]): TargetSource {
  return { file: undefined, candidates };
}

/** Refuses what forward cannot speak to. */
function accepted(candidate: Candidate, tlsServerName: string): Target {
  const { scheme, host, port, serverName } = candidate;
  const text = `${scheme}://${scheme === 'unix' ? host : addressText(candidate)}`;
  switch (scheme) {
    case 'dns':
      return { host, port };
    case 'https':
      return { host, port, protocol: 'https' };
    case 'tls':
      if (serverName === '') return { host, port, protocol: 'tls' };
      if (tlsServerName !== '') {
        const both = `both forward ('${tlsServerName}') and proxy level ('${serverName}')`;
        const where = `for upstream proxy '${text}'`;
        throw new CorefileError(`${both} TLS servernames are set ${where}`);
      }
      return { host, port, protocol: 'tls', serverName };
    default: {
      const why = 'is not supported as a destination protocol in forward';
      throw new CorefileError(`'${scheme}' ${why}: ${text}`);
    }
  }
}

function splitScheme(target: string): readonly [scheme: string, rest: string] {
  const [, scheme = '', rest = ''] = /^([a-z0-9]+):\/\/(.*)$/s.exec(target) ?? [];
  return Object.hasOwn(SCHEME_PORTS, scheme) ? [scheme, rest] : ['dns', target];
}

/** The host without `%eth0` or, for tls, `%servername`; and that. */
function splitZone(host: string): readonly [host: string, zone: string] {
  const percent = host.lastIndexOf('%');
  return percent < 0 ? [host, ''] : [host.slice(0, percent), host.slice(percent + 1)];
}

/** Undefined for what is no file that can be read. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
