// The zones of a kubernetes block in serving threads: which one a query is in, and how the reply spells it. Replies repeat the
// query's own spelling of the zone.

import { isSubdomain, labelCount, type Name } from '../../dns/name.ts';
import type { SerialKind } from '../../names/shared-state.ts';
import { zoneNames } from '../../plugin/zones.ts';

const REVERSE_ZONES = zoneNames(['in-addr.arpa.', 'ip6.arpa.']);

/** A zone of the block. */
export interface BlockZone {
  /** Lower case. */
  readonly name: Name;
  readonly labels: number;
  /** Answered from ServiceImports instead of Services. */
  readonly isMulticluster: boolean;
  /** Whether names of the reverse trees can be below it. */
  readonly holdsReverse: boolean;
}

/** The zone of one query. */
export interface AskedZone extends BlockZone {
  /** As the query spells it. */
  readonly spelling: Name;
  /** Whether the query spells it in lower case: only then does CoreDNS recognise the apex NS and `ns.dns`. */
  readonly isSpelledLower: boolean;
}

/** The zones of a block; those at or below a multicluster zone are multicluster zones. */
export function blockZones(zones: readonly Name[], multicluster: readonly Name[]): BlockZone[] {
  return zones.map((name) => ({
    name,
    labels: labelCount(name),
    isMulticluster: multicluster.some((parent) => isSubdomain(name, parent)),
    holdsReverse: REVERSE_ZONES.some(
      (reverse) => isSubdomain(reverse, name) || isSubdomain(name, reverse),
    ),
  }));
}

/** The longest zone that holds `name`; `spelling` is the same name as the query has it. */
export function askedZone(
  zones: readonly BlockZone[],
  name: Name,
  spelling: Name,
): AskedZone | undefined {
  let best: BlockZone | undefined;
  for (const zone of zones) {
    if (best !== undefined && zone.labels <= best.labels) continue;
    if (isSubdomain(name, zone.name)) best = zone;
  }
  if (best === undefined) return undefined;
  const zonePart = spelling.subarray(spelling.length - best.name.length);
  return { ...best, spelling: zonePart, isSpelledLower: isSameOctets(zonePart, best.name) };
}

function isSameOctets(a: Uint8Array, b: Uint8Array): boolean {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** Whose serial a zone has. */
export function serialKind(zone: BlockZone): SerialKind {
  return zone.isMulticluster ? 'multicluster' : 'cluster';
}
