// Looks up upstreams that are given by host name, once a configuration: by the machine's own means, or by the servers of the
// `resolver` option (CoreDNS: plugin/forward/resolve.go).

import { getServers } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { Clock } from '../../base/clock.ts';
import { quote } from '../../base/go-text.ts';
import { formatIp } from '../../base/ip.ts';
import { CorefileError } from '../../corefile/error.ts';
import { Opcode } from '../../dns/codes/opcode.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { type Name, parseName, ROOT } from '../../dns/name.ts';
import { joinHostPort, splitHostPort, type UpstreamAddress } from '../../upstream/address.ts';
import { askOnce } from '../../upstream/single-query.ts';

const DNS_PORT = '53';
/** Longest wait for one reply of a resolver. */
const TIMEOUT_MS = 2000;

/** Who is asked. */
export interface HostLookup {
  /** DNS servers, `IP` or `IP:port`, tried in order; none for the machine's own. */
  readonly resolvers: readonly string[];
  readonly clock: Clock;
}

/** The addresses of a host name, at least one. Rejects with CorefileError. */
export async function hostAddresses(host: string, options: HostLookup): Promise<string[]> {
  try {
    return options.resolvers.length === 0
      ? await systemAddresses(host)
      : await resolverAddresses(host, options);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CorefileError(`failed to resolve ${quote(host)}: ${why}`, { cause: error });
  }
}

async function systemAddresses(host: string): Promise<string[]> {
  if (!isHostName(host)) throw new Error(`lookup ${host}: no such host`);
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    const server = serverPlace(getServers()[0] ?? '127.0.0.1');
    const place = joinHostPort(server.host, server.port);
    throw new Error(`lookup ${host} on ${place}: ${lookupReason(error)}`, { cause: error });
  }
}

/** Go asks no server for texts that no host can have: other characters, or digits and dots only (isDomainName). */
function isHostName(host: string): boolean {
  return /^[A-Za-z0-9_.-]+$/.test(host) && /[A-Za-z_-]/.test(host);
}

/** Go's words for the codes of Node's look-ups. */
function lookupReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ETIMEOUT' || code === 'ETIMEDOUT') return 'i/o timeout';
  if (code === 'ESERVFAIL' || code === 'EREFUSED') return 'server misbehaving';
  return 'no such host';
}

/** Of the first resolver that knows any. */
async function resolverAddresses(host: string, options: HostLookup): Promise<string[]> {
  const name = parseName(host) ?? ROOT;
  let last: Error | undefined;
  for (const resolver of options.resolvers) {
    const found = await addressesFrom(resolver, name, options.clock);
    if (!(found instanceof Error) && found.length > 0) return found;
    if (found instanceof Error) last = found;
  }
  const why = last === undefined ? '' : `: ${last.message}`;
  throw new Error(`no addresses found for ${quote(host)}${why}`, { cause: last });
}

/** IPv4 first; without a reply for IPv6 the others will do. */
async function addressesFrom(
  resolver: string,
  name: Name,
  clock: Clock,
): Promise<string[] | Error> {
  const address = serverPlace(resolver);
  const addresses: string[] = [];
  for (const type of [RRType.A, RRType.AAAA]) {
    const reply = await askOnce(
      {
        question: { name, type, class: RRClass.IN },
        opcode: Opcode.QUERY,
        isAuthoritative: false,
        isRecursionDesired: true,
      },
      { address, network: 'udp', clock, timeoutMs: TIMEOUT_MS, sourceAddress: undefined },
    );
    if (reply instanceof Error) return addresses.length > 0 ? addresses : reply;
    for (const record of reply.answer) {
      if (record.type === type) addresses.push(formatIp(record.rdata));
    }
  }
  return addresses;
}

/** `IP` or `IP:port`. */
function serverPlace(server: string): UpstreamAddress {
  return splitHostPort(server) ?? { host: server, port: DNS_PORT };
}
