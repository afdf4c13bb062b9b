// The addresses under which a cluster's services are known outside: what plugin k8s_external asks of plugin kubernetes in
// its block, on both threads (CoreDNS: plugin/k8s_external, Externaler).

import type { Name } from '../dns/name.ts';
import type { ResourceRecord } from '../dns/record.ts';
import type { ExternalEntry } from '../names/external-node.ts';
import type { BlockSetup } from './control.ts';
import type { Handler } from './handler.ts';

/** What zone records need besides the cluster's state. */
export interface ExternalZone {
  readonly zone: Name;
  /** Seconds, of address records; the others have the cluster's. */
  readonly ttl: number;
}

/** A cluster, seen from outside. */
export interface ExternalNames {
  /** TTL of the cluster's own records, in seconds. */
  readonly ttl: number;
  /** SOA serial; 0 before the first change of an external address. */
  readonly serial: number;
  /**
   * What a lower-case name of a zone, whose last `zoneLength` octets are the zone, answers: in CoreDNS's order, duplicates
   * included. Empty for a name that only has others below it, undefined for one that does not exist.
   */
  find(name: Name, zoneLength: number): readonly ExternalEntry[] | undefined;
  /**
   * The services that have the external address that a lower-case reverse name stands for, as names below `zone`. Undefined
   * when it is no reverse name of an address.
   */
  owners(reverseName: Name, zone: Name): readonly Name[] | undefined;
  /** Addresses of this name server, 4 or 16 octets each. */
  serverAddresses(): readonly Uint8Array[];
  /** All names of a zone, for zone transfers. */
  zoneRecords(wanted: ExternalZone): Promise<readonly ResourceRecord[]>;
}

/** What k8s_external wants to be kept for it. */
export interface ExternalWish {
  /** Endpoints of headless services, too. */
  readonly hasHeadless: boolean;
}

const KEY = 'external-names';

/** Asks the kubernetes plugin of the block, which is set up later, to keep external names. */
export function wishForExternalNames(
  { shared }: Pick<BlockSetup, 'shared'>,
  wish: ExternalWish,
): void {
  shared.set(KEY, wish);
}

/** What was asked for; undefined without k8s_external. */
export function wishedExternalNames({
  shared,
}: Pick<BlockSetup, 'shared'>): ExternalWish | undefined {
  return shared.get(KEY) as ExternalWish | undefined;
}

/** A handler that knows external names. */
export interface ExternalNamesOwner {
  readonly externalNames: ExternalNames;
}

/** The external names of a handler; undefined when it has none. */
export function externalNamesOf(handler: Handler | undefined): ExternalNames | undefined {
  if (handler === undefined || !('externalNames' in handler)) return undefined;
  return (handler as Handler & ExternalNamesOwner).externalNames;
}
