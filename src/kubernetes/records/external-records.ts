// External names of services (plugin k8s_external): external addresses and load balancers' ingress points, and endpoints of
// services that have none of these if the block wants them (External of plugin/kubernetes/external.go). Whether a namespace
// is exposed is the asker's business, but for reverse names.

import { parseIp, unmapIp } from '../../base/ip.ts';
import { parseName } from '../../dns/name.ts';
import { type ExternalEntry, encodeExternal } from '../../names/external-node.ts';
import {
  addressKey,
  EXTERNAL_MARK,
  HEADLESS_MARK,
  markedKey,
  OWNER_MARK,
  wireLabels,
} from '../../names/node-keys.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import type { ServiceObject } from '../objects/service.ts';
import type { ServicePort } from '../objects/service-port.ts';
import { AddressIndex } from './address-index.ts';
import { endpointName } from './endpoint-name.ts';
import { NO_PORT } from './entry.ts';
import { isLabelText, isLowerLabelText } from './label-text.ts';
import { MAX_PORT_LABEL, portNames } from './service-names.ts';
import type { TableRecords } from './table-records.ts';

/** What decides on external names besides the objects. */
export interface ExternalOptions {
  readonly usesPodNames: boolean;
  /** Whether endpoints have external names. */
  readonly hasHeadless: boolean;
  /** Whether the addresses of a namespace have reverse names: everywhere, unless the option `namespaces` is set. */
  readonly isShown: (namespace: string) => boolean;
}

/** One service as it is now. */
interface View {
  readonly service: ServiceObject | undefined;
  /** By name of the slice; sorted when they are used. */
  readonly slices: ReadonlyMap<string, EndpointSliceObject>;
  /** The keys that it has in the table. */
  readonly keys: readonly Uint8Array[];
}

const NO_VIEW: View = { service: undefined, slices: new Map(), keys: [] };

/** All external names of a block. */
export class ExternalRecords {
  readonly #records: TableRecords;
  readonly #options: ExternalOptions;
  readonly #views = new Map<string, View>();
  readonly #owners = new AddressIndex<ServiceObject>();

  constructor(records: TableRecords, options: ExternalOptions) {
    this.#records = records;
    this.#options = options;
  }

  changeService(before: ServiceObject | undefined, after: ServiceObject | undefined): void {
    const service = after ?? before;
    if (service === undefined) return;
    const place = placeOf(service.namespace, service.name);
    this.#change(place, { ...this.#view(place), service: after });
    for (const address of this.#owners.replace(before, after, ({ externalIPs }) => externalIPs)) {
      this.#refreshOwners(address);
    }
  }

  changeSlice(
    before: EndpointSliceObject | undefined,
    after: EndpointSliceObject | undefined,
  ): void {
    if (!this.#options.hasHeadless) return;
    if (before !== undefined && before.service !== after?.service) this.#setSlice(before, false);
    if (after !== undefined) this.#setSlice(after, true);
  }

  /** A namespace has become exposed or hidden. */
  refreshNamespace(namespace: string): void {
    for (const { service } of this.#views.values()) {
      if (service?.namespace === namespace) service.externalIPs.forEach(this.#refreshOwners, this);
    }
  }

  #setSlice(slice: EndpointSliceObject, isThere: boolean): void {
    if (slice.service === '') return;
    const place = placeOf(slice.namespace, slice.service);
    const view = this.#view(place);
    const slices = new Map(view.slices);
    if (isThere) slices.set(slice.name, slice);
    else slices.delete(slice.name);
    this.#change(place, { ...view, slices });
  }

  #view(place: string): View {
    return this.#views.get(place) ?? NO_VIEW;
  }

  #change(place: string, view: View): void {
    const names = new ExternalNames(this.#options);
    if (view.service !== undefined) names.collect(view.service, view.slices);
    const keys: Uint8Array[] = [];
    for (const { key, entries } of names.all()) {
      this.#records.put(key, encodeExternal(entries));
      keys.push(key);
    }
    for (const key of view.keys) {
      if (!keys.some((other) => Buffer.compare(key, other) === 0)) this.#records.delete(key);
    }
    if (view.service === undefined && view.slices.size === 0) this.#views.delete(place);
    else this.#views.set(place, { ...view, keys });
  }

