// Sets up the control half of a plugin from Corefile text, without a server: parses the text, hands the plugin its tokens,
// and keeps the instance around, whose hooks a test runs in the order of its choice.

import { type Clock, systemClock } from '../../src/base/clock.ts';
import { Dispenser } from '../../src/corefile/dispenser.ts';
import { parseCorefile } from '../../src/corefile/parser.ts';
import { parseServerKeys } from '../../src/corefile/server-key.ts';
import { MetricsRegistry } from '../../src/metrics/registry.ts';
import { createMetricSlots, MetricsWriter } from '../../src/metrics/writer.ts';
import {
  type BlockSetup,
  type ControlPlugin,
  Hooks,
  type Instance,
} from '../../src/plugin/control.ts';
import { defaultSettings } from '../../src/server/instance.ts';
import { MemoryLogger } from './chain-doubles.ts';
import { MemoryReader } from './memory-reader.ts';

/** One loaded Corefile with the plugins under test. */
export class ControlBench {
  readonly log: MemoryLogger = new MemoryLogger();
  readonly registry: MetricsRegistry = new MetricsRegistry();
  readonly writer: MetricsWriter;
  readonly instance: Instance;
  readonly blocks: BlockSetup[] = [];
  /** The last value of each channel. */
  readonly published: Map<string, unknown> = new Map();
  /** Who is told of each new one. */
  readonly subscribers: ((channel: string, data: unknown) => void)[] = [];
  /** What the plugins are told about the serving threads. */
  hasSilentThread = false;

  constructor(clock: Clock = systemClock) {
    const slots = createMetricSlots(4096);
    const source = this.registry.attachWriter(slots);
    this.writer = new MetricsWriter(slots, (series) => source.announce(series));
    this.instance = {
      log: this.log,
      clock,
      hooks: new Hooks(),
      metrics: this.registry,
      controlMetrics: this.writer,
      corefilePath: '',
      product: 'Nodens-0.0.0',
      configuration: { loadedHash: () => '', currentHash: () => '', reload: async () => true },
      readiness: new Map(),
      shared: new Map(),
      isFirst: true,
      isCheck: false,
      publish: (channel, data) => {
        this.published.set(channel, data);
        for (const take of this.subscribers) take(channel, data);
      },
      threadsAnswer: () => !this.hasSilentThread,
      newChannel: (plugin) => plugin,
      answer: () => {},
    };
  }

  /**
   * Runs the setup of one plugin for each block of the text and returns the options of its handlers. Words of other
   * plugins only count as handlers.
   */
  async load(plugin: ControlPlugin, corefile: string): Promise<unknown[]> {
    const options = { env: {}, reader: new MemoryReader(), warn: () => {} };
    const all: unknown[] = [];
    for (const source of parseCorefile(corefile, 'Corefile', options)) {
      const words = source.segments.map(({ name }) => name);
      const block = this.#block(parseServerKeys(source.keys, '53'), words);
      this.blocks.push(block);
      for (const { name, tokens } of source.segments) {
        if (name !== plugin.name) continue;
        all.push(...(await plugin.setup(new Dispenser('Corefile', tokens), block)));
      }
    }
    return all;
  }

  #block(keys: BlockSetup['keys'], words: readonly string[]): BlockSetup {
    return {
      keys,
      zones: keys.map(({ zone }) => zone),
      settings: defaultSettings(),
      instance: this.instance,
      shared: new Map(),
      has: (word) => words.includes(word),
      handlers: () => words,
    };
  }

  /** Runs the hooks of a moment in order. */
  async run(moment: keyof Hooks): Promise<void> {
    for (const hook of this.instance.hooks[moment]) await hook();
  }

  /** The error text of a setup that fails, undefined when it does not. */
  async errorOf(plugin: ControlPlugin, corefile: string): Promise<string | undefined> {
    try {
      await this.load(plugin, corefile);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
