// Where the kubernetes plugin's objects come from, seen from the record builder: stores by kind that fill and change.
// Two implementations: reflector/ (an API server) and embedded/ (manifests). An absent store means not watched.

import type { Milestone } from '../base/milestone.ts';
import type { EndpointSliceObject } from './objects/endpoint-slice.ts';
import type { NamespaceObject } from './objects/namespace.ts';
import type { PodObject } from './objects/pod.ts';
import type { ServiceObject } from './objects/service.ts';
import type { ServiceImportObject } from './objects/service-import.ts';
import type { Store } from './objects/store.ts';

/** A live set of objects. Register listeners on the stores before `start`. */
export interface ObjectSource {
  readonly services: Store<ServiceObject>;
  readonly namespaces: Store<NamespaceObject>;
  /** Absent with `noendpoints`. */
  readonly endpointSlices?: Store<EndpointSliceObject>;
  /** Present with `pods verified` only. */
  readonly pods?: Store<PodObject>;
  /** Present with multicluster zones only, as is the next one. */
  readonly serviceImports?: Store<ServiceImportObject>;
  /** Slices that carry the multicluster service name label. */
  readonly multiclusterSlices?: Store<EndpointSliceObject>;
  /**
   * Begins to fill the stores, once only. Where services and namespaces come first, the other kinds wait for these, and where they
   * are many also for `beforeRest`, at most a second.
   */
  start(beforeRest?: Milestone): void;
  /** Ends all activity; no change event comes afterwards. The stores keep what they hold. */
  stop(): void;
  /** Runs `run` when services and namespaces have had their complete first state, or at once when they have. */
  onServices(run: () => void): void;
  /** Whether every store has had its complete first state. Stays true when the source is lost later. */
  readonly isSynced: boolean;
  /** Runs `run` when isSynced becomes true, or at once when it is. */
  onSynced(run: () => void): void;
}
