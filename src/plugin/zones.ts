// Zone lists of plugins: longest match and the fallthrough option. Names are compared without case.

import { isSubdomain, labelCount, type Name, parseName } from '../dns/name.ts';

/** The longest zone that holds `name`, or undefined (plugin.Zones.Matches). */
export function matchZone(zones: readonly Name[], name: Name): Name | undefined {
  let best: Name | undefined;
  let bestLabels = -1;
  for (const zone of zones) {
    if (!isSubdomain(name, zone)) continue;
    const labels = labelCount(zone);
    if (labels > bestLabels) {
      best = zone;
      bestLabels = labels;
    }
  }
  return best;
}

/** Zone texts in wire form; texts that are no names are dropped, as CoreDNS's Normalize drops them. */
export function zoneNames(texts: readonly string[]): Name[] {
  return texts.map(parseName).filter((name): name is Name => name !== undefined);
}

/** Whether a name may fall through: `undefined` = option absent, empty = all names (plugin/pkg/fall). */
export function fallsThrough(zones: readonly Name[] | undefined, name: Name): boolean {
  if (zones === undefined) return false;
  return zones.length === 0 || matchZone(zones, name) !== undefined;
}
