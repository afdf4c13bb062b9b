// The object source of manifests mode: fills the same stores as a reflector does, from files instead of an API server, and
// keeps them up to date. A bad edit is logged and changes nothing.

import type { Clock } from '../../base/clock.ts';
import { Milestone } from '../../base/milestone.ts';
import type { Logger } from '../../log/logger.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import type { NamespaceObject } from '../objects/namespace.ts';
import type { PodObject } from '../objects/pod.ts';
import type { ServiceObject } from '../objects/service.ts';
import { Store } from '../objects/store.ts';
import type { ObjectSource } from '../source.ts';
import type { EmbeddedCluster } from './cluster.ts';
import type { ReadStandardInput } from './manifest-files.ts';
import { type EmbeddedOptions, loadCluster } from './manifest-loader.ts';
import { ManifestWatcher, type WatchFolder } from './manifest-watcher.ts';

/** What the source needs from its surroundings. */
export interface EmbeddedSurroundings {
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether changes of the files are followed; true. Tools that look once say false. */
  readonly followsChanges?: boolean;
  /** For tests; fs.watch by default. */
  readonly watchFolder?: WatchFolder;
  /** For tests; the process's standard input by default. */
  readonly readStandardInput?: ReadStandardInput;
}

/** An embedded cluster. It is synced as soon as it has started. */
export class EmbeddedSource implements ObjectSource {
  readonly services: Store<ServiceObject> = new Store<ServiceObject>();
  readonly namespaces: Store<NamespaceObject> = new Store<NamespaceObject>();
  readonly endpointSlices?: Store<EndpointSliceObject>;
  readonly pods?: Store<PodObject>;
  readonly #options: EmbeddedOptions;
  readonly #surroundings: EmbeddedSurroundings;
  readonly #watcher: ManifestWatcher;
  readonly #synced = new Milestone();
  #cluster: EmbeddedCluster;
  #passedOverLine = '';

  /** Loads the manifests for the first time; throws RuntimeFault MANIFEST_INVALID. */
  constructor(options: EmbeddedOptions, surroundings: EmbeddedSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
    if (options.watchesEndpoints ?? true) this.endpointSlices = new Store<EndpointSliceObject>();
    if (options.watchesPods ?? true) this.pods = new Store<PodObject>();
    // Before the first load, so that a change in between is not missed.
    this.#watcher = new ManifestWatcher(
      options.paths,
      surroundings.clock,
      () => this.#reload(),
      surroundings.watchFolder,
    );
    this.#cluster = loadCluster(options, surroundings.readStandardInput);
  }

  get isSynced(): boolean {
    return this.#synced.isReached;
  }

  onSynced(run: () => void): void {
    this.#synced.onReached(run);
  }

  /** All kinds come together. */
  onServices(run: () => void): void {
    this.onSynced(run);
  }

  /** Fills the stores, and follows the files from now on. */
  start(): void {
    this.#deliver();
    this.#synced.reach();
    if (this.#surroundings.followsChanges ?? true) this.#watcher.start();
  }

  stop(): void {
    this.#watcher.stop();
  }

  /** Swaps the whole state or nothing. */
  #reload(): void {
    const { log, readStandardInput } = this.#surroundings;
    try {
      this.#cluster = loadCluster(this.#options, readStandardInput);
    } catch (error) {
      log.error(`manifests: ${messageOf(error)}; the last good state goes on being served`);
      return;
    }
    this.#deliver();
    log.info(`manifests: reloaded, ${this.services.size} services`);
  }

  /** Namespaces before Services before their slices, so that no name is seen half made. */
  #deliver(): void {
    const { namespaces, services, endpointSlices, pods } = this.#cluster;
    this.namespaces.replace(namespaces);
    this.services.replace(services);
    this.endpointSlices?.replace(endpointSlices);
    this.pods?.replace(pods);
    this.#logPassedOver();
  }

  #logPassedOver(): void {
    const line = passedOverText(this.#cluster.passedOver);
    if (line !== '' && line !== this.#passedOverLine) this.#surroundings.log.info(line);
    this.#passedOverLine = line;
  }
}

/** Makes the source of one kubernetes block. Throws RuntimeFault MANIFEST_INVALID when the manifests cannot be used. */
export function createEmbeddedSource(
  options: EmbeddedOptions,
  surroundings: EmbeddedSurroundings,
): ObjectSource {
  return new EmbeddedSource(options, surroundings);
}

/** `manifests: passed over 3 objects of other kinds: ConfigMap 2, Ingress 1`; '' when there are none. */
export function passedOverText(passedOver: ReadonlyMap<string, number>): string {
  const kinds = [...passedOver].sort(([a], [b]) => (a < b ? -1 : 1));
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return '';
  const noun = total === 1 ? 'object' : 'objects';
  return `manifests: passed over ${total} ${noun} of other kinds: ${kinds.map(([kind, count]) => `${kind} ${count}`).join(', ')}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
