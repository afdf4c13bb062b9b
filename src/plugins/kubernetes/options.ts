// What the control half of the kubernetes plugin hands to the serving half: plain data and shared buffers, nothing that could not be
// sent to a thread.

import type { NameTableBuffers } from '../../names/buffers.ts';

/** How `IP.NS.pod` names are answered. */
export type PodMode = 'disabled' | 'insecure' | 'verified';

/** Asks the control half for all names of a zone. */
export interface TransferQuestion {
  readonly zone: Uint8Array;
  readonly isMulticluster: boolean;
}

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
  /** Search list of this host, with which those of pods go on; zones as texts. */
  readonly hostSearch: readonly string[];
  readonly table: NameTableBuffers;
  /** Where the names of a whole zone are asked for: a TransferQuestion, answered with packed records. */
  readonly transferChannel: string;
  /** Where the external names of a whole zone are asked for (plugin k8s_external), answered with packed records. */
  readonly externalChannel: string;
  /** See names/shared-state.ts. */
  readonly state: SharedArrayBuffer;
  /** Says that the state is filling no more (filling-wait.ts). */
  readonly filledChannel: string;
}
