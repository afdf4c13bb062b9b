// The own names of a service, for a service that has none yet and whose addresses are plain IPv4: the service itself and its ports. The
// same as service-names.ts and entry.ts make of any service, without an entry for each address and port.

import { ipv4Octets } from '../../base/ip.ts';
import { MAX_KEY_LENGTH } from '../../names/buffers.ts';
import { wireText } from '../../names/node-keys.ts';
import {
  ALIAS_NODE,
  EMPTY_NODE,
  encodeNode,
  encodePlace,
  type Labels,
  type NodeService,
} from '../../names/node-writer.ts';
import { newDraft, type RecordDraft } from '../../names/table-writer.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import { EndpointCursor } from '../objects/packed-endpoints.ts';
import { PackedSlice } from '../objects/packed-slice.ts';
import type { ServicePort } from '../objects/service-port.ts';
import { EndpointLabel } from './endpoint-label.ts';
import { distinctPorts, weightOf } from './entry.ts';
import { onlyIpv4 } from './object-addresses.ts';
import { MAX_PORT_LABEL, portNames, type ServiceShape } from './service-names.ts';
import type { TableRecords } from './table-records.ts';

/** Some ports of a service: all, under its own name, or those that share a name, for example `_http._tcp`. */
interface PortGroup {
  /** In front of the service's; none for its own name. */
  readonly labels: Labels;
  /** How many ports there are; each number occurs once. */
  readonly count: number;
  readonly numbers: readonly number[];
}

/** Addresses that all have the same ports; the target of each is the service (no labels) or an endpoint below it. */
interface Offer {
  readonly ports: readonly ServicePort[];
  readonly addresses: readonly Uint8Array[];
  readonly targets: readonly Labels[];
}

/** Room for two labels in front of the service's. */
const SERVICE_START = 2 * (1 + MAX_PORT_LABEL);

/** Adds own names of services. */
export class PlainService {
  readonly #records: TableRecords;
  /** The service's labels behind those of a port. */
  readonly #key = new Uint8Array(SERVICE_START + MAX_KEY_LENGTH);
  readonly #draft: RecordDraft = newDraft();
  readonly #label: EndpointLabel;
  readonly #cursor = new EndpointCursor();
  /** Lists of ports are shared by objects (service-port.ts). */
  readonly #groups = new WeakMap<readonly ServicePort[], readonly PortGroup[]>();

  constructor(records: TableRecords, usesPodNames: boolean) {
    this.#records = records;
    this.#label = new EndpointLabel(usesPodNames);
    this.#draft.key = this.#key;
  }

