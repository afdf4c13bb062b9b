// Where an upstream listens, and how Go prints such places: error texts and metric labels are Go's.

/** An upstream's address. */
export interface UpstreamAddress {
  /** An IPv4 or IPv6 address in text form, no name. */
  readonly host: string;
  /** As written: CoreDNS accepts a bad port at the start and fails at the first query. */
  readonly port: string;
}

const MAX_PORT = 65_535;

/** `1.2.3.4:53`, `[::1]:53`. */
export function addressText({ host, port }: UpstreamAddress): string {
  return joinHostPort(host, port);
}

/** Host and port with a colon in between, brackets around a host that has colons of its own. */
export function joinHostPort(host: string, port: string | number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Host and port of `host:port` or `[v6]:port`; undefined when there is no port (Go's net.SplitHostPort). */
export function splitHostPort(text: string): UpstreamAddress | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined || port === undefined ? undefined : { host, port };
}

/** The port as a number; a string is Go's error text for `network` (`udp`, `tcp`). */
export function portNumber(port: string, network: string): number | string {
  if (!/^\d+$/.test(port)) return `dial ${network}: lookup ${network}/${port}: unknown port`;
  const number = Number(port);
  return number > MAX_PORT ? `dial ${network}: address ${port}: invalid port` : number;
}
