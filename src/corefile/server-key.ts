// The keys of a server block: [SCHEME://][ZONE|CIDR][:PORT]. Second stage of loading, after the whole file was parsed. Also the
// zones that plugins take as arguments, as these are read in the same way. Follows plugin/normalize.go and InspectServerBlocks
// of core/dnsserver/register.go.
import { parseInteger, quote } from '../base/go-text.ts';
import { parseCidr } from '../base/ip.ts';
import { absoluteName, isDomainName, normalizeName, octetLength } from './domain-name.ts';
import { CorefileError } from './error.ts';
import { reverseZones } from './reverse-zone.ts';

/** Transports that a key can name. CoreDNS accepts `unix` but opens no listener for it. */
export type Scheme = 'dns' | 'tls' | 'quic' | 'grpc' | 'https' | 'https3' | 'unix';

/** Default ports (plugin/pkg/transport); dns takes the one of the command line, unix has none. */
const SCHEME_PORTS: Readonly<Record<Scheme, string | undefined>> = {
  dns: undefined,
  tls: '853',
  quic: '853',
  grpc: '443',
  https: '443',
  https3: '443',
  unix: '',
};

/** Longest zone in octets, as text. */
const MAX_ZONE_OCTETS = 255;

/** One zone that a block serves. */
export interface ServerKey {
  readonly scheme: Scheme;
  /** Absolute and in lower case. */
  readonly zone: string;
  /** Decimal digits as a rule; what `-dns.port` said when the key has no port. May be out of range, see `checkPort`. */
  readonly port: string;
}

/** A key as CoreDNS prints it: `dns://example.org.:53`. */
export function formatServerKey(key: ServerKey): string {
  return `${key.scheme}://${key.zone}:${key.port}`;
}

/**
 * Reads the keys of one block; a CIDR key may give several. Throws CorefileError with the prefix
 * `error inspecting server blocks: `. Zones that occur twice are found later (overlap.ts).
 */
export function parseServerKeys(keys: readonly string[], defaultPort: string): ServerKey[] {
  return keys.flatMap((key) => {
    const [scheme, rest] = splitScheme(key);
    const place = splitZonePort(rest);
    const fault =
      typeof place === 'string'
        ? place
        : place.zones.map(absoluteFault).find((text) => text !== '');
    if (typeof place === 'string' || fault !== undefined) {
      throw new CorefileError(`error inspecting server blocks: ${fault}`);
    }
    const port = place.port === '' ? (SCHEME_PORTS[scheme] ?? defaultPort) : place.port;
    return place.zones.map((zone) => ({ scheme, zone: normalizeName(zone), port }));
  });
}

/** A zone is judged once more with its final dot, which may make it one octet too long. '' when it is right. */
function absoluteFault(zone: string): string {
  const place = splitZonePort(absoluteName(zone));
  return typeof place === 'string' ? place : '';
}

/**
 * The zones of a plugin argument: absolute, in lower case, CIDR notation expanded, scheme and port dropped. [] when it is no
 * zone (plugin.Host.NormalizeExact).
 */
export function normalizeZones(text: string): string[] {
  const place = splitZonePort(splitScheme(text)[1]);
  return typeof place === 'string' ? [] : place.zones.map(normalizeName);
}

/**
 * The zones of a plugin: those of its arguments, or those of the block when it has none; arguments that are no zones
 * are passed over (plugin.OriginsFromArgsOrServerBlock).
 */
export function originZones(args: readonly string[], blockZones: readonly string[]): string[] {
  return args.length === 0 ? [...blockZones] : args.flatMap(normalizeZones);
}

/** Schemes are known in lower case only; any other one stays a part of the zone. */
function splitScheme(text: string): readonly [scheme: Scheme, rest: string] {
  const [, scheme = '', rest = ''] = /^([a-z0-9]+):\/\/([\s\S]*)$/.exec(text) ?? [];
  return Object.hasOwn(SCHEME_PORTS, scheme) ? [scheme as Scheme, rest] : ['dns', text];
}

/** plugin.SplitHostPort: zones and port ('' when absent), or CoreDNS's error text. */
function splitZonePort(text: string): { zones: string[]; port: string } | string {
  // The last colon begins a port only if a number follows; `::1/128` and `a:b` are told apart that way.
  const colon = text.lastIndexOf(':');
  if (colon === text.length - 1) return `expecting data after last colon: ${quote(text)}`;
  const number = colon < 0 ? '' : parseInteger(text.slice(colon + 1));
  const hasPort = typeof number === 'number';
  const zone = hasPort ? text.slice(0, colon) : text;
  const octets = octetLength(zone);
  if (octets > MAX_ZONE_OCTETS) {
    return `specified zone is too long: ${octets} > ${MAX_ZONE_OCTETS}`;
  }
  if (!isDomainName(zone)) return `zone is not a valid domain name: ${zone}`;
  const port = hasPort ? String(number) : '';
  const cidr = parseCidr(zone);
  if (cidr === undefined) return { zones: [zone], port };
  // CoreDNS refuses IPv6 blocks that begin with a colon or a zero.
  if (zone.startsWith(':') || /^0.*:/.test(zone)) return `invalid CIDR ${zone}`;
  return { zones: reverseZones(cidr), port };
}
