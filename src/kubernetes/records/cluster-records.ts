// Objects to records: follows the stores of a source and keeps the name table of a kubernetes block equal to them. Each change is
// worked off at once and touches only the names concerned. What a name answers is decided in the files beside; here is who must
// be told of which change.

import type { Clock } from '../../base/clock.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { Logger } from '../../log/logger.ts';
import { pluginLogger } from '../../log/logger.ts';
import type { MetricsWriter } from '../../metrics/writer.ts';
import { wireLabels } from '../../names/node-keys.ts';
import { BARE_NODE } from '../../names/node-writer.ts';
import type { SharedState } from '../../names/shared-state.ts';
import type { NameTableWriter } from '../../names/table-writer.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import type { ServiceObject } from '../objects/service.ts';
import type { ServiceImportObject } from '../objects/service-import.ts';
import type { Change } from '../objects/store.ts';
import type { ObjectSource } from '../source.ts';
import { ExternalRecords } from './external-records.ts';
import { externalZoneRecords, type WantedExternalZone } from './external-zone.ts';
import { isLowerLabelText } from './label-text.ts';
import { NameServers } from './name-servers.ts';
import { PodRecords } from './pod-records.ts';
import { observeLatency } from './programming-latency.ts';
import { ReverseRecords } from './reverse-records.ts';
import { Serials } from './serials.ts';
import type { ServiceShape } from './service-names.ts';
import { ServiceTree } from './service-tree.ts';
import { TableRecords } from './table-records.ts';
import { type WantedZone, zoneRecords } from './zone-records.ts';

/** Options of the kubernetes block that decide on records. */
export interface RecordOptions {
  /** Option `namespaces`; empty means all. */
  readonly namespaces: readonly string[];
  readonly usesPodNames: boolean;
  readonly ignoresEmptyServices: boolean;
  readonly isZonal: boolean;
  /** Whether some plugin asks for the pod of a client. */
  readonly keepsClients: boolean;
  /** What plugin k8s_external wants; undefined without it. */
  readonly external?: { readonly hasHeadless: boolean } | undefined;
}

/** Where records go, and what else is needed. */
export interface RecordContext {
  readonly table: NameTableWriter;
  readonly state: SharedState;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: MetricsWriter;
}

/** The records of one source. Make it before the source starts. */
export class ClusterRecords {
  readonly #source: ObjectSource;
  readonly #options: RecordOptions;
  readonly #context: RecordContext;
  readonly #records: TableRecords;
  readonly #serials: Serials;
  readonly #services: ServiceTree;
  readonly #imports: ServiceTree;
  readonly #reverse: ReverseRecords;
  readonly #pods: PodRecords;
  readonly #nameServers: NameServers;
  readonly #external: ExternalRecords | undefined;
  /** The first state is still arriving. */
  #isHeld = false;

