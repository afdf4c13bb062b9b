// One loaded Corefile on the control thread: sets up every plugin of every block, in CoreDNS's order, and keeps
// what they left: hooks, settings and the options of their handlers. Opens nothing: hooks do that later.

import type { Clock } from '../base/clock.ts';
import { Dispenser } from '../corefile/dispenser.ts';
import { CorefileError, pluginError } from '../corefile/error.ts';
import { checkOverlaps } from '../corefile/overlap.ts';
import type { Logger } from '../log/logger.ts';
import type { MetricsRegistry } from '../metrics/registry.ts';
import type { MetricsWriter } from '../metrics/writer.ts';
import {
  type BlockSettings,
  type BlockSetup,
  type Configuration,
  type ControlRegistry,
  Hooks,
  type Instance,
} from '../plugin/control.ts';
import { type ParsedBlock, unsupportedScheme } from './corefile-loader.ts';
import { listenerSpecs } from './listener-specs.ts';
import type { QuestionDesk } from './question-desk.ts';
import type { HandlerSpec, ServingConfig } from './serving-config.ts';

/** What a process lends to its instances. */
export interface InstanceServices {
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: MetricsRegistry;
  readonly controlMetrics: MetricsWriter;
  /** Words that CoreDNS knows and that are missing here are not supported yet. */
  readonly registry: ControlRegistry;
  /** All directives in CoreDNS's plugin order. */
  readonly directives: readonly string[];
  readonly corefilePath: string;
  readonly configuration: Configuration;
  /** Product name with version. */
  readonly product: string;
  publish(generation: number, channel: string, data: unknown): void;
  /** Whether every serving thread has lately answered the control thread. */
  threadsAnswer(): boolean;
  /** Where serving threads' questions are answered. */
  readonly desk: QuestionDesk;
}

/** An instance with its serving side as plain data. */
export interface LoadedInstance {
  readonly instance: Instance;
  readonly config: ServingConfig;
  /** Serving threads wanted (plugin multisocket). */
  readonly threads: number;
}

interface BlockState {
  readonly source: ParsedBlock;
  readonly setup: BlockSetup;
  readonly handlers: HandlerSpec[];
}

/** What holds for a block before its plugins are set up. */
export function defaultSettings(): BlockSettings {
  return {
    bindAddresses: [''],
    isDebug: false,
    hasStacktrace: false,
    sockets: 1,
    root: '',
    readTimeoutMs: undefined,
    writeTimeoutMs: undefined,
    idleTimeoutMs: undefined,
    maxTcpQueries: undefined,
    acceptsOtherClasses: false,
    view: '',
  };
}

/** Sets up all plugins. Throws CorefileError; nothing is running then. */
export async function loadInstance(
  blocks: readonly ParsedBlock[],
  generation: number,
  services: InstanceServices,
): Promise<LoadedInstance> {
  const loading = new Loading(blocks, generation, services);
  for (const directive of services.directives) {
    for (const block of loading.blocks) await loading.setUp(directive, block);
  }
  return loading.finish();
}

/** Every problem of a Corefile that parsed, for `nodens check`: one text a directive of a block. */
export async function listProblems(
  blocks: readonly ParsedBlock[],
  services: InstanceServices,
): Promise<string[]> {
  const loading = new Loading(blocks, CHECK_GENERATION, services);
  const problems: string[] = [];
  const note = (error: unknown): void => {
    problems.push(error instanceof Error ? error.message : String(error));
  };
  for (const directive of services.directives) {
    for (const block of loading.blocks) await loading.setUp(directive, block).catch(note);
  }
  if (problems.length === 0) {
    try {
      loading.finish();
    } catch (error) {
      note(error);
    }
  }
  return problems;
}

/** The generation of a Corefile that is only looked at. */
const CHECK_GENERATION = 0;

class Loading {
  readonly blocks: readonly BlockState[];
  readonly #services: InstanceServices;
  readonly #generation: number;
  readonly #channels = new Map<string, unknown>();
  readonly #instance: Instance;
  #channelCount = 0;

  constructor(sources: readonly ParsedBlock[], generation: number, services: InstanceServices) {
    this.#services = services;
    this.#generation = generation;
    this.#instance = this.#makeInstance();
    this.blocks = sources.map((source) => this.#makeBlock(source));
  }

  async setUp(directive: string, block: BlockState): Promise<void> {
    const source = block.source.directives.get(directive);
    if (source === undefined) return;
    const plugin = await this.#services.registry.get(directive);
    if (plugin === undefined) throw new CorefileError(`plugin/${directive}: not supported yet`);
    const dispenser = new Dispenser(this.#services.corefilePath, source.tokens);
    try {
      for (const options of await plugin.setup(dispenser, block.setup)) {
        block.handlers.push({ plugin: directive, options });
      }
    } catch (error) {
      throw pluginError(directive, error);
    }
  }

  /** Checks addresses and makes the serving configuration. */
  finish(): LoadedInstance {
    const sources = this.blocks.map((block) => block.source);
    const unsupported = unsupportedScheme(sources);
    if (unsupported !== undefined) throw unsupported;
    const listeners = listenerSpecs(this.blocks.map(({ setup }) => setup));
    checkOverlaps(
      this.blocks.flatMap(({ setup }) =>
        setup.keys.map((key) => ({
          key,
          addresses: setup.settings.bindAddresses,
          hasView: setup.has('view'),
        })),
      ),
    );
    const threads = Math.max(1, ...this.blocks.map(({ setup }) => setup.settings.sockets));
    return { instance: this.#instance, config: this.#config(listeners), threads };
  }

  #config(listeners: ServingConfig['listeners']): ServingConfig {
    return {
      generation: this.#generation,
      channels: this.#channels,
      countsDropped: this.blocks.some(({ setup }) => setup.has('prometheus')),
      listeners,
      blocks: this.blocks.map(({ setup, handlers }) => ({
        zones: setup.zones,
        handlers,
        isDebug: setup.settings.isDebug,
        hasStacktrace: setup.settings.hasStacktrace,
        acceptsOtherClasses: setup.settings.acceptsOtherClasses,
      })),
    };
  }

  #makeInstance(): Instance {
    const { log, clock, metrics, controlMetrics, corefilePath, configuration, product } =
      this.#services;
    const { publish, desk, threadsAnswer } = this.#services;
    const hooks = new Hooks();
    return {
      log,
      clock,
      metrics,
      controlMetrics,
      corefilePath,
      configuration,
      product,
      hooks,
      readiness: new Map(),
      shared: new Map(),
      isFirst: this.#generation === 1,
      isCheck: this.#generation === CHECK_GENERATION,
      publish: (channel, data) => {
        this.#channels.set(channel, data);
        publish(this.#generation, channel, data);
      },
      threadsAnswer,
      newChannel: (plugin) => {
        this.#channelCount += 1;
        return `${plugin}/${this.#channelCount}`;
      },
      answer: (channel, respond) => {
        desk.open(this.#generation, channel, respond);
        hooks.shutdown.push(() => desk.close(this.#generation, channel));
      },
    };
  }

  #makeBlock(source: ParsedBlock): BlockState {
    const handlers: HandlerSpec[] = [];
    const setup: BlockSetup = {
      keys: source.keys,
      zones: source.keys.map((key) => key.zone),
      settings: defaultSettings(),
      instance: this.#instance,
      shared: new Map(),
      has: (plugin) => source.directives.has(plugin),
      handlers: () => handlers.map((handler) => handler.plugin),
    };
    return { source, setup, handlers };
  }
}