  /** Writes the names of a service with these labels; false, and nothing is written, when it is not plain. */
  add(service: ServiceShape, slices: readonly EndpointSliceObject[], labels: Labels): boolean {
    if (!this.#setName(labels)) return false;
    const offer = service.kind === 'headless' ? this.#endpoints(slices) : clusterOffer(service);
    if (offer === undefined) return false;
    if (offer.addresses.length === 0) return true;
    for (const group of this.#groupsOf(offer.ports)) {
      const isAlias = group.labels !== NO_LABELS && group.count === offer.ports.length;
      const value = isAlias ? ALIAS_NODE : encodeOffer(offer, group, labels);
      this.#put(group.labels, value);
    }
    return true;
  }

  /** Writes only the name that a service with a cluster address has itself; false, and nothing is written, when it is not plain. */
  addOwn(service: ServiceShape, labels: Labels): boolean {
    const offer = clusterOffer(service);
    if (offer === undefined || !this.#setName(labels)) return false;
    const [own] = this.#groupsOf(offer.ports);
    if (own !== undefined) this.#put(NO_LABELS, encodeOffer(offer, own, labels));
    return true;
  }

  /** False when these are no labels of a service. */
  #setName(labels: Labels): boolean {
    if (!this.#label.setService(labels)) return false;
    this.#key.set(labels, SERVICE_START);
    this.#draft.keyEnd = SERVICE_START + labels.length;
    return true;
  }

  /** Sets the value of the name with these labels in front of the service's. */
  #put(front: Labels, value: Uint8Array): void {
    const draft = this.#draft;
    draft.keyStart = SERVICE_START - front.length;
    this.#key.set(front, draft.keyStart);
    draft.value = value;
    draft.valueEnd = value.length;
    if (this.#records.add(draft)) return;
    this.#records.put(this.#key.slice(draft.keyStart, draft.keyEnd), value);
  }

  /** The endpoints of a headless service; undefined when they are not plain, or not all with the same ports. */
  #endpoints(slices: readonly EndpointSliceObject[]): Offer | undefined {
    const offer = { ports: slices[0]?.ports ?? [], addresses: [], targets: [] };
    const seen = new Set<number>();
    for (const slice of slices) {
      const isPlain = slice instanceof PackedSlice && slice.ports === offer.ports;
      if (!isPlain || !this.#addSlice(slice, offer, seen)) return undefined;
    }
    return offer;
  }

  #addSlice(
    slice: PackedSlice,
    { addresses, targets }: { readonly addresses: Uint8Array[]; readonly targets: Labels[] },
    seen: Set<number>,
  ): boolean {
    const label = this.#label;
    const cursor = this.#cursor;
    cursor.open(slice.packed);
    while (cursor.nextEndpoint()) {
      while (cursor.nextAddress()) {
        const { ipv4 } = cursor;
        if (ipv4 < 0 || seen.has(ipv4) || !label.setEndpoint(cursor)) return false;
        seen.add(ipv4);
        addresses.push(ipv4Octets(ipv4));
        targets.push(label.ownLabel());
      }
    }
    return true;
  }

  #groupsOf(ports: readonly ServicePort[]): readonly PortGroup[] {
    const known = this.#groups.get(ports);
    if (known !== undefined) return known;
    const groups = portGroups(ports);
    this.#groups.set(ports, groups);
    return groups;
  }
}

/** A service with one IPv4 address. */
function clusterOffer({ addresses, ports }: ServiceShape): Offer | undefined {
  const ipv4 = onlyIpv4(addresses);
  if (ipv4 < 0) return undefined;
  return { ports, addresses: [ipv4Octets(ipv4)], targets: [NO_LABELS] };
}

const NO_LABELS: Labels = new Uint8Array(0);

/** The value of a name that offers some ports. */
function encodeOffer({ addresses, targets }: Offer, group: PortGroup, suffix: Labels): Uint8Array {
  const { labels, count, numbers } = group;
  const weight = weightOf(addresses.length * count);
  const hasPorts = numbers.length > 0;
  const [address, ...others] = addresses;
  if (address !== undefined && others.length === 0 && (targets[0] === NO_LABELS || !hasPorts)) {
    const isPort = labels !== NO_LABELS && hasPorts;
    const place = encodePlace({ address, ports: numbers, weight, isPort });
    if (place !== undefined) return place;
  }
  return encodeNode({
    ...EMPTY_NODE,
    hasRecords: true,
    weight,
    ipv4: addresses,
    suffix,
    targets: hasPorts ? targets : [],
    services: servicesOf(targets.length, numbers),
    extras: hasPorts ? targets.map((_, index) => ({ target: index, address: index })) : [],
  });
}

function servicesOf(targets: number, ports: readonly number[]): NodeService[] {
  const services: NodeService[] = [];
  for (let target = 0; target < targets; target++) {
    for (const port of ports) services.push({ port, target });
  }
  return services;
}

/** The own name first. */
function portGroups(ports: readonly ServicePort[]): readonly PortGroup[] {
  const groups = new Map<string, ServicePort[]>();
  for (const port of ports) {
    for (const name of portNames(port)) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [port]);
      else group.push(port);
    }
  }
  const own = groupOf(NO_LABELS, ports);
  const named = [...groups].flatMap(([name, members]) => {
    const labels = wireText(name, MAX_PORT_LABEL);
    return labels === undefined ? [] : [groupOf(labels, members)];
  });
  return [own, ...named];
}

function groupOf(labels: Labels, ports: readonly ServicePort[]): PortGroup {
  return { labels, count: ports.length, numbers: distinctPorts(ports) };
}
