// PTR records: which names an address has. A service's cluster address names the service alone; any other address names every
// ready endpoint that has it (serviceRecordForIP of plugin/kubernetes/reverse.go). Targets are relative to the primary zone.

import { addressKey, REVERSE_MARK } from '../../names/node-keys.ts';
import { EMPTY_NODE, encodeNode } from '../../names/node-writer.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import type { ServiceObject } from '../objects/service.ts';
import { AddressIndex } from './address-index.ts';
import { endpointName } from './endpoint-name.ts';
import { TargetList } from './entry.ts';
import type { TableRecords } from './table-records.ts';

/** What decides on the targets besides the objects. */
export interface ReverseOptions {
  readonly usesPodNames: boolean;
  /** Whether the addresses of a namespace have PTR records: everywhere, unless the option `namespaces` is set. */
  readonly isShown: (namespace: string) => boolean;
}

/** All addresses of services and slices. */
export class ReverseRecords {
  readonly #records: TableRecords;
  readonly #options: ReverseOptions;
  readonly #services = new AddressIndex<ServiceObject>();
  readonly #slices = new AddressIndex<EndpointSliceObject>();

  constructor(records: TableRecords, options: ReverseOptions) {
    this.#records = records;
    this.#options = options;
  }

  /** The slices that hold an address. */
  slicesOf(address: string): readonly EndpointSliceObject[] {
    return this.#slices.get(address);
  }

  changeService(before: ServiceObject | undefined, after: ServiceObject | undefined): void {
    this.refresh(this.#services.replace(before, after, (service) => service.clusterIPs));
  }

  changeSlice(
    before: EndpointSliceObject | undefined,
    after: EndpointSliceObject | undefined,
  ): void {
    this.refresh(this.#slices.replace(before, after, sliceAddresses));
  }

  /** Computes the records of addresses again. */
  refresh(addresses: Iterable<string>): void {
    for (const address of addresses) {
      const key = addressKey(address, REVERSE_MARK);
      if (key === undefined) continue;
      const targets = this.#targets(address);
      if (targets.labels.length === 0) this.#records.delete(key);
      else {
        const content = { ...EMPTY_NODE, hasRecords: true, targets: targets.labels };
        this.#records.put(key, encodeNode(content));
      }
    }
  }

  #targets(address: string): TargetList {
    const targets = new TargetList();
    const service = this.#services
      .get(address)
      .find(({ namespace }) => this.#options.isShown(namespace));
    if (service !== undefined) {
      targets.numberOf(`${service.name}.${service.namespace}.svc`);
      return targets;
    }
    for (const slice of this.#slices.get(address)) {
      // A slice without service label has no name that a reply could hold (docs/parity.md).
      if (slice.service === '' || !this.#options.isShown(slice.namespace)) continue;
      for (const endpoint of slice.endpoints) {
        if (!endpoint.addresses.includes(address)) continue;
        const name = endpointName(endpoint, address, this.#options.usesPodNames);
        targets.numberOf(`${name}.${slice.service}.${slice.namespace}.svc`);
      }
    }
    return targets;
  }
}

/** All addresses of a slice. */
export function sliceAddresses(slice: EndpointSliceObject): readonly string[] {
  return slice.endpoints.flatMap((endpoint) => endpoint.addresses);
}
