// A recorded scenario of the kubernetes plugin without sockets: its Corefile is parsed, its objects go through the trim functions into
// stores, the control half builds the table, and the handler is asked. What stands behind it in the chain is the stub
// upstream, or nothing.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Milestone } from '../../src/base/milestone.ts';
import type { Dispenser } from '../../src/corefile/dispenser.ts';
import { Rcode } from '../../src/dns/codes/rcode.ts';
import { rrTypeName } from '../../src/dns/codes/rr-type.ts';
import { formatName, lowerName, type Name, ROOT } from '../../src/dns/name.ts';
import { cnameTarget } from '../../src/dns/rdata/cname.ts';
import type { ResourceRecord } from '../../src/dns/record.ts';
import type { EndpointSliceObject } from '../../src/kubernetes/objects/endpoint-slice.ts';
import {
  IMPORT_NAME_LABEL,
  trimEndpointSlice,
} from '../../src/kubernetes/objects/endpoint-slice.ts';
import { type NamespaceObject, trimNamespace } from '../../src/kubernetes/objects/namespace.ts';
import type { ObjectKey } from '../../src/kubernetes/objects/object-key.ts';
import { packSlice } from '../../src/kubernetes/objects/packed-slice.ts';
import { type PodObject, trimPod } from '../../src/kubernetes/objects/pod.ts';
import { type ServiceObject, trimService } from '../../src/kubernetes/objects/service.ts';
import {
  type ServiceImportObject,
  trimServiceImport,
} from '../../src/kubernetes/objects/service-import.ts';
import { Store } from '../../src/kubernetes/objects/store.ts';
import type { ObjectSource } from '../../src/kubernetes/source.ts';
import type { BlockSetup, ControlPlugin, Hooks } from '../../src/plugin/control.ts';
import { Exchange } from '../../src/plugin/exchange.ts';
import { after, type Handler, type Later } from '../../src/plugin/handler.ts';
import { EndOfChain } from '../../src/plugin/next.ts';
import type { Reply } from '../../src/plugin/reply.ts';
import type { ServingContext } from '../../src/plugin/serving.ts';
import { matchZone, zoneNames } from '../../src/plugin/zones.ts';
import type { KubernetesBlock } from '../../src/plugins/kubernetes/block.ts';
import { startBlock } from '../../src/plugins/kubernetes/control.ts';
import { KubernetesHandler } from '../../src/plugins/kubernetes/kubernetes.ts';
import { localAddresses } from '../../src/plugins/kubernetes/local-addresses.ts';
import type { KubernetesServingOptions } from '../../src/plugins/kubernetes/options.ts';
import { readDirective } from '../../src/plugins/kubernetes/setup.ts';
import { exchangeFor, MemoryLogger } from './chain-doubles.ts';
import { ControlBench } from './control-bench.ts';
import { FakeClock } from './fake-clock.ts';
import { ZoneUpstream } from './zone-upstream.ts';

/** An object as the API shows it. */
export interface RawObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly status?: { readonly phase?: string };
}

/** Longer than any wait for a first state. */
const STARTUP_TIMEOUT_MS = 60_000;

/** A source whose stores a test fills by hand, with the selectors of a block. */
export class ObjectsSource implements ObjectSource {
  readonly services: Store<ServiceObject> = new Store();
  readonly namespaces: Store<NamespaceObject> = new Store();
  readonly endpointSlices?: Store<EndpointSliceObject>;
  readonly pods?: Store<PodObject>;
  readonly serviceImports?: Store<ServiceImportObject>;
  readonly multiclusterSlices?: Store<EndpointSliceObject>;
  readonly #block: KubernetesBlock;
  readonly #known = new Milestone();
  readonly #synced = new Milestone();
  isStarted: boolean = false;
  /** What its start was told to wait for. */
  beforeRest: Milestone | undefined;
  isStopped: boolean = false;

  constructor(block: KubernetesBlock) {
    this.#block = block;
    if (block.hasEndpoints) this.endpointSlices = new Store();
    if (block.pods === 'verified') this.pods = new Store();
    if (block.multiclusterZones.length === 0) return;
    this.serviceImports = new Store();
    this.multiclusterSlices = new Store();
  }

  start(beforeRest?: Milestone): void {
    this.isStarted = true;
    this.beforeRest = beforeRest;
  }

  stop(): void {
    this.isStopped = true;
  }

  get isSynced(): boolean {
    return this.#synced.isReached;
  }

  onServices(run: () => void): void {
    this.#known.onReached(run);
  }

  onSynced(run: () => void): void {
    this.#synced.onReached(run);
  }

  /** Says that services and namespaces are complete. */
  syncServices(): void {
    this.#known.reach();
  }

  sync(): void {
    this.syncServices();
    this.#synced.reach();
  }

