// Addresses of HTTP listeners as Go's net package reads and prints them: `:8080`, `localhost:9153`, `[::1]:8181`.
// Operators search for these texts, so the errors are Go's (net/ipsock.go, net/port.go, net/tcpsock.go).

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { formatIp, parseIp, unmapIp } from '../base/ip.ts';

/** Host and port of a text, neither checked further. An empty host is the wildcard. */
export interface HostPort {
  readonly host: string;
  readonly port: string;
}

/** A listen address after look-up of its names. `text` is how Go prints it: `:8080`, `127.0.0.1:9153`. */
export interface ListenAddress {
  /** Undefined listens on every address, IPv4 and IPv6. */
  readonly host: string | undefined;
  readonly port: number;
  readonly text: string;
}

const MAX_PORT = 65_535;

/** Reasons for a failed bind, in the words of the C library that Go uses. */
const BIND_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EAFNOSUPPORT: 'address family not supported by protocol',
  EINVAL: 'invalid argument',
};

/** Splits `host:port`, `[host]:port` and `:port`; a string is Go's error text. */
export function splitHostPort(text: string): HostPort | string {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return addressError(text, 'missing port in address');
  return text.startsWith('[') ? splitBracketed(text, colon) : splitPlain(text, colon);
}

function splitPlain(text: string, colon: number): HostPort | string {
  const host = text.slice(0, colon);
  if (host.includes(':')) return addressError(text, 'too many colons in address');
  return strayBracket(text, 0, 0) ?? { host, port: text.slice(colon + 1) };
}

/**
 * An IP address with a port, or `defaultPort` when there is none; a string is CoreDNS's error text (plugin/pkg/parse,
 * HostPort). Addresses may have an IPv6 zone and are otherwise kept as written.
 */
export function addressAndPort(text: string, defaultPort: string): HostPort | string {
  const split = splitHostPort(text);
  const { host, port } = typeof split === 'string' ? { host: text, port: '' } : split;
  if (parseIp(host.replace(/%[^%]*$/, '')) === undefined) {
    return `must specify an IP address: \`${host}'`;
  }
  return { host, port: port === '' ? defaultPort : port };
}

/** An address in the form in which clients' addresses are given; anything else as it is. */
export function canonicalHost(host: string): string {
  const address = parseIp(host);
  return address === undefined ? host : formatIp(unmapIp(address));
}

function splitBracketed(text: string, colon: number): HostPort | string {
  const end = text.indexOf(']');
  if (end < 0) return addressError(text, "missing ']' in address");
  if (end + 1 !== colon) {
    const isPortCut = end + 1 === text.length || text[end + 1] !== ':';
    return addressError(text, isPortCut ? 'missing port in address' : 'too many colons in address');
  }
  return (
    strayBracket(text, 1, end + 1) ?? { host: text.slice(1, end), port: text.slice(colon + 1) }
  );
}

function strayBracket(text: string, openFrom: number, closeFrom: number): string | undefined {
  if (text.includes('[', openFrom)) return addressError(text, "unexpected '[' in address");
  if (text.includes(']', closeFrom)) return addressError(text, "unexpected ']' in address");
  return undefined;
}

function addressError(address: string, why: string): string {
  return address === '' ? why : `address ${address}: ${why}`;
}

/** `host:port` with brackets around a host that has colons. */
export function joinHostPort(host: string, port: number | string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Looks up the names of a listen address: a host gives its first IPv4 address, else its first address, as Go does.
 * Rejects with Go's text (`listen tcp: address 99999: invalid port`).
 */
export async function resolveListenAddress(address: string): Promise<ListenAddress> {
  const split = splitHostPort(address);
  if (typeof split === 'string') throw new Error(`listen tcp: ${split}`);
  const port = portNumber(split.port);
  if (typeof port === 'string') throw new Error(`listen tcp: ${port}`);
  if (split.host === '') return { host: undefined, port, text: `:${port}` };
  const host = await hostAddress(split.host);
  return { host, port, text: joinHostPort(host, port) };
}

/** A port of digits; an empty one is 0. Service names are not looked up: nobody writes them in a Corefile. */
function portNumber(text: string): number | string {
  if (!/^[+-]?[0-9]*$/.test(text)) return `lookup tcp/${text}: unknown port`;
  const port = Number(text === '+' || text === '-' ? 0 : text);
  return port < 0 || port > MAX_PORT ? addressError(text, 'invalid port') : port;
}

async function hostAddress(host: string): Promise<string> {
  if (isIP(host) !== 0) return host;
  const found = await lookup(host, { all: true }).catch(() => []);
  const address = found.find((each) => each.family === 4) ?? found[0];
  if (address === undefined) throw new Error(`listen tcp: lookup ${host}: no such host`);
  return address.address;
}

/** Go's text for a socket that does not open: `listen tcp :8080: bind: address already in use`. */
export function bindError(address: ListenAddress, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = BIND_REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return new Error(`listen tcp ${address.text}: bind: ${reason}`, { cause: error });
}
