// One loaded Corefile inside a serving thread: compiled chains, a query server a listener, and what must be
// closed when the configuration is dropped.

import type { Clock } from '../base/clock.ts';
import { type Name, parseName } from '../dns/name.ts';
import type { Logger } from '../log/logger.ts';
import type { MetricsWriter } from '../metrics/writer.ts';
import type { Handler } from '../plugin/handler.ts';
import type { RequestMetrics } from '../plugin/request-metrics.ts';
import type { ServingContext } from '../plugin/serving.ts';
import { zoneNames } from '../plugin/zones.ts';
import { compileChain, type ServingRegistry } from './chain.ts';
import { LateAnswers } from './late-answers.ts';
import type { PacketTarget } from './listener-sockets.ts';
import { QueryServer } from './query-server.ts';
import { type Block, Router, type Site } from './router.ts';
import type { BlockSpec, ListenerSpec, ServingConfig } from './serving-config.ts';
import type { ThreadQuestions } from './thread-questions.ts';

/** What a serving thread lends to its instances. */
export interface ThreadServices {
  readonly registry: ServingRegistry;
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: MetricsWriter;
  readonly dropped: RequestMetrics;
  readonly readerIndex: number;
  readonly countPanic: () => void;
  /** Takes questions to the control thread. */
  readonly questions: ThreadQuestions;
}

type Subscriber = (data: unknown) => void;

/** A compiled configuration. */
export class ServingInstance {
  readonly generation: number;
  readonly config: ServingConfig;
  readonly #services: ThreadServices;
  readonly #queryServers = new Map<string, QueryServer>();
  readonly #subscribers = new Map<string, Subscriber[]>();
  readonly #closing: (() => void)[] = [];
  /** Late answers keep the instance from being idle. */
  readonly #late: LateAnswers = new LateAnswers();

  /** Compiles all chains. Throws when a handler cannot be made. */
  constructor(config: ServingConfig, services: ThreadServices) {
    this.config = config;
    this.generation = config.generation;
    this.#services = services;
    const blocks = this.#compileAll(config.blocks);
    for (const listener of config.listeners) {
      this.#queryServers.set(listener.id, this.#queryServer(listener, blocks));
    }
  }

  /** Where the packets of a listener go; undefined when this configuration does not have it. */
  target(listenerId: string): PacketTarget | undefined {
    const server = this.#queryServers.get(listenerId);
    if (server === undefined) return undefined;
    return {
      answerDirect: (place) => server.answerDirect(place),
      serve: (packet, client, send) => this.#late.track(server.serve(packet, client, send)),
    };
  }

  /** Hands a published value to its subscribers. */
  publish(channel: string, data: unknown): void {
    for (const take of this.#subscribers.get(channel) ?? []) take(data);
  }

  /** Resolves when no late answer is under way. */
  idle(): Promise<void> {
    return this.#late.idle();
  }

  /** Ends what the handlers hold: sockets, timers. */
  close(): void {
    for (const task of this.#closing.splice(0)) {
      try {
        task();
      } catch (error) {
        // The others must be closed all the same.
        this.#services.log.error(error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Handlers that were made before one could not be made are closed again. */
  #compileAll(specs: readonly BlockSpec[]): Block[] {
    try {
      return specs.map((spec) => this.#compile(spec));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #compile(spec: BlockSpec): Block {
    const zones = zoneNames(spec.zones);
    return {
      isDebug: spec.isDebug,
      hasStacktrace: spec.hasStacktrace,
      acceptsOtherClasses: spec.acceptsOtherClasses,
      chain: compileChain(spec.handlers, this.#services.registry, (byName, all) =>
        this.#context(spec, zones, { byName, all }),
      ),
    };
  }

  #context(
    spec: BlockSpec,
    zones: readonly Name[],
    handlers: { readonly byName: ReadonlyMap<string, Handler>; readonly all: readonly Handler[] },
  ): ServingContext {
    const { log, metrics, clock, readerIndex, questions } = this.#services;
    return {
      zones,
      log,
      metrics,
      clock,
      readerIndex,
      isDebug: spec.isDebug,
      lookup: (exchange, name, type) =>
        this.#queryServers.get(exchange.server)?.lookup(exchange, name, type),
      subscribe: (channel, take) => this.#subscribe(channel, take),
      onClose: (task) => this.#closing.push(task),
      ask: (channel, question) => questions.ask(this.generation, channel, question),
      handler: (plugin) => handlers.byName.get(plugin),
      handlers: () => handlers.all,
    };
  }

  #subscribe(channel: string, take: Subscriber): void {
    this.#subscribers.set(channel, [...(this.#subscribers.get(channel) ?? []), take]);
    if (this.config.channels.has(channel)) take(this.config.channels.get(channel));
  }

  #queryServer(listener: ListenerSpec, blocks: readonly Block[]): QueryServer {
    const sites = listener.sites.flatMap(({ zone, block: index }): Site[] => {
      const name = parseName(zone);
      const block = blocks[index];
      return name === undefined || block === undefined ? [] : [{ zone: name, label: zone, block }];
    });
    const { log, clock, dropped, countPanic } = this.#services;
    return new QueryServer(listener.id, new Router(sites), {
      log,
      clock,
      countPanic,
      late: this.#late,
      dropped: this.config.countsDropped ? dropped : undefined,
    });
  }
}