  /** Adds or replaces an object as a watch would. */
  put(raw: RawObject): void {
    this.#carry(raw, (store, object) => {
      if (object !== undefined) store.upsert(object);
    });
  }

  /** Deletes an object as a watch would: by its resource (`v1/services`) and key (`namespace/name`). */
  delete({ res, key }: { readonly res: string; readonly key: string }): void {
    const [namespace = '', name = ''] = key.split('/');
    for (const store of this.#stores(res)) store?.delete(namespace, name);
  }

  #stores(res: string): readonly (Store<never> | undefined)[] {
    const byResource: Readonly<Record<string, readonly unknown[]>> = {
      'v1/services': [this.services],
      'v1/namespaces': [this.namespaces],
      'v1/pods': [this.pods],
      'discovery.k8s.io/v1/endpointslices': [this.endpointSlices, this.multiclusterSlices],
      'multicluster.x-k8s.io/v1alpha1/serviceimports': [this.serviceImports],
    };
    return (byResource[res] ?? []) as readonly (Store<never> | undefined)[];
  }

  #carry(
    raw: RawObject,
    act: (store: Store<ObjectKey>, object: ObjectKey | undefined) => void,
  ): void {
    const labels = raw.metadata.labels ?? {};
    const { labels: wanted, namespaceLabels } = this.#block;
    const isByNamespace = raw.kind === 'Namespace' || raw.kind === 'ServiceImport';
    const selector = isByNamespace ? namespaceLabels : wanted;
    if (selector?.matches(labels) === false) return;
    const give = <T extends ObjectKey>(
      store: Store<T> | undefined,
      object: T | undefined,
    ): void => {
      if (store !== undefined) act(store as unknown as Store<ObjectKey>, object);
    };
    switch (raw.kind) {
      case 'Service':
        give(this.services, trimService(raw));
        return;
      case 'Namespace':
        give(this.namespaces, trimNamespace(raw));
        return;
      case 'EndpointSlice':
        give(this.endpointSlices, packedSlice(raw));
        if (IMPORT_NAME_LABEL in labels) give(this.multiclusterSlices, packedSlice(raw));
        return;
      case 'Pod':
        if (isRunning(raw)) give(this.pods, trimPod(raw));
        return;
      case 'ServiceImport':
        give(this.serviceImports, trimServiceImport(raw));
        return;
    }
  }
}

/** As stores of an API server keep it. */
function packedSlice(raw: RawObject): EndpointSliceObject | undefined {
  const slice = trimEndpointSlice(raw);
  return slice && packSlice(slice);
}

/** The field selector of the pod watch. */
function isRunning(pod: RawObject): boolean {
  return !['Succeeded', 'Failed', 'Unknown'].includes(pod.status?.phase ?? '');
}

/** A kubernetes block of a Corefile with what is around it. */
export class KubernetesScenario {
  readonly bench: ControlBench;
  readonly log: MemoryLogger = new MemoryLogger();
  readonly source: ObjectsSource;
  readonly handler: KubernetesHandler;
  readonly options: KubernetesServingOptions;
  /** Names that the handler asked the listener for. */
  readonly lookups: { readonly name: Name; readonly type: number }[] = [];
  readonly #zones: readonly Name[];

