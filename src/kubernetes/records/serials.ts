// Serial numbers of the zones: the time of the last change that counts. What counts follows detectChanges of
// plugin/kubernetes/controller.go, oddities included: changed cluster addresses and namespaces do not move the serial.

import type { Clock } from '../../base/clock.ts';
import type { SerialKind, SharedState } from '../../names/shared-state.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import { isEqual } from '../objects/equal.ts';
import type { PodObject } from '../objects/pod.ts';
import type { ServiceObject } from '../objects/service.ts';
import type { ServiceImportObject } from '../objects/service-import.ts';
import type { Change } from '../objects/store.ts';

/** Moves the serials. Adding or deleting any object but a namespace moves that of the cluster zones. */
export class Serials {
  readonly #state: SharedState;
  readonly #clock: Clock;

  constructor(state: SharedState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** Updates count by what they change: names and ports for both, external addresses for the external zones. */
  changeService({ before, after }: Change<ServiceObject>): void {
    if (before === undefined || after === undefined) {
      this.#move('cluster');
      return;
    }
    const hasNewPorts = !isEqual(before.ports, after.ports);
    if (hasNewPorts || before.externalName !== after.externalName) this.#move('cluster');
    if (hasNewPorts || !isEqual(before.externalIPs, after.externalIPs)) this.#move('external');
  }

  changeSlice({ before, after }: Change<EndpointSliceObject>, isZonal: boolean): void {
    if (before === undefined || after === undefined) this.#move('cluster');
    else if (!isEqual(visibleParts(before, isZonal), visibleParts(after, isZonal))) {
      this.#move('cluster');
    }
  }

  /** Adding or deleting moves the serial of the cluster zones: CoreDNS has one handler for all kinds there. */
  changeMulticlusterSlice({ before, after }: Change<EndpointSliceObject>): void {
    if (before === undefined || after === undefined) this.#move('cluster');
    else if (
      before.clusterId !== after.clusterId ||
      !isEqual(visibleParts(before, false), visibleParts(after, false))
    ) {
      this.#move('multicluster');
    }
  }

  changePod({ before, after }: Change<PodObject>): void {
    if (before?.podIP !== after?.podIP || before === undefined || after === undefined) {
      this.#move('cluster');
    }
  }

  changeImport({ before, after }: Change<ServiceImportObject>): void {
    if (before === undefined || after === undefined) this.#move('cluster');
    else if (before.type !== after.type || !isEqual(before.ports, after.ports)) {
      this.#move('multicluster');
    }
  }

  /** Unix seconds, as CoreDNS has it: two changes within a second share a serial. */
  #move(kind: SerialKind): void {
    this.#state.setSerial(kind, Math.floor(this.#clock.epochMs() / 1000));
  }
}

/** What of a slice is compared: pod names are not, zones only where they can be asked for. */
function visibleParts(slice: EndpointSliceObject, isZonal: boolean): unknown {
  const { ports, endpoints } = slice;
  const places = endpoints.map(({ addresses, hostname, zone }) => [
    addresses,
    hostname,
    isZonal ? zone : '',
  ]);
  return [ports, places];
}
