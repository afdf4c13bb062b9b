// Zones that a block gains while it runs: what plugin prometheus asks of plugin auto in its block, so that their names stand
// in the `zone` label (CoreDNS: plugin/metrics, AddZone).

import type { Name } from '../dns/name.ts';
import type { Handler } from './handler.ts';

/** A zone with its label. */
export interface LabelledZone {
  readonly zone: Name;
  /** Its text, absolute. */
  readonly label: string;
}

/** A handler whose zones come and go. */
export interface ZoneLabels {
  /** The longest of its zones that holds a lower-case name. */
  labelledZone(name: Name): LabelledZone | undefined;
}

/** Whether a handler has such zones. */
export function hasZoneLabels(handler: Handler | undefined): handler is Handler & ZoneLabels {
  return handler !== undefined && 'labelledZone' in handler;
}
