// Loading and running instances without threads: control plugins made of one function, the services of a process, and
// a stand-in for the serving threads that notes what it is told.

import { type Clock, systemClock } from '../../src/base/clock.ts';
import { MetricsRegistry } from '../../src/metrics/registry.ts';
import { createMetricSlots, MetricsWriter } from '../../src/metrics/writer.ts';
import type { Configuration, ControlPlugin } from '../../src/plugin/control.ts';
import type { LoaderContext } from '../../src/server/corefile-loader.ts';
import type { InstanceServices } from '../../src/server/instance.ts';
import { QuestionDesk } from '../../src/server/question-desk.ts';
import type { ServingConfig } from '../../src/server/serving-config.ts';
import type { ServingThreads } from '../../src/server/serving-threads.ts';
import { MemoryLogger } from './chain-doubles.ts';
import { MemoryReader } from './memory-reader.ts';

/** A control half of one function; by default it has one handler without options. */
export function controlPlugin(
  name: string,
  setup: ControlPlugin['setup'] = () => [undefined],
): ControlPlugin {
  return { name, isHandler: true, setup };
}

/** Services that remember log lines and publications; plugins are known in the given order. */
export class InstanceBench implements InstanceServices {
  readonly log: MemoryLogger = new MemoryLogger();
  readonly clock: Clock = systemClock;
  readonly metrics: MetricsRegistry = new MetricsRegistry();
  readonly controlMetrics: MetricsWriter = new MetricsWriter(
    createMetricSlots(4096),
    () => undefined,
  );
  readonly registry: ReadonlyMap<string, ControlPlugin>;
  readonly directives: readonly string[];
  readonly product: string = 'Nodens-0.0.0';
  readonly corefilePath: string = 'Corefile';
  readonly configuration: Configuration = {
    loadedHash: () => '',
    currentHash: () => '',
    reload: () => Promise.resolve(false),
  };
  readonly desk: QuestionDesk = new QuestionDesk();
  readonly published: unknown[] = [];
  readonly threadsAnswer: InstanceServices['threadsAnswer'] = () => true;
  readonly publish: InstanceServices['publish'] = (generation, channel, data) => {
    this.published.push([generation, channel, data]);
  };

  constructor(
    plugins: readonly ControlPlugin[],
    directives: readonly string[] = plugins.map(({ name }) => name),
  ) {
    this.registry = new Map(plugins.map((plugin) => [plugin.name, plugin]));
    this.directives = directives;
  }

  get loader(): LoaderContext {
    const warn = (text: string): void => this.log.warning(text);
    return {
      reader: new MemoryReader(),
      env: {},
      defaultPort: '53',
      directives: this.directives,
      warn,
    };
  }
}

/** Notes the orders; `failure` makes the next prepare fail. */
export class ThreadsDouble {
  readonly events: string[];
  failure: string | undefined;
  readonly configs: ServingConfig[] = [];
  size = 0;

  constructor(events: string[]) {
    this.events = events;
  }

  get asThreads(): ServingThreads {
    return this as unknown as ServingThreads;
  }

  grow(count: number): void {
    this.size = Math.max(this.size, count);
  }

  load(config: ServingConfig): void {
    this.events.push(`load ${config.generation}`);
  }

  async prepare(config: ServingConfig): Promise<void> {
    this.events.push(`prepare ${config.generation}`);
    await Promise.resolve();
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw new Error(failure);
  }

  async commit(config: ServingConfig): Promise<void> {
    this.events.push(`commit ${config.generation}`);
    this.configs.push(config);
    await Promise.resolve();
  }

  async stop(): Promise<void> {
    this.events.push('stop');
    await Promise.resolve();
  }
}