  constructor(source: ObjectSource, options: RecordOptions, context: RecordContext) {
    const { usesPodNames, ignoresEmptyServices, isZonal, keepsClients } = options;
    const isExposed = (namespace: string): boolean => this.#isExposed(namespace);
    this.#source = source;
    this.#options = options;
    this.#context = context;
    const records = new TableRecords(context.table, pluginLogger(context.log, 'kubernetes'));
    this.#records = records;
    this.#serials = new Serials(context.state, context.clock);
    const names = { usesPodNames, ignoresEmptyServices };
    this.#services = new ServiceTree(
      records,
      { ...names, isZonal, isMulticluster: false },
      isExposed,
    );
    this.#imports = new ServiceTree(
      records,
      { ...names, isZonal: false, isMulticluster: true },
      isExposed,
    );
    const isShown = (namespace: string): boolean =>
      options.namespaces.length === 0 || isExposed(namespace);
    this.#reverse = new ReverseRecords(records, { usesPodNames, isShown });
    const { external } = options;
    this.#external =
      external && new ExternalRecords(records, { ...external, usesPodNames, isShown });
    this.#pods = new PodRecords(records, { isExposed, keepsClients });
    this.#nameServers = new NameServers(records, {
      usesPodNames,
      slicesOf: (address) => this.#reverse.slicesOf(address),
      service: (namespace, name) => source.services.get(namespace, name),
      external,
    });
    this.#listen();
    this.#holdFirstState();
  }

  /** Sets the machine's own addresses, for the name server records. */
  setLocalAddresses(addresses: readonly string[]): void {
    this.#nameServers.setLocalAddresses(addresses);
  }

  /** All names of a cluster zone, for zone transfers. */
  zoneRecords(wanted: WantedZone): ResourceRecord[] {
    const { usesPodNames } = this.#options;
    const isExposed = (namespace: string): boolean => this.#isExposed(namespace);
    return zoneRecords(this.#source, wanted, { usesPodNames, isExposed });
  }

  /** All external names below a zone, for zone transfers. */
  externalZoneRecords(wanted: WantedExternalZone): ResourceRecord[] {
    const { usesPodNames, external } = this.#options;
    const hasHeadless = external?.hasHeadless === true;
    return externalZoneRecords(this.#source, wanted, { usesPodNames, hasHeadless });
  }

  /**
   * Writes the names of services as far as they are known, and every change from now on: the first state takes too long, or never has
   * all kinds. Not while queries wait for the rest: half of the endpoints of a service would be an answer.
   */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#services.release();
    this.#imports.release();
    for (const service of this.#source.services.values()) {
      this.#reverse.changeService(undefined, service);
    }
  }

  /** Nobody is answered with the reverse names of a first state before it is complete: they come after what somebody waits for. */
  #holdFirstState(): void {
    if (this.#source.isSynced) return;
    this.#isHeld = true;
    this.#services.hold();
    this.#imports.hold();
    this.#source.onServices(() => this.#services.releaseServices());
    this.#source.onSynced(() => this.release());
  }

  /** One listener a store. The stores hold the new state when a listener runs. */
  #listen(): void {
    const { services, namespaces, endpointSlices, pods } = this.#source;
    services.onChange((change) => this.#changeService(change));
    namespaces.onChange(({ before, after }) => this.#changeNamespace((after ?? before)?.name));
    endpointSlices?.onChange((change) => this.#changeSlice(change));
    pods?.onChange((change) => {
      this.#serials.changePod(change);
      this.#pods.change(change.before, change.after);
    });
    this.#source.serviceImports?.onChange((change) => this.#changeImport(change));
    this.#source.multiclusterSlices?.onChange((change) => this.#changeImportSlice(change));
  }

  /** A namespace is exposed when it is wanted and its object is there (namespaceExposed of CoreDNS). */
  #isExposed(namespace: string): boolean {
    const { namespaces } = this.#options;
    const isWanted = namespaces.length === 0 || namespaces.includes(namespace);
    return isWanted && this.#source.namespaces.get('', namespace) !== undefined;
  }

  #changeService(change: Change<ServiceObject>): void {
    const { before, after } = change;
    const service = after ?? before;
    if (service === undefined) return;
    this.#serials.changeService(change);
    const shape = after === undefined ? undefined : serviceShape(after);
    this.#services.setService(service.namespace, service.name, shape);
    if (!this.#isHeld) this.#reverse.changeService(before, after);
    this.#external?.changeService(before, after);
    this.#nameServers.changeService(service);
  }

  /** Names come first: clients wait for them. The latency is taken last: the metric means the moment from which the change is served. */
  #changeSlice(change: Change<EndpointSliceObject>): void {
    const { before, after } = change;
    moveSlice(this.#services, change, ({ service }) => service);
    this.#reverse.changeSlice(before, after);
    this.#serials.changeSlice(change, this.#options.isZonal);
    this.#external?.changeSlice(before, after);
    this.#nameServers.changeSlice(before, after);
    if (after !== undefined) this.#observe(after);
  }

  /** Imports have names in multicluster zones only, and no reverse records. */
  #changeImport(change: Change<ServiceImportObject>): void {
    const { before, after } = change;
    const service = after ?? before;
    if (service === undefined) return;
    this.#serials.changeImport(change);
    const shape = after === undefined ? undefined : importShape(after);
    this.#imports.setService(service.namespace, service.name, shape);
  }

  #changeImportSlice(change: Change<EndpointSliceObject>): void {
    this.#serials.changeMulticlusterSlice(change);
    moveSlice(this.#imports, change, ({ importName }) => importName);
    if (change.after !== undefined) this.#observe(change.after);
  }

  #observe(slice: EndpointSliceObject): void {
    observeLatency(slice, this.#source.services, this.#context);
  }

  /** Exposure is decided as records are written, so a namespace's coming and going rewrites what is in it. */
  #changeNamespace(namespace: string | undefined): void {
    if (namespace === undefined) return;
    const isExposed = this.#isExposed(namespace);
    for (const root of ['svc', 'pod']) {
      const key = isLowerLabelText(namespace) ? wireLabels([namespace, root]) : undefined;
      if (key === undefined) continue;
      if (isExposed) this.#records.put(key, BARE_NODE);
      else this.#records.delete(key);
    }
    this.#services.refreshNamespace(namespace);
    this.#imports.refreshNamespace(namespace);
    if (this.#source.pods !== undefined) {
      this.#pods.refreshNamespace(namespace, this.#source.pods.values());
    }
    // Without the option `namespaces`, reverse records do not look at Namespace objects.
    if (this.#options.namespaces.length > 0) this.#refreshReverse(namespace);
    this.#external?.refreshNamespace(namespace);
  }

  #refreshReverse(namespace: string): void {
    for (const service of this.#source.services.values()) {
      if (service.namespace === namespace) this.#reverse.refresh(service.clusterIPs);
    }
    for (const slice of this.#source.endpointSlices?.values() ?? []) {
      if (slice.namespace === namespace) this.#reverse.refreshSlice(slice);
    }
  }
}

/** Carries a change of a slice into a tree; a slice may also move to another service, or belong to none (''). */
function moveSlice(
  tree: ServiceTree,
  { before, after }: Change<EndpointSliceObject>,
  serviceOf: (slice: EndpointSliceObject) => string,
): void {
  const from = before === undefined ? '' : serviceOf(before);
  const to = after === undefined ? '' : serviceOf(after);
  if (before !== undefined && from !== '' && from !== to) tree.deleteSlice(from, before);
  if (after !== undefined && to !== '') tree.putSlice(to, after);
}

/** ExternalName comes first: such a service may still carry addresses of its former type. */
function serviceShape(service: ServiceObject): ServiceShape {
  const { type, clusterIPs, externalName, ports } = service;
  if (type === 'ExternalName') return { kind: 'externalName', addresses: [], externalName, ports };
  const kind = clusterIPs[0] === 'None' ? 'headless' : 'clusterIP';
  return { kind, addresses: clusterIPs, externalName: '', ports };
}

/** An import has no ExternalName form; its `ips` are cluster set addresses. */
function importShape({ type, ips, ports }: ServiceImportObject): ServiceShape {
  const kind = type === 'Headless' ? 'headless' : 'clusterIP';
  return { kind, addresses: ips, externalName: '', ports };
}
