// What the control half of the kubernetes plugin hands to the serving half: plain data and shared buffers, nothing that could not be
// sent to a thread.

import type { NameTableBuffers } from '../../names/buffers.ts';

/** How `IP.NS.pod` names are answered. */
export type PodMode = 'disabled' | 'insecure' | 'verified';

/** Options of one handler. */
export interface KubernetesServingOptions {
  /** Zones in the order of the Corefile: lower case, absolute, as texts. */
  readonly zones: readonly string[];
  /** The zone that PTR targets end in. */
  readonly primaryZone: string;
  readonly multiclusterZones: readonly string[];
  readonly pods: PodMode;
  readonly isZonal: boolean;
  /** TTL of all records, in seconds. */
  readonly ttl: number;
  /** Zones of fallthrough; empty for all names, undefined for none. */
  readonly fallthrough: readonly string[] | undefined;
  readonly table: NameTableBuffers;
  /** See names/shared-state.ts. */
  readonly state: SharedArrayBuffer;
}
