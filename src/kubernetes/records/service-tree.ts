// The services of one kind of zone (cluster or multicluster), each with its slices, and the names that they have in the table. A
// change of a service, slice or namespace touches the names of the services concerned and nothing else. No address index
// here (reverse-records.ts), and no rule of naming (service-names.ts).

import { MULTICLUSTER_MARK, markedKey, wireText, ZONAL_MARK } from '../../names/node-keys.ts';
import { ALIAS_NODE, BARE_NODE, type Labels } from '../../names/node-writer.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import { type Entry, encodeEntries } from './entry.ts';
import { FreshEndpoints } from './fresh-endpoints.ts';
import { isLowerLabelText } from './label-text.ts';
import { PlainService } from './plain-service.ts';
import {
  MAX_PORT_LABEL,
  type NameOptions,
  type NameSink,
  type ServiceShape,
  visitNames,
} from './service-names.ts';
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
  readonly #endpoints: FreshEndpoints;
  readonly #plain: PlainService;
  readonly #noNames: NameList;
  readonly #namespaces = new Map<string, Map<string, View>>();
  /** While the first state arrives: services whose own name is written. */
  readonly #early = new Set<ServiceShape>();
  #isHeld = false;

  constructor(
    records: TableRecords,
    options: NameOptions,
    isExposed: (namespace: string) => boolean,
  ) {
    this.#records = records;
    this.#options = options;
    this.#isExposed = isExposed;
    this.#noNames = new NameList(options);
    this.#endpoints = new FreshEndpoints(records, options.usesPodNames);
    this.#plain = new PlainService(records, options.usesPodNames);
  }

  /**
   * Writes nothing until `release`: while a first state arrives, a service comes first and its slices later, and its names would be
   * worked out for each.
   */
  hold(): void {
    this.#isHeld = true;
  }

  /** Writes the names that services with cluster addresses have themselves; those of their ports can wait. */
  releaseServices(): void {
    if (!this.#isHeld || this.#options.ignoresEmptyServices) return;
    for (const view of this.#views()) {
      const { service } = view;
      if (service?.kind === 'clusterIP' && isVisible(view)) this.#writeEarly(view, service);
    }
  }

  #writeEarly(view: View, service: ServiceShape): void {
    const labels = wireText(suffixOf(view)) ?? NO_LABELS;
    const isPlain = !this.#options.isMulticluster && this.#plain.addOwn(service, labels);
    if (!isPlain) this.#write(this.#noNames, { ...view, slices: [] });
    this.#early.add(service);
  }

  /** Writes what has come since `hold`, and from now on every change at once. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    for (const view of this.#views()) this.#write(this.#noNames, view);
    this.#early.clear();
  }

  *#views(): Generator<View> {
    for (const services of this.#namespaces.values()) yield* services.values();
  }

  /** Adds, replaces or (undefined) removes a service. */
  setService(namespace: string, name: string, service: ServiceShape | undefined): void {
    const view = this.#view(namespace, name);
    this.#change(view, { ...view, service });
  }

  /** Adds or replaces a slice of the named service; slices are kept in order of their names. */
  putSlice(name: string, slice: EndpointSliceObject): void {
    const view = this.#view(slice.namespace, name);
    const others = view.slices.filter((each) => each.name !== slice.name);
    const at = others.findIndex((each) => each.name > slice.name);
    const slices = others.toSpliced(at < 0 ? others.length : at, 0, slice);
    this.#change(view, { ...view, slices });
  }

  /** Removes a slice from the named service. */
  deleteSlice(name: string, slice: EndpointSliceObject): void {
    const view = this.#view(slice.namespace, name);
    const slices = view.slices.filter((each) => each.name !== slice.name);
    this.#change(view, { ...view, slices });
  }

  /** Looks again whether a namespace is exposed. */
  refreshNamespace(namespace: string): void {
    for (const view of [...(this.#namespaces.get(namespace)?.values() ?? [])]) {
      this.#change(view, view);
    }
  }

  #view(namespace: string, name: string): View {
    const known = this.#namespaces.get(namespace)?.get(name);
    return known ?? { namespace, name, service: undefined, slices: [], isExposed: false };
  }

  #change(old: View, next: View): void {
    const isExposed = this.#isExposed(next.namespace);
    const view = isExposed === next.isExposed ? next : { ...next, isExposed };
    const before = this.#isHeld ? undefined : this.#namesOf(old);
    this.#keep(view);
    if (before !== undefined) this.#write(before, view);
    else if (old.service !== view.service || !view.isExposed) this.#withdraw(old);
  }

  /** Takes early names back: the service has changed before the first state was complete. */
  #withdraw(view: View): void {
    if (view.service === undefined || !this.#early.delete(view.service)) return;
    for (const text of this.#namesOf(view, false).names.keys()) this.#delete(text, suffixOf(view));
  }

  #namesOf(view: View, hasEndpoints: boolean = true): NameList {
    if (!isVisible(view)) return this.#noNames;
    const list = new NameList(this.#options);
    list.collect(view, hasEndpoints);
    return list;
  }

  /** Writes the names that are new or answer otherwise, and deletes those that are gone. */
  #write(before: NameList, view: View): void {
    const suffix = suffixOf(view);
    const labels = wireText(suffix) ?? NO_LABELS;
    const done = before.names.size === 0 ? this.#writeFresh(view, labels) : 'nothing';
    if (done === 'all') return;
    const after = this.#namesOf(view, done === 'nothing');
    for (const [text, answer] of after.names) {
      const known = before.names.get(text);
      if (known === undefined || !isSame(known, answer)) this.#put(text, answer, suffix, labels);
    }
    for (const text of before.names.keys()) if (!after.names.has(text)) this.#delete(text, suffix);
  }

  #put(text: string, answer: Answer, suffix: string, labels: Labels): void {
    const key = keyOf(text, suffix);
    if (key !== undefined) this.#records.put(key, encodeAnswer(text, answer, labels));
  }

  #delete(text: string, suffix: string): void {
    const key = keyOf(text, suffix);
    if (key !== undefined) this.#records.delete(key);
  }

  /** Takes the short ways for a service that has no names yet, and says which of its names are written then. */
  #writeFresh(view: View, labels: Labels): 'nothing' | 'endpoints' | 'all' {
    const { service, slices } = view;
    const { isMulticluster, isZonal, ignoresEmptyServices } = this.#options;
    if (service === undefined || !isVisible(view)) return 'all';
    if (isMulticluster || service.kind === 'externalName') return 'nothing';
    if (slices.length > 0 && !this.#endpoints.add(labels, slices)) return 'nothing';
    if (isZonal || ignoresEmptyServices) return 'endpoints';
    return this.#plain.add(service, slices, labels) ? 'all' : 'endpoints';
  }

  #keep(view: View): void {
    const { namespace, name } = view;
    const services = this.#namespaces.get(namespace) ?? new Map<string, View>();
    if (view.service !== undefined || view.slices.length > 0) services.set(name, view);
    else services.delete(name);
    if (services.size > 0) this.#namespaces.set(namespace, services);
    else this.#namespaces.delete(namespace);
  }
}

