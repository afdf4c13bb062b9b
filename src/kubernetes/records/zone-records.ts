// All names of a cluster zone in the order of a zone transfer, made from the objects on demand (plugin/kubernetes/xfr.go).
// It differs from what queries find: services sorted by name whatever their namespace, no reverse names, no pods, SRV
// records for ports that do not exist. SOA and name servers are the asker's.

import { parseIp, unmapIp } from '../../base/ip.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { MAX_NAME_OCTETS, type Name, parseName, ROOT } from '../../dns/name.ts';
import { srvRdata } from '../../dns/rdata/srv.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { wireLabels } from '../../names/node-keys.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import type { ServicePort } from '../objects/service-port.ts';
import type { ObjectSource } from '../source.ts';
import { endpointName } from './endpoint-name.ts';
import { weightOf } from './entry.ts';

/** What is asked for. */
export interface WantedZone {
  readonly zone: Name;
  readonly isMulticluster: boolean;
  /** Seconds. */
  readonly ttl: number;
}

/** What decides on the names besides the objects. */
export interface ZoneRecordOptions {
  readonly usesPodNames: boolean;
  readonly isExposed: (namespace: string) => boolean;
}

/** A Service or ServiceImport as transfers look at it. */
interface TransferredService {
  readonly namespace: string;
  readonly name: string;
  /** Empty, or without an address in front, for headless ones. */
  readonly addresses: readonly string[];
  /** Undefined but for ExternalName services. */
  readonly externalName: string | undefined;
  readonly ports: readonly ServicePort[];
}

/** Weight of the SRV records of a service with a cluster address. */
const FULL_WEIGHT = 100;
/** Types that have addresses; objects without a type are passed over. */
const ADDRESS_TYPES: ReadonlySet<string> = new Set(['ClusterIP', 'NodePort', 'LoadBalancer']);

/** The records of a zone. */
export function zoneRecords(
  source: ObjectSource,
  wanted: WantedZone,
  options: ZoneRecordOptions,
): ResourceRecord[] {
  const { services, slices } = wanted.isMulticluster ? imports(source) : clusterServices(source);
  const list = new RecordList(wanted);
  for (const service of services.toSorted(byName)) {
    if (!options.isExposed(service.namespace)) continue;
    const base = [service.name, service.namespace, 'svc'];
    if (service.externalName !== undefined) addAlias(list, base, service.externalName);
    else if (parseIp(service.addresses[0] ?? '') !== undefined) addAddresses(list, base, service);
    else {
      const own = slices.get(`${service.namespace}/${service.name}`) ?? [];
      for (const slice of own) addEndpoints(list, base, slice, options);
    }
  }
  return list.records;
}

interface Transferred {
  readonly services: readonly TransferredService[];
  /** By `namespace/name` of the service. */
  readonly slices: ReadonlyMap<string, readonly EndpointSliceObject[]>;
}

function clusterServices(source: ObjectSource): Transferred {
  const services: TransferredService[] = [];
  for (const {
    type,
    namespace,
    name,
    clusterIPs,
    externalName,
    ports,
  } of source.services.values()) {
    const isAlias = type === 'ExternalName';
    if (!isAlias && !ADDRESS_TYPES.has(type)) continue;
    services.push({
      namespace,
      name,
      addresses: clusterIPs,
      externalName: isAlias ? externalName : undefined,
      ports,
    });
  }
  return { services, slices: slicesBy(source.endpointSlices?.values(), (slice) => slice.service) };
}

function imports(source: ObjectSource): Transferred {
  const services = [...(source.serviceImports?.values() ?? [])].map(
    ({ namespace, name, ips, ports }) => ({
      namespace,
      name,
      addresses: ips,
      externalName: undefined,
      ports,
    }),
  );
  return {
    services,
    slices: slicesBy(source.multiclusterSlices?.values(), (slice) => slice.importName),
  };
}

function slicesBy(
  slices: Iterable<EndpointSliceObject> | undefined,
  ownerOf: (slice: EndpointSliceObject) => string,
): ReadonlyMap<string, readonly EndpointSliceObject[]> {
  const sorted = [...(slices ?? [])].sort(byName);
  return Map.groupBy(sorted, (slice) => `${slice.namespace}/${ownerOf(slice)}`);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}

/** An ExternalName service; one that is an address has no record. */
function addAlias(list: RecordList, base: readonly string[], host: string): void {
  if (parseIp(host) !== undefined) return;
  const target = parseName(host === '' ? '.' : host);
  if (target !== undefined) list.add(list.name(base), RRType.CNAME, target);
}

function addAddresses(
  list: RecordList,
  base: readonly string[],
  { addresses, ports }: TransferredService,
): void {
  const owner = list.name(base);
  for (const address of addresses) list.addAddress(owner, address);
  for (const port of ports) {
    list.addService(owner, port, FULL_WEIGHT, owner);
    // Ports without a name have no name of their own (docs/specification.md of kubernetes/dns, 2.3.2).
    if (port.name !== '') list.addService(list.portName(base, port), port, FULL_WEIGHT, owner);
  }
}

function addEndpoints(
  list: RecordList,
  base: readonly string[],
  slice: EndpointSliceObject,
  { usesPodNames }: ZoneRecordOptions,
): void {
  const count = slice.endpoints.reduce((sum, { addresses }) => sum + addresses.length, 0);
  const owner = list.name(base);
  for (const endpoint of slice.endpoints) {
    for (const address of endpoint.addresses) {
      list.addAddress(owner, address);
      const label = endpointName(endpoint, address, usesPodNames);
      // Names of pods may hold dots.
      const name = list.name([...label.split('.'), ...base]);
      const target = list.addAddress(name, address) ? name : ROOT;
      for (const port of slice.ports) {
        if (port.name === '') continue;
        list.addService(list.portName(base, port), port, weightOf(count), target);
      }
    }
  }
}

/** Records of one zone; what cannot be spelled there is left out. */
class RecordList {
  readonly records: ResourceRecord[] = [];
  readonly #wanted: WantedZone;

  constructor(wanted: WantedZone) {
    this.#wanted = wanted;
  }

  /** The name of labels below the zone, in the spelling of the objects. */
  name(labels: readonly string[]): Name | undefined {
    const { zone } = this.#wanted;
    const wire = wireLabels(labels);
    if (wire === undefined || wire.length + zone.length > MAX_NAME_OCTETS) return undefined;
    const name = new Uint8Array(wire.length + zone.length);
    name.set(wire);
    name.set(zone, wire.length);
    return name;
  }

  /** `_http._tcp` in front of the service. */
  portName(base: readonly string[], { name, protocol }: ServicePort): Name | undefined {
    return this.name([`_${name.toLowerCase()}`, `_${protocol.toLowerCase()}`, ...base]);
  }

  add(owner: Name | undefined, type: number, rdata: Uint8Array): void {
    if (owner === undefined) return;
    this.records.push({ name: owner, type, class: RRClass.IN, ttl: this.#wanted.ttl, rdata });
  }

  /** Whether the text was an address. */
  addAddress(owner: Name | undefined, text: string): boolean {
    const octets = parseIp(text);
    if (octets === undefined) return false;
    const address = unmapIp(octets);
    this.add(owner, address.length === 4 ? RRType.A : RRType.AAAA, address);
    return true;
  }

  addService(
    owner: Name | undefined,
    { port }: ServicePort,
    weight: number,
    target: Name | undefined,
  ): void {
    if (target === undefined) return;
    // A service without ports has port -1, which transfers show as 65535.
    this.add(owner, RRType.SRV, srvRdata(0, weight, port & 0xffff, target));
  }
}
