// All external names in the order of a zone transfer, made from the objects on demand (ExternalServices of
// plugin/kubernetes/external.go, plugin/k8s_external/transfer.go). With CoreDNS's oddities: an address comes once a port, a
// name has one SRV record, records of headless services come twice, hosts lose labels as targets of ports.

import { parseIp, unmapIp } from '../../base/ip.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { MAX_NAME_OCTETS, type Name, parentName, parseName } from '../../dns/name.ts';
import { srvRdata } from '../../dns/rdata/srv.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { wireLabels } from '../../names/node-keys.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import type { ServiceObject } from '../objects/service.ts';
import type { ServicePort } from '../objects/service-port.ts';
import type { ObjectSource } from '../source.ts';
import { endpointName } from './endpoint-name.ts';
import { NO_PORT, weightOf } from './entry.ts';

/** What is asked for. */
export interface WantedExternalZone {
  readonly zone: Name;
  /** Seconds, of addresses. */
  readonly ttl: number;
  /** Seconds, of SRV and CNAME records. */
  readonly clusterTtl: number;
}

/** What decides on the names besides the objects. */
export interface ExternalZoneOptions {
  readonly usesPodNames: boolean;
  readonly hasHeadless: boolean;
}

/** A host with a port, and the name that SRV records call it by. */
interface Offer {
  /** Undefined when it is a host name. */
  readonly address: Uint8Array | undefined;
  readonly port: number;
  readonly target: Name | undefined;
}

/** The records of a zone, but for SOA and name servers. */
export function externalZoneRecords(
  source: ObjectSource,
  wanted: WantedExternalZone,
  { usesPodNames, hasHeadless }: ExternalZoneOptions,
): ResourceRecord[] {
  const list = new ExternalList(wanted, usesPodNames);
  const headless: ServiceObject[] = [];
  for (const service of source.services.values()) {
    if (service.externalIPs.length > 0) list.addService(service);
    else if (hasHeadless && service.clusterIPs[0] === 'None') headless.push(service);
  }
  if (headless.length === 0) return list.records;
  const slices = Map.groupBy(
    source.endpointSlices?.values() ?? [],
    ({ namespace, service }) => `${namespace}/${service}`,
  );
  for (const service of headless) {
    list.addHeadless(service, slices.get(`${service.namespace}/${service.name}`) ?? []);
  }
  return list.records;
}

class ExternalList {
  readonly records: ResourceRecord[] = [];
  readonly #wanted: WantedExternalZone;
  readonly #usesPodNames: boolean;
  /** Owners of SRV records: each gets one. */
  readonly #seen = new Set<string>();

  constructor(wanted: WantedExternalZone, usesPodNames: boolean) {
    this.#wanted = wanted;
    this.#usesPodNames = usesPodNames;
  }

  addService(service: ServiceObject): void {
    for (const text of service.externalIPs) {
      const octets = parseIp(text);
      if (octets === undefined) this.#addHost(service, parseName(text === '' ? '.' : text));
      else this.#addExternal(service, unmapIp(octets));
    }
  }