const NO_LABELS: Labels = new Uint8Array(0);

/** The labels of a service below the zone, joined by dots. */
function suffixOf({ namespace, name }: View): string {
  return `${name}.${namespace}.svc`;
}

/** Whether a service is there, and queries can spell it. */
function isVisible({ service, isExposed, name, namespace }: View): boolean {
  if (service === undefined || !isExposed) return false;
  return isLowerLabelText(name) && isLowerLabelText(namespace);
}

/** What a name answers: its entries, or the service's own. */
type Answer = Entry[] | 'alias';

/** The names of a view: a mark as its code's character (or none), then the labels in front of the service joined by dots. */
class NameList implements NameSink {
  readonly names = new Map<string, Answer>();
  readonly #options: NameOptions;
  readonly #mark: string;

  constructor(options: NameOptions) {
    this.#options = options;
    this.#mark = options.isMulticluster ? MULTICLUSTER_TEXT : NO_MARK;
  }

  /** Takes the names of a visible view, with those of its endpoints or without. */
  collect({ service, slices }: View, hasEndpoints: boolean): void {
    if (service === undefined) return;
    visitNames({ service, slices, hasEndpoints }, this.#options, this);
  }

  name(name: string, entries: Entry[]): void {
    this.#add(this.#mark + name, entries);
  }

  alias(name: string): void {
    this.names.set(this.#mark + name, 'alias');
  }

  zone(name: string, entries: Entry[]): void {
    this.#add(ZONAL_TEXT + name, entries);
  }

  #add(text: string, entries: Entry[]): void {
    const known = this.names.get(text);
    if (known === undefined || known === 'alias') this.names.set(text, entries);
    else known.push(...entries);
  }
}

/** First characters of the texts in a NameList. */
const NO_MARK = '.';
const MULTICLUSTER_TEXT = String.fromCharCode(MULTICLUSTER_MARK);
const ZONAL_TEXT = String.fromCharCode(ZONAL_MARK);

/** The table key of a text of a NameList; undefined for a label that is too long. */
function keyOf(text: string, suffix: string): Uint8Array | undefined {
  // Ports have an underscore that queries may leave out.
  const wire = wireText(text.length === 1 ? suffix : `${text.slice(1)}.${suffix}`, MAX_PORT_LABEL);
  if (wire === undefined || text.startsWith(NO_MARK)) return wire;
  return markedKey(wire, text.charCodeAt(0));
}

/** `text` is that of a NameList. */
function encodeAnswer(text: string, answer: Answer, suffix: Labels): Uint8Array {
  if (answer === 'alias') return ALIAS_NODE;
  if (answer.length === 0) return BARE_NODE;
  return encodeEntries(answer, suffix, text.startsWith(NO_MARK) ? text.slice(1) : undefined);
}

function isSame(a: Answer, b: Answer): boolean {
  if (a === 'alias' || b === 'alias') return a === b;
  if (a.length !== b.length) return false;
  return a.every((entry, at) => {
    const other = b[at];
    return entry.host === other?.host && entry.port === other.port && entry.target === other.target;
  });
}
