// PTR records: which names an address has. A service's cluster address names the service alone; any other address names every
// ready endpoint that has it (serviceRecordForIP of plugin/kubernetes/reverse.go). Targets are relative to the primary zone.

import { addressKey, REVERSE_MARK, wireText } from '../../names/node-keys.ts';
import { encodePointer } from '../../names/node-writer.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import { EndpointCursor } from '../objects/packed-endpoints.ts';
import { PackedSlice } from '../objects/packed-slice.ts';
import type { ServiceObject } from '../objects/service.ts';
import { AddressIndex } from './address-index.ts';
import { endpointName } from './endpoint-name.ts';
import { TargetList } from './entry.ts';
import { FreshPointer } from './fresh-pointer.ts';
import { onlyIpv4, sliceAddresses } from './object-addresses.ts';
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
  readonly #pointer: FreshPointer;
  readonly #cursor = new EndpointCursor();

  constructor(records: TableRecords, options: ReverseOptions) {
    this.#records = records;
    this.#options = options;
    this.#pointer = new FreshPointer(records, options.usesPodNames);
  }

  /** The slices that hold an address. */
  slicesOf(address: string): readonly EndpointSliceObject[] {
    return this.#slices.get(address);
  }

  changeService(before: ServiceObject | undefined, after: ServiceObject | undefined): void {
    if (before === undefined && after !== undefined && this.#addService(after)) return;
    this.refresh(this.#services.replace(before, after, (service) => service.clusterIPs));
  }

  /** A service that is new, with one IPv4 address that no other service has; false for any other. */
  #addService(service: ServiceObject): boolean {
    const { namespace, name, clusterIPs } = service;
    const ipv4 = onlyIpv4(clusterIPs);
    if (ipv4 < 0 || !this.#options.isShown(namespace)) return false;
    const labels = wireText(`${name}.${namespace}.svc`);
    if (labels === undefined || !this.#pointer.setService(labels)) return false;
    if (!this.#services.addFirst(ipv4, service)) return false;
    // The address may be an endpoint's, too: the service's name comes first.
    if (!this.#pointer.addService(ipv4)) this.refresh(service.clusterIPs);
    return true;
  }

  /** Only addresses whose targets differ are looked at again: most changes of a slice concern one endpoint of many. */
  changeSlice(
    before: EndpointSliceObject | undefined,
    after: EndpointSliceObject | undefined,
  ): void {
    if (before === undefined && after instanceof PackedSlice && this.#addFresh(after)) return;
    const old = this.#targetsOf(before);
    const fresh = this.#targetsOf(after);
    for (const address of this.#slices.replace(before, after, sliceAddresses)) {
      if (!isSameList(old.get(address), fresh.get(address)))
        this.#refreshOne(address, after, fresh);
    }
  }

  /**
   * A slice that is new: most of its addresses belong to nothing else, and get their one name without an object on the way. False when
   * none can be taken like that.
   */
  #addFresh(slice: PackedSlice): boolean {
    if (slice.service === '' || !this.#options.isShown(slice.namespace)) return false;
    const labels = wireText(`${slice.service}.${slice.namespace}.svc`);
    if (labels === undefined || !this.#pointer.setService(labels)) return false;
    const others: string[] = [];
    const cursor = this.#cursor;
    cursor.open(slice.packed);
    while (cursor.nextEndpoint()) {
      while (cursor.nextAddress())
        if (!this.#addPlain(slice, cursor)) others.push(cursor.addressText);
    }
    if (others.length > 0) this.#addOthers(slice, others);
    return true;
  }

  #addPlain(slice: PackedSlice, cursor: EndpointCursor): boolean {
    const { ipv4 } = cursor;
    return ipv4 >= 0 && this.#slices.addFirst(ipv4, slice) && this.#pointer.add(ipv4, cursor);
  }

  #addOthers(slice: PackedSlice, addresses: readonly string[]): void {
    const targets = this.#targetsOf(slice);
    for (const address of addresses) {
      if (!this.#slices.get(address).includes(slice)) this.#slices.add(address, slice);
      this.#refreshOne(address, slice, targets);
    }
  }

  /** Computes the records of addresses again. */
  refresh(addresses: Iterable<string>): void {
    for (const address of addresses) this.#refreshOne(address, undefined, NO_TARGETS);
  }

  /** Computes the records of all addresses of a slice again. */
  refreshSlice(slice: EndpointSliceObject): void {
    const targets = this.#targetsOf(slice);
    for (const address of targets.keys()) this.#refreshOne(address, slice, targets);
  }

  /** `known` is a slice whose targets are at hand: working them out costs a walk through the slice. */
  #refreshOne(
    address: string,
    known: EndpointSliceObject | undefined,
    knownTargets: Targets,
  ): void {
    const key = addressKey(address, REVERSE_MARK);
    if (key === undefined) return;
    const targets = new TargetList();
    const service = this.#services
      .get(address)
      .find(({ namespace }) => this.#options.isShown(namespace));
    if (service !== undefined) targets.numberOf(`${service.name}.${service.namespace}.svc`);
    else this.#addEndpoints(targets, address, known, knownTargets);
    const { labels } = targets;
    if (labels.length === 0) this.#records.delete(key);
    else this.#records.put(key, encodePointer(labels));
  }

  #addEndpoints(
    targets: TargetList,
    address: string,
    known: EndpointSliceObject | undefined,
    knownTargets: Targets,
  ): void {
    for (const slice of this.#slices.get(address)) {
      if (!this.#options.isShown(slice.namespace)) continue;
      const ofSlice = slice === known ? knownTargets : this.#targetsOf(slice);
      for (const target of ofSlice.get(address) ?? []) targets.numberOf(target);
    }
  }

  /** The names of each address of a slice. A slice without service has none that a reply could hold (docs/parity.md). */
  #targetsOf(slice: EndpointSliceObject | undefined): Targets {
    const targets = new Map<string, string[]>();
    if (slice === undefined || slice.service === '') return targets;
    for (const endpoint of slice.endpoints) {
      for (const address of endpoint.addresses) {
        const name = endpointName(endpoint, address, this.#options.usesPodNames);
        const target = `${name}.${slice.service}.${slice.namespace}.svc`;
        const others = targets.get(address);
        if (others === undefined) targets.set(address, [target]);
        else others.push(target);
      }
    }
    return targets;
  }
}

/** Targets by address text. */
type Targets = ReadonlyMap<string, readonly string[]>;

const NO_TARGETS: Targets = new Map();

function isSameList(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a?.length === b?.length && (a ?? []).every((text, at) => text === b?.[at]);
}
