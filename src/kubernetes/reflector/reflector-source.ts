// The ObjectSource that an API server feeds: a reflector a kind, sharing one client. Which kinds are watched follows from
// the options, and nothing else is ever requested.

import type { Clock, Timer } from '../../base/clock.ts';
import { Milestone } from '../../base/milestone.ts';
import type { Logger } from '../../log/logger.ts';
import { ApiClient, type RequestReport } from '../api/client.ts';
import type { Connection } from '../api/connection.ts';
import type { RequestLimits } from '../api/limits.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import type { NamespaceObject } from '../objects/namespace.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import type { PodObject } from '../objects/pod.ts';
import type { ServiceObject } from '../objects/service.ts';
import type { ServiceImportObject } from '../objects/service-import.ts';
import { Store } from '../objects/store.ts';
import type { ObjectSource } from '../source.ts';
import { Reflector, type ReflectorContext } from './reflector.ts';
import {
  endpointSlicesResource,
  multiclusterSlicesResource,
  namespacesResource,
  podsResource,
  type Resource,
  serviceImportsResource,
  servicesResource,
} from './resource.ts';

/** Which objects are wanted. */
export interface ReflectorSourceOptions {
  /** Made by openConnection. */
  readonly connection: Connection;
  /** The `labels` selector text, '' for all; for Services, EndpointSlices and Pods. */
  readonly labels: string;
  /** The `namespace_labels` selector text, '' for all; for Namespaces and ServiceImports. */
  readonly namespaceLabels: string;
  /** False with `noendpoints`. */
  readonly hasEndpoints: boolean;
  /** True with `pods verified`. */
  readonly hasPods: boolean;
  /** True with multicluster zones. */
  readonly isMulticluster: boolean;
  readonly limits: RequestLimits;
  /** `User-Agent` of all requests, for example `Nodens/0.1.0 (linux/x64)`. */
  readonly userAgent: string;
}

/** What the source needs from outside. */
export interface ReflectorSourceContext {
  readonly clock: Clock;
  /** Adds `plugin/kubernetes: ` to its lines. */
  readonly log: Logger;
  /** Called for each finished request. */
  readonly onRequest?: ((report: RequestReport) => void) | undefined;
  /** Uniform in [0, 1); Math.random when absent. */
  readonly random?: (() => number) | undefined;
}

/** Services and namespaces come before the other kinds, whose objects are many more, but not for longer. */
const LONGEST_HEAD_START_MS = 1000;
/** With fewer, the other kinds are no burden, and need not wait for anything else. */
const MANY_SERVICES = 100;

/** Makes a source; requests begin with its `start`. */
export function createReflectorSource(
  options: ReflectorSourceOptions,
  context: ReflectorSourceContext,
): ObjectSource {
  return new ReflectorSource(options, context);
}

class ReflectorSource implements ObjectSource {
  readonly services: Store<ServiceObject>;
  readonly namespaces: Store<NamespaceObject>;
  readonly endpointSlices?: Store<EndpointSliceObject>;
  readonly pods?: Store<PodObject>;
  readonly serviceImports?: Store<ServiceImportObject>;
  readonly multiclusterSlices?: Store<EndpointSliceObject>;
  readonly #client: ApiClient;
  readonly #context: ReflectorContext;
  readonly #all = new FirstStates();
  readonly #early = new FirstStates();
  #restTimer: Timer | undefined;

  constructor(options: ReflectorSourceOptions, context: ReflectorSourceContext) {
    const { clock, log, onRequest, random = Math.random } = context;
    const { limits, userAgent, labels, namespaceLabels } = options;
    this.#client = new ApiClient(options.connection, { clock, limits, userAgent, onRequest });
    this.#context = { client: this.#client, clock, log, random };
    this.services = this.#reflect(servicesResource(labels), this.#early);
    this.namespaces = this.#reflect(namespacesResource(namespaceLabels), this.#early);
    if (options.hasEndpoints) this.endpointSlices = this.#reflect(endpointSlicesResource(labels));
    if (options.hasPods) this.pods = this.#reflect(podsResource(labels));
    if (options.isMulticluster) {
      this.serviceImports = this.#reflect(serviceImportsResource(namespaceLabels));
      this.multiclusterSlices = this.#reflect(multiclusterSlicesResource(labels));
    }
  }

  get isSynced(): boolean {
    return this.#all.complete.isReached;
  }

  start(beforeRest: Milestone = this.#early.complete): void {
    for (const reflector of this.#early.reflectors) void reflector.run();
    const { clock } = this.#context;
    this.#restTimer = clock.setTimeout(() => this.#startRest(), LONGEST_HEAD_START_MS);
    // Behind all others who wait for it: what they do leads to the first answer.
    const goOn = (): void => void setImmediate(() => this.#startRest());
    beforeRest.onReached(goOn);
    this.onServices(() => {
      if (this.services.size < MANY_SERVICES) goOn();
    });
  }

  /** Asks for the other kinds, once; never after `stop`. */
  #startRest(): void {
    if (!this.#endHeadStart()) return;
    for (const reflector of this.#all.reflectors) {
      if (!this.#early.reflectors.includes(reflector)) void reflector.run();
    }
  }

  /** Whether the head start was under way. */
  #endHeadStart(): boolean {
    if (this.#restTimer === undefined) return false;
    this.#context.clock.clearTimeout(this.#restTimer);
    this.#restTimer = undefined;
    return true;
  }

  stop(): void {
    this.#endHeadStart();
    for (const reflector of this.#all.reflectors) reflector.stop();
    this.#client.close();
  }

  onServices(run: () => void): void {
    this.#early.complete.onReached(run);
  }

  onSynced(run: () => void): void {
    this.#all.complete.onReached(run);
  }

  /** `others` are the first states that this one belongs to besides all. */
  #reflect<T extends ObjectKey>(resource: Resource<T>, ...others: FirstStates[]): Store<T> {
    const store = new Store<T>();
    const states = [...others, this.#all];
    const reflector = new Reflector(resource, store, this.#context, () => {
      for (const each of states) each.announce();
    });
    for (const each of states) each.reflectors.push(reflector);
    return store;
  }
}

/** The first states of some kinds. */
class FirstStates {
  readonly reflectors: Pick<Reflector<ObjectKey>, 'run' | 'stop' | 'isSynced'>[] = [];
  /** Reached when all of them are complete. */
  readonly complete: Milestone = new Milestone();

  /** One of them has become complete. */
  announce(): void {
    if (this.reflectors.every((reflector) => reflector.isSynced)) this.complete.reach();
  }
}
