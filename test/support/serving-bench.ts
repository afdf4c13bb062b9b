// What the serving side needs around it in unit tests: plugins made of one function, the services of a thread, and
// configurations in few words.

import { type Clock, systemClock } from '../../src/base/clock.ts';
import type { SeriesAnnouncement } from '../../src/metrics/writer.ts';
import { createMetricSlots, MetricsWriter } from '../../src/metrics/writer.ts';
import type { Client, Exchange } from '../../src/plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../src/plugin/handler.ts';
import { RequestMetrics } from '../../src/plugin/request-metrics.ts';
import type { ServingContext, ServingPlugin } from '../../src/plugin/serving.ts';
import type { ServingRegistry } from '../../src/server/chain.ts';
import type {
  BlockSpec,
  FromServing,
  ListenerSpec,
  ServingConfig,
} from '../../src/server/serving-config.ts';
import type { ThreadServices } from '../../src/server/serving-instance.ts';
import { ThreadQuestions } from '../../src/server/thread-questions.ts';
import { MemoryLogger } from './chain-doubles.ts';

/** What a one-function plugin does with a query. */
export type Serve = (
  exchange: Exchange,
  next: Handler,
  context: ServingContext,
  options: unknown,
) => Later<Outcome>;

/** A plugin of one function; `onCreate` sees the context when the handler is made. */
export function servingPlugin(
  name: string,
  serve: Serve,
  onCreate: (context: ServingContext, options: unknown) => void = () => undefined,
): ServingPlugin {
  return {
    name,
    create(options, next, context) {
      onCreate(context, options);
      return { name, serve: (exchange) => serve(exchange, next, context, options) };
    },
  };
}

/** The registry of some plugins. */
export function registryOf(...plugins: readonly ServingPlugin[]): ServingRegistry {
  return new Map(plugins.map((plugin) => [plugin.name, plugin]));
}

/** Services of a thread that remember what happened. */
export class ThreadBench implements ThreadServices {
  readonly registry: ServingRegistry;
  readonly log: MemoryLogger = new MemoryLogger();
  readonly clock: Clock = systemClock;
  readonly series: SeriesAnnouncement[] = [];
  readonly #slots = createMetricSlots();
  readonly metrics: MetricsWriter = new MetricsWriter(this.#slots, (series) =>
    this.series.push(series),
  );
  readonly dropped: RequestMetrics = new RequestMetrics(this.metrics);
  readonly readerIndex = 0;
  readonly questions: ThreadQuestions = new ThreadQuestions((message) => this.sent.push(message));
  /** Questions to the control thread. */
  readonly sent: FromServing[] = [];
  panics = 0;
  readonly countPanic = (): void => {
    this.panics += 1;
  };

  constructor(...plugins: readonly ServingPlugin[]) {
    this.registry = registryOf(...plugins);
  }

  /** So many slots of a series, from `index` on. */
  values(index: number, count: number): number[] {
    return [...new Float64Array(this.#slots).slice(index, index + count)];
  }

  /** Values of the counters of a metric, by their labels joined with commas. */
  counts(metric: string): Record<string, number> {
    const slots = new Float64Array(this.#slots);
    return Object.fromEntries(
      this.series
        .filter(({ definition }) => definition.name === metric)
        .map(({ labels, slotIndex }) => [labels.join(','), slots[slotIndex] ?? 0]),
    );
  }
}

/** A client on 127.0.0.1 unless told otherwise. */
export function clientOf(protocol: 'udp' | 'tcp' = 'udp', address = '127.0.0.1'): Client {
  return { protocol, address, port: 40_000, localAddress: '[::]', localPort: 53 };
}

/** A block with these handlers; options are undefined. */
export function blockSpec(handlers: readonly string[], more: Partial<BlockSpec> = {}): BlockSpec {
  return {
    zones: ['.'],
    handlers: handlers.map((plugin) => ({ plugin, options: undefined })),
    isDebug: false,
    hasStacktrace: false,
    acceptsOtherClasses: false,
    ...more,
  };
}

/** A listener on 127.0.0.1 for one zone of block 0 unless told otherwise. */
export function listenerSpec(port: number, more: Partial<ListenerSpec> = {}): ListenerSpec {
  return {
    id: `dns://127.0.0.1:${port}`,
    scheme: 'dns',
    host: '127.0.0.1',
    port,
    sites: [{ zone: '.', block: 0 }],
    readTimeoutMs: 10_000,
    writeTimeoutMs: 10_000,
    idleTimeoutMs: 10_000,
    maxTcpQueries: -1,
    sockets: 1,
    ...more,
  };
}

/** A configuration of these blocks and listeners. */
export function servingConfig(
  generation: number,
  blocks: readonly BlockSpec[],
  listeners: readonly ListenerSpec[],
  more: Partial<ServingConfig> = {},
): ServingConfig {
  return { generation, blocks, listeners, channels: new Map(), countsDropped: false, ...more };
}