  #refreshOwners(address: string): void {
    const key = addressKey(address, OWNER_MARK);
    if (key === undefined) return;
    const entries: ExternalEntry[] = [];
    for (const { namespace, name } of this.#owners.get(address)) {
      const target = this.#options.isShown(namespace) ? wireLabels([name, namespace]) : undefined;
      if (target === undefined) continue;
      entries.push({ host: new Uint8Array(0), kind: 'name', port: undefined, target });
    }
    if (entries.length === 0) this.#records.delete(key);
    else this.#records.put(key, encodeExternal(entries));
  }
}

function placeOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** The entries of one service by name. */
class ExternalNames {
  readonly #options: ExternalOptions;
  /** Labels joined by dots, behind the mark's character. */
  readonly #entries = new Map<string, ExternalEntry[]>();

  constructor(options: ExternalOptions) {
    this.#options = options;
  }

  collect(service: ServiceObject, slices: ReadonlyMap<string, EndpointSliceObject>): void {
    const { namespace, name, externalIPs } = service;
    if (!isLowerLabelText(name) || !isLowerLabelText(namespace)) return;
    const base = [name, namespace];
    for (const host of externalIPs) {
      for (const port of service.ports) {
        this.#addAll(EXTERNAL_MARK, base, port, externalEntry(host, port, base));
      }
    }
    if (externalIPs.length > 0 || !this.#options.hasHeadless) return;
    for (const slice of [...slices.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      this.#collectSlice(service, slice);
    }
  }

  #collectSlice({ namespace, name, clusterIPs }: ServiceObject, slice: EndpointSliceObject): void {
    const base = [name, namespace];
    for (const endpoint of slice.endpoints) {
      for (const address of endpoint.addresses) {
        const label = endpointName(endpoint, address, this.#options.usesPodNames);
        for (const port of slice.ports) {
          const entry = externalEntry(address, port, [label, ...base]);
          if (clusterIPs[0] === 'None') this.#addAll(HEADLESS_MARK, base, port, entry);
          if (isLabelText(label)) this.#add(HEADLESS_MARK, [label.toLowerCase(), ...base], entry);
        }
      }
    }
  }

  /** Under the name itself and under the names of the port. */
  #addAll(
    mark: number,
    base: readonly string[],
    port: ServicePort,
    entry: ExternalEntry | undefined,
  ): void {
    this.#add(mark, base, entry);
    for (const name of portNames(port)) this.#add(mark, [...name.split('.'), ...base], entry);
  }

  #add(mark: number, labels: readonly string[], entry: ExternalEntry | undefined): void {
    if (entry === undefined) return;
    const text = String.fromCharCode(mark) + labels.join('.');
    const known = this.#entries.get(text);
    if (known === undefined) this.#entries.set(text, [entry]);
    else known.push(entry);
  }

  *all(): Generator<{ readonly key: Uint8Array; readonly entries: readonly ExternalEntry[] }> {
    for (const [text, entries] of this.#entries) {
      const wire = wireLabels(text.slice(1).split('.'), MAX_PORT_LABEL);
      if (wire !== undefined) yield { key: markedKey(wire, text.charCodeAt(0)), entries };
    }
  }
}

/** One address or host with a port; undefined for what no reply could hold. */
export function externalEntry(
  text: string,
  { port }: ServicePort,
  targetLabels: readonly string[],
): ExternalEntry | undefined {
  const target = wireLabels(targetLabels);
  const octets = parseIp(text);
  const host = octets === undefined ? parseName(text === '' ? '.' : text) : unmapIp(octets);
  if (host === undefined || target === undefined) return undefined;
  const addressKind = host.length === 4 ? 'ipv4' : 'ipv6';
  return {
    host,
    kind: octets === undefined ? 'name' : addressKind,
    port: port === NO_PORT ? undefined : port & 0xffff,
    target,
  };
}
