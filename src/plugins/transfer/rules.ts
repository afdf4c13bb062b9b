// Which stanza a zone is under. Both halves ask: the serving one for transfers, the control one for notifications.

import { labelCount, type Name } from '../../dns/name.ts';
import { matchZone } from '../../plugin/zones.ts';

/** Stands for every client. */
export const ANYONE = '*';

/** One stanza for the serving threads. */
export interface TransferRule {
  /** Absolute, lower case. */
  readonly zones: readonly string[];
  /** Address texts in canonical form, or ANYONE. */
  readonly clients: readonly string[];
}

/** Options of the handler, in the order of the Corefile. */
export interface TransferOptions {
  readonly rules: readonly TransferRule[];
}

/** The first rule among those with the longest zone that holds `name` (plugin/transfer, longestMatch). */
export function longestRule<T extends { readonly zones: readonly Name[] }>(
  rules: readonly T[],
  name: Name,
): T | undefined {
  let best: T | undefined;
  let bestLabels = -1;
  for (const rule of rules) {
    const zone = matchZone(rule.zones, name);
    if (zone === undefined || labelCount(zone) <= bestLabels) continue;
    best = rule;
    bestLabels = labelCount(zone);
  }
  return best;
}
