// What a handler under test needs around it: exchanges made of plain words, a logger that remembers, and the two contexts
// (control and serving) joined by a channel, so that a plugin's halves can be tested together without threads.
import type { Clock } from '../../src/base/clock.ts';
import { rrClassCode } from '../../src/dns/codes/rr-class.ts';
import { rrTypeCode } from '../../src/dns/codes/rr-type.ts';
import type { Edns } from '../../src/dns/edns.ts';
import { lowerName, type Name, parseName } from '../../src/dns/name.ts';
import type { Logger, LogLevel } from '../../src/log/logger.ts';
import type { SeriesAnnouncement } from '../../src/metrics/writer.ts';
import { createMetricSlots, MetricsWriter } from '../../src/metrics/writer.ts';
import { type BlockSetup, Hooks, type Instance } from '../../src/plugin/control.ts';
import { Exchange } from '../../src/plugin/exchange.ts';
import { after, type Handler, type Later } from '../../src/plugin/handler.ts';
import type { Reply } from '../../src/plugin/reply.ts';
import type { ServingContext } from '../../src/plugin/serving.ts';

/** A query in words; the defaults are `A`, `IN`, UDP, RD set, no EDNS. */
export interface AskedQuery {
  readonly name: string;
  readonly type?: string;
  readonly class?: string;
  readonly transport?: 'udp' | 'tcp';
  readonly rd?: boolean;
  readonly ad?: boolean;
  readonly cd?: boolean;
  readonly opcode?: number;
  readonly edns?: {
    readonly bufsize: number;
    readonly do: boolean;
    readonly options?: readonly (readonly [number, string])[];
  } | null;
}

/** The exchange that a query of a client on 127.0.0.1 opens. */
export function exchangeFor(query: AskedQuery, depth = 0): Exchange {
  const askedName = parseName(query.name);
  if (askedName === undefined) throw new Error(`not a name: ${query.name}`);
  return new Exchange(
    {
      id: 4711,
      opcode: query.opcode ?? 0,
      isRecursionDesired: query.rd ?? true,
      isAuthenticData: query.ad ?? false,
      isCheckingDisabled: query.cd ?? false,
      askedName,
      type: rrTypeCode(query.type ?? 'A') ?? 0,
      class: rrClassCode(query.class ?? 'IN') ?? 0,
      edns: ednsOf(query),
      authority: [],
      length: 12 + askedName.length + 4,
    },
    lowerName(askedName),
    {
      protocol: query.transport ?? 'udp',
      address: '127.0.0.1',
      port: 40_000,
      localAddress: '127.0.0.1',
      localPort: 53,
    },
    depth,
  );
}

function ednsOf({ edns }: AskedQuery): Edns | undefined {
  if (edns === null || edns === undefined) return undefined;
  return {
    udpSize: edns.bufsize,
    version: 0,
    isDnssecOk: edns.do,
    options: (edns.options ?? []).map(([code, hex]) => ({ code, data: Buffer.from(hex, 'hex') })),
    extendedRcode: 0,
  };
}

/** Remembers lines as `[LEVEL] text`. */
export class MemoryLogger implements Logger {
  readonly lines: string[] = [];
  debug(text: string): void {
    this.#add('DEBUG', text);
  }
  info(text: string): void {
    this.#add('INFO', text);
  }
  warning(text: string): void {
    this.#add('WARNING', text);
  }
  error(text: string): void {
    this.#add('ERROR', text);
  }
  fatal(text: string): void {
    this.#add('FATAL', text);
  }
  #add(level: LogLevel, text: string): void {
    this.lines.push(`[${level}] ${text}`);
  }
}

/** Both contexts, joined: what the control half publishes reaches the subscribers of the serving half. */
export class PluginBench {
  readonly log: MemoryLogger = new MemoryLogger();
  readonly hooks: Hooks = new Hooks();
  readonly #clock: Clock;
  readonly #values = new Map<string, unknown>();
  readonly #takers = new Map<string, ((data: unknown) => void)[]>();
  readonly #answerers = new Map<string, (question: unknown) => unknown>();
  readonly #closers: (() => void)[] = [];
  /** The other handlers of the block. */
  handlers: readonly Handler[] = [];
  readonly #slots = createMetricSlots(4096);
  readonly #series: SeriesAnnouncement[] = [];
  readonly metrics: MetricsWriter = new MetricsWriter(this.#slots, (series) =>
    this.#series.push(series),
  );
  /** What the plugins of the block share. */
  readonly shared: Map<string, unknown> = new Map();
  /** The chain that self-lookups go through. */
  first: Handler | undefined = undefined;
  #channels = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The setup of one block; only what setups of plugins under test look at. */
  block(zones: readonly string[], root = ''): BlockSetup {
    const instance = {
      log: this.log,
      clock: this.#clock,
      hooks: this.hooks,
      publish: (channel: string, data: unknown) => this.#publish(channel, data),
      newChannel: (plugin: string) => `${plugin}/${++this.#channels}`,
      answer: (channel: string, respond: (question: unknown) => unknown) =>
        this.#answerers.set(channel, respond),
    } as unknown as Instance;
    const settings = { root, acceptsOtherClasses: false };
    const block = { keys: [], zones, settings, instance, shared: this.shared, has: () => false };
    return block as unknown as BlockSetup;
  }

  #publish(channel: string, data: unknown): void {
    this.#values.set(channel, data);
    for (const take of this.#takers.get(channel) ?? []) take(data);
  }

  /** The context of the one serving thread. */
  context(): ServingContext {
    return {
      zones: [],
      log: this.log,
      metrics: this.metrics,
      clock: this.#clock,
      readerIndex: 0,
      isDebug: false,
      lookup: (exchange, name, type) => this.#lookup(exchange, name, type),
      subscribe: (channel, take) => {
        if (this.#values.has(channel)) take(this.#values.get(channel));
        this.#takers.set(channel, [...(this.#takers.get(channel) ?? []), take]);
      },
      onClose: (task) => this.#closers.push(task),
      ask: async (channel, question) => await this.#answerers.get(channel)?.(question),
      handler: (plugin) => this.handlers.find(({ name }) => name === plugin),
      handlers: () => this.handlers,
    };
  }

  /** Runs the hooks of a moment in order. */
  async run(moment: keyof Hooks): Promise<void> {
    for (const hook of this.hooks[moment]) await hook();
  }

  /** Drops the configuration in the serving thread. */
  close(): void {
    for (const task of this.#closers) task();
  }

  /** The value of a counter, the sum of a histogram's counts; 0 for a series that nobody made. */
  count(name: string, labels: readonly string[]): number {
    const series = this.#series.find(
      (each) => each.definition.name === name && each.labels.join() === labels.join(),
    );
    if (series === undefined) return 0;
    const slots = new Float64Array(this.#slots);
    const buckets = series.definition.buckets?.length;
    if (buckets === undefined) return slots[series.slotIndex] ?? 0;
    return slots.slice(series.slotIndex, series.slotIndex + buckets + 1).reduce((a, b) => a + b);
  }

  #lookup(exchange: Exchange, name: Name, type: number): Later<Reply | undefined> {
    const inner = new Exchange(
      { ...exchange, askedName: name, type } as never,
      lowerName(name),
      exchange.client,
      exchange.depth + 1,
    );
    return after(this.first?.serve(inner) ?? 0, (outcome) => {
      if (!inner.reply.isWritten) inner.reply.write(outcome);
      return inner.reply;
    });
  }
}