  #addExternal({ namespace, name, ports }: ServiceObject, address: Uint8Array): void {
    const base = [name, namespace];
    const owner = this.#name(base);
    for (const port of ports) {
      this.#addAddress(owner, address);
      this.#addFirstService(owner, port, owner);
      this.#addFirstService(this.#portName(base, port), port, owner);
    }
  }

  #addHost({ namespace, name, ports }: ServiceObject, host: Name | undefined): void {
    if (host === undefined) return;
    const base = [name, namespace];
    const owner = this.#name(base);
    for (const port of ports) {
      // Asked for A, then for AAAA.
      for (let family = 0; family < 2; family++) this.#addAlias(owner, host);
      this.#addFirstService(owner, port, host);
      this.#addFirstService(this.#portName(base, port), port, withoutLabels(host));
    }
  }

  addHeadless({ namespace, name }: ServiceObject, slices: readonly EndpointSliceObject[]): void {
    const base = [name, namespace];
    const all: Offer[] = [];
    const byPort = new Map<string, Offer[]>();
    for (const slice of slices) this.#collect(slice, base, all, byPort);
    this.#addOffers(this.#name(base), all);
    for (const offer of all) this.#addOffers(offer.target, [offer]);
    for (const [labels, offers] of byPort) {
      this.#addServices(this.#name([...labels.split('.'), ...base]), offers);
    }
  }

  #collect(
    slice: EndpointSliceObject,
    base: readonly string[],
    all: Offer[],
    byPort: Map<string, Offer[]>,
  ): void {
    for (const endpoint of slice.endpoints) {
      for (const text of endpoint.addresses) {
        const octets = parseIp(text);
        if (octets === undefined) continue;
        const label = endpointName(endpoint, text, this.#usesPodNames);
        // Names of pods may hold dots.
        const target = this.#name([...label.split('.'), ...base]);
        for (const port of slice.ports) {
          const offer = { address: unmapIp(octets), port: port.port, target };
          all.push(offer);
          if (port.name === '') continue;
          const labels = portLabels(port).join('.');
          byPort.set(labels, [...(byPort.get(labels) ?? []), offer]);
        }
      }
    }
  }

  #addOffers(owner: Name | undefined, offers: readonly Offer[]): void {
    const seen = new Set<string>();
    for (const length of [4, 16]) {
      for (const { address } of offers) {
        if (address?.length !== length || seen.has(address.join())) continue;
        seen.add(address.join());
        this.#addAddress(owner, address);
      }
    }
    for (let time = 0; time < 2; time++) this.#addServices(owner, offers);
  }

  /** One SRV record for each target and port. */
  #addServices(owner: Name | undefined, offers: readonly Offer[]): void {
    const weight = weightOf(offers.length);
    const seen = new Set<string>();
    for (const { port, target } of offers) {
      const pair = `${target?.join()} ${port}`;
      if (port === NO_PORT || seen.has(pair)) continue;
      seen.add(pair);
      this.#addSrv(owner, port, weight, target);
    }
  }

  #addFirstService(owner: Name | undefined, { port }: ServicePort, target: Name | undefined): void {
    if (owner === undefined || port === NO_PORT || this.#seen.has(owner.join())) return;
    this.#seen.add(owner.join());
    this.#addSrv(owner, port, weightOf(1), target);
  }

  #addSrv(owner: Name | undefined, port: number, weight: number, target: Name | undefined): void {
    if (target === undefined) return;
    const rdata = srvRdata(0, weight, port & 0xffff, target);
    this.#add(owner, RRType.SRV, this.#wanted.clusterTtl, rdata);
  }

  #addAddress(owner: Name | undefined, address: Uint8Array): void {
    this.#add(owner, address.length === 4 ? RRType.A : RRType.AAAA, this.#wanted.ttl, address);
  }

  #addAlias(owner: Name | undefined, host: Name): void {
    this.#add(owner, RRType.CNAME, this.#wanted.clusterTtl, host);
  }

  #add(name: Name | undefined, type: number, ttl: number, rdata: Uint8Array): void {
    if (name !== undefined) this.records.push({ name, type, class: RRClass.IN, ttl, rdata });
  }

  #portName(base: readonly string[], port: ServicePort): Name | undefined {
    return this.#name([...portLabels(port), ...base]);
  }

  #name(labels: readonly string[]): Name | undefined {
    const wire = wireLabels(labels);
    const { zone } = this.#wanted;
    if (wire === undefined || wire.length + zone.length > MAX_NAME_OCTETS) return undefined;
    return Uint8Array.of(...wire, ...zone);
  }
}

function portLabels({ name, protocol }: ServicePort): readonly string[] {
  return [`_${name.toLowerCase()}`, `_${protocol.toLowerCase()}`];
}

/** Two labels less, unless none would be left: a strip that is meant for `_port._protocol` hits host names, too. */
function withoutLabels(host: Name): Name {
  const rest = parentName(parentName(host));
  return rest.length > 1 ? rest : host;
}
