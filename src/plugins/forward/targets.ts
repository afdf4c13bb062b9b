// The TO arguments of forward: addresses, resolv.conf files, host names (CoreDNS: plugin/pkg/parse/host.go,
// plugin/forward/resolve.go). Runs on the control thread, once a configuration, so that a reload reads files and looks names
// up again.

import { readFileSync } from 'node:fs';
import { quote } from '../../base/go-text.ts';
import { parseIp } from '../../base/ip.ts';
import { CorefileError } from '../../corefile/error.ts';
import { parseName } from '../../dns/name.ts';
import { addressText, splitHostPort, type UpstreamAddress } from '../../upstream/address.ts';
import { type HostLookup, hostAddresses } from './host-lookup.ts';

/** An upstream as the Corefile means it. */
export interface Target extends UpstreamAddress {
  /** Absent: plain DNS. */
  readonly protocol?: 'tls' | 'https';
  /** `%NAME` of a tls target: who the certificate must be for. */
  readonly serverName?: string;
}

/** A target with the scheme that it was written with, which may be one that forward does not speak. */
interface Candidate extends UpstreamAddress {
  readonly scheme: string;
  readonly serverName: string;
}

/** What the targets are read with. */
export interface TargetOptions extends HostLookup {
  /** The option tls_servername; '' without one. */
  readonly tlsServerName: string;
}

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

/** All upstreams that the arguments name, each address once, in order. Rejects with CorefileError. */
export async function resolveTargets(
  targets: readonly string[],
  options: TargetOptions,
): Promise<Target[]> {
  for (const target of targets) checkPath(target);
  const found = new Map<string, Candidate>();
  for (const candidates of targets.map(readTarget)) {
    for (const candidate of await resolved(candidates, options)) {
      const place = addressText(candidate);
      if (!found.has(place)) found.set(place, candidate);
    }
  }
  if (found.size === 0) throw new CorefileError('no valid upstream addresses found');
  return [...found.values()].map((candidate) => accepted(candidate, options.tlsServerName));
}

function checkPath(target: string): void {
  const [scheme, rest] = splitScheme(target);
  if (scheme !== 'https' || !rest.includes('/')) return;
  const why = 'paths are not allowed in HTTPS upstream addresses';
  throw new CorefileError(`${why} (the /dns-query path is used by default): ${target}`);
}

/** Addresses, or one host that is still to be looked up. */
function readTarget(target: string): readonly Candidate[] | Candidate {
  const [scheme, rest] = splitScheme(target);
  if (rest === '') throw new CorefileError(`invalid address: ${quote(target)}`);
  if (scheme === 'unix') return [{ scheme, host: rest, port: '', serverName: '' }];
  const bare = rest.replace(/^\[+|\]+$/g, '');
  const { host: zoned, port } = splitHostPort(rest) ?? {
    host: bare,
    port: SCHEME_PORTS[scheme] ?? '',
  };
  const [host, serverName] = splitZone(zoned);
  if (parseIp(host) !== undefined) {
    // To plain DNS the zone is a part of the address (RFC 4007): fe80::1%eth0.
    const isAddressZone = scheme === 'dns';
    return [{ scheme, host: isAddressZone ? zoned : host, port, serverName }];
  }
  const servers = readResolvConf(rest);
  if (servers !== undefined) return servers;
  const isKnown = scheme === 'dns' || scheme === 'tls' || scheme === 'https';
  if (!isKnown || host === '' || parseName(host) === undefined) {
    throw new CorefileError(`not an IP address, file, or valid domain: ${quote(target)}`);
  }
  return { scheme, host, port, serverName };
}

async function resolved(
  candidates: readonly Candidate[] | Candidate,
  options: HostLookup,
): Promise<readonly Candidate[]> {
  if (!('host' in candidates)) return candidates;
  const addresses = await hostAddresses(candidates.host, options);
  return addresses.map((host) => ({ ...candidates, host }));
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

/** The nameserver lines of a file in resolv.conf's form, plain DNS always; undefined when it cannot be read. */
function readResolvConf(path: string): Candidate[] | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const servers: Candidate[] = [];
  for (const line of text.split('\n')) {
    const [word, host] = line.trim().split(/\s+/);
    if (word !== 'nameserver' || host === undefined) continue;
    servers.push({ host, port: SCHEME_PORTS['dns'] ?? '', scheme: 'dns', serverName: '' });
  }
  return servers;
}
