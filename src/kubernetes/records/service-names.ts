// The names of one Service (or ServiceImport): itself, its ports, its endpoints, its zones. Pure: a view of the objects goes in, names
// with entries come out. What answers what follows findServices and findMultiClusterServices of plugin/kubernetes/kubernetes.go.

import { parseIp } from '../../base/ip.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import type { ServicePort } from '../objects/service-port.ts';
import { endpointName } from './endpoint-name.ts';
import type { Entry } from './entry.ts';
import { isLabelText } from './label-text.ts';

/** Octets of the longest label of a key: ports have an underscore in front, which queries may leave out. */
export const MAX_PORT_LABEL = 64;

/** A Service or ServiceImport, as far as names go. */
export interface ServiceShape {
  readonly kind: 'clusterIP' | 'headless' | 'externalName';
  /** Empty for headless and ExternalName services. */
  readonly addresses: readonly string[];
  readonly externalName: string;
  readonly ports: readonly ServicePort[];
}

/** Options of the block that change names. */
export interface NameOptions {
  readonly usesPodNames: boolean;
  readonly ignoresEmptyServices: boolean;
  readonly isZonal: boolean;
  /** Endpoints are called `E.CLUSTER` instead of `E`. */
  readonly isMulticluster: boolean;
}

/**
 * Takes the names of a service, and their lists of entries for itself. `name` is what stands in front of the service's own: labels
 * joined by dots, '' for itself.
 */
export interface NameSink {
  /** A name with entries, in object order; those of later calls for the same name come behind. */
  name(name: string, entries: Entry[]): void;
  /** A name that answers exactly as the service's own. */
  alias(name: string): void;
  /** The same for a zonal name: endpoints whose zone has these labels. '' says that zonal names exist. */
  zone(name: string, entries: Entry[]): void;
}

/** One address of one endpoint with the slice that it stands in. */
interface Place {
  readonly address: string;
  readonly ports: readonly ServicePort[];
  /** Name below the service, in the spelling of the objects. */
  readonly target: string;
  /** The same name as queries hold it; undefined when it cannot be asked for. */
  readonly name: string | undefined;
  /** Lower case, '' when unknown. */
  readonly zone: string;
}

/** What names come from. */
export interface NamedService {
  readonly service: ServiceShape;
  readonly slices: readonly EndpointSliceObject[];
  /** Whether the names of endpoints are wanted. */
  readonly hasEndpoints: boolean;
}

/** Hands all names of a service to `sink`. None when the service does not exist for DNS. */
export function visitNames(
  { service, slices, hasEndpoints }: NamedService,
  options: NameOptions,
  sink: NameSink,
): void {
  if (service.kind === 'externalName') {
    visitExternalName(service, options, sink);
    return;
  }
  const isHeadless = service.kind === 'headless';
  const needsPlaces = isHeadless || hasEndpoints || options.ignoresEmptyServices;
  const places = needsPlaces ? slices.flatMap((slice) => placesOf(slice, options)) : [];
  if (options.ignoresEmptyServices && !isHeadless && places.length === 0) return;
  const offers = new PortOffers();
  if (isHeadless) {
    for (const place of places) offers.addAll(place.ports, [place.address], place.target);
  } else {
    offers.addAll(service.ports, service.addresses, '');
  }
  offers.visit(sink);
  if (hasEndpoints) visitEndpoints(places, sink);
  if (options.isZonal && isHeadless) visitZones(places, sink);
}

function visitEndpoints(places: readonly Place[], sink: NameSink): void {
  for (const place of places) {
    if (place.name !== undefined) sink.name(place.name, entriesOf(place));
  }
}

function visitZones(places: readonly Place[], sink: NameSink): void {
  sink.zone('', []);
  for (const place of places) {
    const name = zoneName(place);
    if (name !== undefined) sink.zone(name, entriesOf(place));
  }
}

/** An IP address is no name to lead on to: such a service has no name at all. */
function visitExternalName(service: ServiceShape, options: NameOptions, sink: NameSink): void {
  if (options.isMulticluster || parseIp(service.externalName) !== undefined) return;
  sink.name('', [{ host: service.externalName, port: 0, target: '' }]);
}

/** What each pair of port name and protocol offers, and what all together do. */
class PortOffers {
  readonly #all: Entry[] = [];
  readonly #byPort = new Map<string, Entry[]>();
  #isEmpty = true;

  /** Every port with every address, in this order. A port without addresses exists all the same. */
  addAll(ports: readonly ServicePort[], addresses: readonly string[], target: string): void {
    for (const port of ports) {
      this.#isEmpty = false;
      const entries = addresses.map((host) => ({ host, port: port.port, target }));
      this.#all.push(...entries);
      for (const name of portNames(port)) this.#group(name).push(...entries);
    }
  }

  /** The service's own name and its port names; most services have one port, whose names are aliases. */
  visit(sink: NameSink): void {
    if (this.#isEmpty) return;
    sink.name('', this.#all);
    for (const [name, entries] of this.#byPort) {
      if (entries.length === this.#all.length) sink.alias(name);
      else sink.name(name, entries);
    }
  }

  #group(name: string): Entry[] {
    const known = this.#byPort.get(name);
    if (known !== undefined) return known;
    const entries: Entry[] = [];
    this.#byPort.set(name, entries);
    return entries;
  }
}

/** `_http._tcp`, and with `_` in place of either, which stands for any (matchPortAndProtocol of CoreDNS). */
export function portNames({ name, protocol }: ServicePort): readonly string[] {
  const port = isLabelText(name) ? `_${name.toLowerCase()}` : undefined;
  const transport = isLabelText(protocol) ? `_${protocol.toLowerCase()}` : undefined;
  const names: string[] = [];
  if (port !== undefined && transport !== undefined) names.push(`${port}.${transport}`);
  if (port !== undefined) names.push(`${port}._`);
  if (transport !== undefined) names.push(`_.${transport}`);
  return names;
}

function placesOf(slice: EndpointSliceObject, options: NameOptions): Place[] {
  const zones = options.isZonal ? zonesOf(slice) : undefined;
  const { ports, clusterId } = slice;
  return slice.endpoints.flatMap((endpoint) =>
    endpoint.addresses.map((address) => {
      const name = endpointName(endpoint, address, options.usesPodNames);
      // A slice without source cluster is asked for without one.
      const parts = options.isMulticluster && clusterId !== '' ? [name, clusterId] : [name];
      const canAsk = parts.every((part) => canName(part, parts.length));
      return {
        address,
        ports,
        target: parts.join('.'),
        name: canAsk ? parts.join('.').toLowerCase() : undefined,
        zone: zones?.get(address) ?? '',
      };
    }),
  );
}

/** Of two labels in front of a service, a leading underscore makes a query one for a port. */
function canName(label: string, count: number): boolean {
  return isLabelText(label) && !(count === 2 && label.startsWith('_'));
}

/** The zone of each address; the last one said for an address counts. */
function zonesOf(slice: EndpointSliceObject): ReadonlyMap<string, string> {
  const zones = new Map<string, string>();
  for (const endpoint of slice.endpoints) {
    if (endpoint.zone === '') continue;
    for (const address of endpoint.addresses) zones.set(address, endpoint.zone.toLowerCase());
  }
  return zones;
}

/** A zone may hold dots, and then takes several labels. */
function zoneName({ zone }: Place): string | undefined {
  return zone.split('.').every(isLabelText) ? zone : undefined;
}

function entriesOf({ address, ports, target }: Place): Entry[] {
  return ports.map(({ port }) => ({ host: address, port, target }));
}
