// The services of one kind of zone (cluster or multicluster), each with its slices, and the names that they have in the table. A
// change of a service, slice or namespace touches the names of the services concerned and nothing else. No address index
// here (reverse-records.ts), and no rule of naming (service-names.ts).

import { MULTICLUSTER_MARK, markedKey, wireLabels, ZONAL_MARK } from '../../names/node-keys.ts';
import { ALIAS_NODE, BARE_NODE } from '../../names/node-writer.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import { type Entry, encodeEntries } from './entry.ts';
import { isLowerLabelText } from './label-text.ts';
import { type NameOptions, type NameSink, type ServiceShape, visitNames } from './service-names.ts';
import type { TableRecords } from './table-records.ts';

/** All that the names of a service come from. Immutable; the last one is kept to know which names there were. */
interface View {
  readonly namespace: string;
  readonly name: string;
  readonly service: ServiceShape | undefined;
  readonly slices: readonly EndpointSliceObject[];
  readonly isExposed: boolean;
}

/** Services by namespace and name. */
export class ServiceTree {
  readonly #records: TableRecords;
  readonly #options: NameOptions;
  readonly #isExposed: (namespace: string) => boolean;
  readonly #namespaces = new Map<string, Map<string, View>>();

  constructor(
    records: TableRecords,
    options: NameOptions,
    isExposed: (namespace: string) => boolean,
  ) {
    this.#records = records;
    this.#options = options;
    this.#isExposed = isExposed;
  }

  /** Adds, replaces or (undefined) removes a service. */
  setService(namespace: string, name: string, service: ServiceShape | undefined): void {
    this.#change({ ...this.#view(namespace, name), service });
  }

  /** Adds or replaces a slice of the named service; slices are kept in order of their names. */
  putSlice(name: string, slice: EndpointSliceObject): void {
    const view = this.#view(slice.namespace, name);
    const others = view.slices.filter((each) => each.name !== slice.name);
    const at = others.findIndex((each) => each.name > slice.name);
    this.#change({ ...view, slices: others.toSpliced(at < 0 ? others.length : at, 0, slice) });
  }

  /** Removes a slice from the named service. */
  deleteSlice(name: string, slice: EndpointSliceObject): void {
    const view = this.#view(slice.namespace, name);
    this.#change({ ...view, slices: view.slices.filter((each) => each.name !== slice.name) });
  }

  /** Looks again whether a namespace is exposed. */
  refreshNamespace(namespace: string): void {
    for (const view of [...(this.#namespaces.get(namespace)?.values() ?? [])]) this.#change(view);
  }

  #view(namespace: string, name: string): View {
    const known = this.#namespaces.get(namespace)?.get(name);
    return known ?? { namespace, name, service: undefined, slices: [], isExposed: false };
  }

  #change(next: View): void {
    const { namespace, name } = next;
    const before = this.#view(namespace, name);
    const after = { ...next, isExposed: this.#isExposed(namespace) };
    this.#keep(after);
    const stale = new Map<string, Uint8Array>();
    this.#visit(before, (key) => stale.set(keyText(key), key));
    this.#visit(after, (key, value) => {
      stale.delete(keyText(key));
      this.#records.put(key, value());
    });
    for (const key of stale.values()) this.#records.delete(key);
  }

  #keep(view: View): void {
    const { namespace, name } = view;
    const services = this.#namespaces.get(namespace) ?? new Map<string, View>();
    if (view.service !== undefined || view.slices.length > 0) services.set(name, view);
    else services.delete(name);
    if (services.size > 0) this.#namespaces.set(namespace, services);
    else this.#namespaces.delete(namespace);
  }

  /** Visits the keys of a view; `value` is only computed when asked for. */
  #visit(view: View, visit: (key: Uint8Array, value: () => Uint8Array) => void): void {
    const { service, namespace, name } = view;
    if (service === undefined || !view.isExposed) return;
    if (!isLowerLabelText(name) || !isLowerLabelText(namespace)) return;
    const suffix = [name, namespace, 'svc'];
    const add = (labels: readonly string[], mark: number, value: () => Uint8Array): void => {
      // Ports have an underscore that queries may leave out.
      const wire = wireLabels([...labels, ...suffix], 64);
      if (wire !== undefined) visit(mark === 0 ? wire : markedKey(wire, mark), value);
    };
    const encode = (entries: readonly Entry[]): Uint8Array =>
      entries.length === 0 ? BARE_NODE : encodeEntries(entries, suffix);
    const tree = this.#options.isMulticluster ? MULTICLUSTER_MARK : 0;
    const sink: NameSink = {
      name: (labels, entries) => add(labels, tree, () => encode(entries)),
      alias: (labels) => add(labels, tree, () => ALIAS_NODE),
      zone: (labels, entries) => add(labels, ZONAL_MARK, () => encode(entries)),
    };
    visitNames(service, view.slices, this.#options, sink);
  }
}

/** Octets as text, one character each, to look keys up by content. */
function keyText(key: Uint8Array): string {
  return String.fromCharCode(...key);
}
