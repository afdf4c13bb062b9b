// The TO arguments of forward: addresses, resolv.conf files, host names (plugin/pkg/parse/host.go, error texts of
// CoreDNS 1.14). Runs on the control thread, once a configuration.

import { getServers } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { quote } from '../../base/go-text.ts';
import { parseIp } from '../../base/ip.ts';
import { CorefileError } from '../../corefile/error.ts';
import { parseName } from '../../dns/name.ts';
import type { UpstreamAddress } from '../../upstream/address.ts';

const DNS_PORT = '53';
/** Default ports of schemes that CoreDNS knows, for error texts. */
const SCHEME_PORTS: Readonly<Record<string, string>> = {
  dns: DNS_PORT,
  tls: '853',
  quic: '853',
  grpc: '443',
  https: '443',
  https3: '443',
};

/** `host:port` with the brackets of `[v6]:port` removed; undefined when there is no port (net.SplitHostPort). */
export function splitUpstream(text: string): UpstreamAddress | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined || port === undefined ? undefined : { host, port };
}

/** All upstreams that the arguments name, each once, in order. Rejects with CorefileError. */
export async function resolveTargets(
  targets: readonly string[],
  resolvers: readonly string[],
): Promise<UpstreamAddress[]> {
  const found = new Map<string, UpstreamAddress>();
  for (const target of targets) {
    for (const address of await resolveTarget(target, resolvers)) {
      found.set(`${address.host} ${address.port}`, address);
    }
  }
  if (found.size === 0) throw new CorefileError('no valid upstream addresses found');
  return [...found.values()];
}

async function resolveTarget(
  target: string,
  resolvers: readonly string[],
): Promise<readonly UpstreamAddress[]> {
  const [scheme, rest] = splitScheme(target);
  if (scheme === 'https' && rest.includes('/')) {
    const why = 'paths are not allowed in HTTPS upstream addresses';
    throw new CorefileError(`${why} (the /dns-query path is used by default): ${target}`);
  }
  const address = splitAddress(rest, SCHEME_PORTS[scheme] ?? DNS_PORT);
  if (scheme !== 'dns') throw schemeError(scheme, rest, address);
  if (address !== undefined) return [address];
  const servers = readResolvConf(rest);
  if (servers !== undefined) return servers;
  return resolveHost(rest, resolvers);
}

function splitScheme(target: string): readonly [scheme: string, rest: string] {
  const [, scheme = '', rest = ''] = /^([a-z0-9]+):\/\/(.*)$/s.exec(target) ?? [];
  return Object.hasOwn(SCHEME_PORTS, scheme) ? [scheme, rest] : ['dns', target];
}

/** An address with or without a port; undefined for anything else. */
function splitAddress(text: string, defaultPort: string): UpstreamAddress | undefined {
  if (parseIp(withoutZone(text)) !== undefined) return { host: text, port: defaultPort };
  const place = splitUpstream(text);
  return place === undefined || parseIp(withoutZone(place.host)) === undefined ? undefined : place;
}

/** The address without `%eth0` (or, for tls, `%servername`). */
function withoutZone(host: string): string {
  const percent = host.lastIndexOf('%');
  return percent < 0 ? host : host.slice(0, percent);
}

function schemeError(scheme: string, rest: string, address: UpstreamAddress | undefined): Error {
  if (scheme === 'tls' || scheme === 'https') {
    return new CorefileError(`${scheme}:// upstreams are not supported yet`);
  }
  const place =
    address === undefined
      ? rest
      : `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
  return new CorefileError(
    `'${scheme}' is not supported as a destination protocol in forward: ${scheme}://${place}`,
  );
}

/** The nameserver lines of a file in resolv.conf's form; undefined when it cannot be read. */
function readResolvConf(path: string): UpstreamAddress[] | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const servers: UpstreamAddress[] = [];
  for (const line of text.split('\n')) {
    const [word, server] = line.trim().split(/\s+/);
    if (word === 'nameserver' && server !== undefined)
      servers.push({ host: server, port: DNS_PORT });
  }
  return servers;
}

/** The addresses of a host name; a port may follow it. */
async function resolveHost(
  text: string,
  resolvers: readonly string[],
): Promise<readonly UpstreamAddress[]> {
  const place = splitUpstream(text) ?? hostAndRest(text);
  const { host, port } = place;
  if (parseName(host) === undefined) {
    throw new CorefileError(`not an IP address, file, or valid domain: ${quote(host)}`);
  }
  const failed = `failed to resolve ${quote(host)}: lookup ${host}`;
  if (!isHostName(host)) throw new CorefileError(`${failed}: no such host`);
  try {
    const addresses = await hostAddresses(host, resolvers);
    return addresses.map((address) => ({ host: address, port }));
  } catch (error) {
    const server = serverText(resolvers[0] ?? getServers()[0] ?? '127.0.0.1');
    throw new CorefileError(`${failed} on ${server}: ${lookupReason(error)}`, { cause: error });
  }
}

/** `foo://1.1.1.1` is the host `foo` to Go, with a strange port. */
function hostAndRest(text: string): UpstreamAddress {
  const colon = text.indexOf(':');
  return colon < 0
    ? { host: text, port: DNS_PORT }
    : { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

/** Go asks no server for texts that no host can have: other characters, or digits and dots only (isDomainName). */
function isHostName(host: string): boolean {
  return /^[A-Za-z0-9_.-]+$/.test(host) && /[A-Za-z_-]/.test(host);
}

async function hostAddresses(host: string, resolvers: readonly string[]): Promise<string[]> {
  if (resolvers.length === 0) {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  }
  const resolver = new Resolver();
  resolver.setServers(resolvers.map(serverText));
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = answers.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const [first] = answers;
  if (addresses.length === 0) throw first.status === 'rejected' ? first.reason : new Error(host);
  return addresses;
}

/** `IP:port`, with port 53 where none is given. */
function serverText(server: string): string {
  const { host, port } = splitUpstream(server) ?? { host: server, port: DNS_PORT };
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function lookupReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ETIMEOUT' || code === 'ETIMEDOUT') return 'i/o timeout';
  if (code === 'ESERVFAIL' || code === 'EREFUSED') return 'server misbehaving';
  return 'no such host';
}