  private constructor(
    bench: ControlBench,
    source: ObjectsSource,
    options: KubernetesServingOptions,
    block: BlockSetup,
    next: Handler,
  ) {
    this.bench = bench;
    this.source = source;
    this.options = options;
    this.#zones = zoneNames(block.zones);
    this.handler = new KubernetesHandler(options, next, this.#context());
  }

  /** Sets up the first block that has kubernetes. `next` stands behind it; nothing when absent. */
  static async load(
    corefile: string,
    next?: Handler,
    bench: ControlBench = new ControlBench(),
  ): Promise<KubernetesScenario> {
    const made: ObjectsSource[] = [];
    const plugin: ControlPlugin = {
      name: 'kubernetes',
      isHandler: true,
      async setup(dispenser: Dispenser, block: BlockSetup) {
        const { options, zones, primaryZone } = readDirective(dispenser, block);
        const shared = await startBlock(options, block, async (read) => {
          const source = new ObjectsSource(read);
          made.push(source);
          return source;
        });
        return [{ ...options, zones, primaryZone, hostSearch: [], ...shared }];
      },
    };
    const [options] = (await bench.load(plugin, corefile)) as KubernetesServingOptions[];
    const bound = /^ +bind (.*)$/m.exec(corefile)?.[1]?.split(' ');
    for (const block of bench.blocks) if (bound !== undefined) block.settings.bindAddresses = bound;
    const [source] = made;
    if (options === undefined || source === undefined) throw new Error('no kubernetes block');
    const block = bench.blocks.find((each) => each.has('kubernetes'));
    if (block === undefined) throw new Error('no kubernetes block');
    return new KubernetesScenario(
      bench,
      source,
      options,
      block,
      next ?? new EndOfChain('kubernetes'),
    );
  }

  /** Loads a recorded scenario folder, objects and all; its source is synced unless it has no objects. */
  static async fromFolder(folder: string): Promise<KubernetesScenario> {
    const text = fill(readFileSync(join(folder, 'Corefile'), 'utf8'));
    const upstream = join(folder, 'upstream.zone');
    const next = existsSync(upstream)
      ? new StubUpstream(readFileSync(upstream, 'utf8'))
      : undefined;
    const clock = new FakeClock();
    const scenario = await KubernetesScenario.load(text, next, new ControlBench(clock));
    const waiting = scenario.bench.run('startup');
    const objects = join(folder, 'objects.json');
    if (existsSync(objects)) {
      const list = JSON.parse(fill(readFileSync(objects, 'utf8'))) as { items: RawObject[] };
      for (const object of list.items) scenario.source.put(object);
      scenario.source.sync();
    } else clock.advance(STARTUP_TIMEOUT_MS);
    await waiting;
    return scenario;
  }

  /** Asks the block as the router would: what is in no zone of it is refused. */
  async ask(exchange: Exchange): Promise<void> {
    const { reply } = exchange;
    if (matchZone(this.#zones, exchange.name) === undefined || exchange.class !== 1) {
      reply.write(Rcode.REFUSED);
      return;
    }
    const outcome = await this.handler.serve(exchange);
    if (!reply.isWritten) reply.write(outcome);
  }

  async run(moment: keyof Hooks): Promise<void> {
    await this.bench.run(moment);
  }

  #context(): ServingContext {
    return {
      zones: this.#zones,
      log: this.log,
      metrics: this.bench.writer,
      clock: this.bench.instance.clock,
      readerIndex: 0,
      isDebug: false,
      lookup: (exchange, name, type) => this.#lookup(exchange, name, type),
      subscribe: (channel, take) =>
        this.bench.subscribers.push((name, data) => {
          if (name === channel) take(data);
        }),
      onClose: () => {},
      ask: async () => undefined,
      handler: () => undefined,
      handlers: () => [],
    } as ServingContext;
  }

  #lookup(exchange: Exchange, name: Name, type: number): Later<Reply | undefined> {
    this.lookups.push({ name, type });
    const inner = new Exchange(
      {
        id: exchange.id,
        opcode: exchange.opcode,
        isRecursionDesired: exchange.isRecursionDesired,
        isAuthenticData: false,
        isCheckingDisabled: exchange.isCheckingDisabled,
        askedName: name,
        type,
        class: 1,
        edns: exchange.edns,
        authority: [],
        length: exchange.length,
      },
      lowerName(name),
      exchange.client,
      exchange.depth + 1,
    );
    if (matchZone(this.#zones, inner.name) === undefined) {
      inner.reply.write(Rcode.REFUSED);
      return inner.reply;
    }
    return after(this.handler.serve(inner), (outcome) => {
      if (!inner.reply.isWritten) inner.reply.write(outcome);
      return inner.reply;
    });
  }
}

/** The stub upstream of the recorded answers: several zones, CNAMEs followed among all of them once each. */
export class StubUpstream implements Handler {
  readonly name = 'forward';
  readonly #zones: ZoneUpstream;

  constructor(text: string) {
    this.#zones = new ZoneUpstream(text);
  }

  serve(exchange: Exchange): number {
    const outcome = this.#zones.serve(exchange);
    const { reply } = exchange;
    if (!reply.isWritten) return outcome;
    const seen = new Map(
      reply.answer.map((each) => [`${formatName(each.name)} ${each.type}`, each]),
    );
    const ownSets = reply.answer.filter((each, at) => each.type !== 5 || isFirst(reply.answer, at));
    reply.answer = [...ownSets];
    const last = reply.answer.at(-1);
    if (last?.type !== 5 || exchange.type === 5) return outcome;
    const target = cnameTarget(last.rdata);
    if (seen.has(`${formatName(target)} 5`)) return outcome;
    const inner = exchangeFor({ name: formatName(target), type: rrTypeName(exchange.type) });
    this.serve(inner);
    reply.answer.push(...inner.reply.answer);
    return outcome;
  }
}

function isFirst(records: readonly ResourceRecord[], at: number): boolean {
  const owner = formatName(records[at]?.name ?? ROOT);
  return records.findIndex((each) => formatName(each.name) === owner) === at;
}

/** Replaces the placeholders of a recorded scenario. */
export function fill(text: string): string {
  const own = localAddresses(['']);
  return text
    .replaceAll('{API}', 'http://127.0.0.1:1')
    .replaceAll('{PORT}', '1053')
    .replaceAll('{UPSTREAM}', '127.0.0.1:1')
    .replaceAll('{DEADUP}', '127.0.0.1:1')
    .replaceAll('{LOCAL4}', own.find((address) => !address.includes(':')) ?? '192.0.2.1')
    .replaceAll('{LOCAL6}', own.find((address) => address.includes(':')) ?? '2001:db8::1');
}
