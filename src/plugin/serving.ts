// The serving half of a plugin: how handlers are made in a serving thread. Functions cannot be sent to a
// thread, so a handler is built there from plain options (which may hold SharedArrayBuffers).

import type { Clock } from '../base/clock.ts';
import type { Name } from '../dns/name.ts';
import type { Logger } from '../log/logger.ts';
import type { MetricsWriter } from '../metrics/writer.ts';
import type { Exchange } from './exchange.ts';
import type { Handler, Later } from './handler.ts';
import type { Reply } from './reply.ts';

/** What a serving thread gives to the handlers of one server block. */
export interface ServingContext {
  /** Zones of the block's keys, in Corefile order. */
  readonly zones: readonly Name[];
  /** Lines go through the thread's ring to the control thread; no prefix is added (see pluginLogger). */
  readonly log: Logger;
  readonly metrics: MetricsWriter;
  readonly clock: Clock;
  /** Index of this thread among the readers of shared name tables. */
  readonly readerIndex: number;
  /** Whether panics shall not be contained (plugin debug). */
  readonly isDebug: boolean;
  /**
   * Asks the listener that `exchange` came by for another name, with the same client (CoreDNS's
   * upstream.Lookup, plugin/pkg/upstream). Undefined when the chain stayed silent or the depth is used up.
   */
  lookup(exchange: Exchange, name: Name, type: number): Later<Reply | undefined>;
  /** Calls `take` with the last value published on `channel` (before the first query, if there is one) and each later one. */
  subscribe(channel: string, take: (data: unknown) => void): void;
  /**
   * Asks the control half (Instance.answer). Rejects when it throws or nobody answers. For what may take a thread's
   * round trip: zone transfers, notifications.
   */
  ask(channel: string, question: unknown): Promise<unknown>;
  /** Runs `task` when this configuration is dropped by the thread (sockets, timers). */
  onClose(task: () => void): void;
  /** The handler of another plugin in the same block, for abilities asked by interface (autopath @kubernetes). */
  handler(plugin: string): Handler | undefined;
  /** The handlers of the block in chain order; while the chain is being made, those behind this one. */
  handlers(): readonly Handler[];
}

/** Makes one handler; `options` is what the control half's setup returned for it. */
export interface ServingPlugin {
  readonly name: string;
  create(options: unknown, next: Handler, context: ServingContext): Handler;
}
