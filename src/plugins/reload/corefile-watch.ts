// Looks at the Corefile every now and then and asks for a reload when its meaning has changed (CoreDNS:
// plugin/reload/reload.go). A content that failed is not tried again until it changes once more.

import { Poll } from '../../base/poll.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { Instance } from '../../plugin/control.ts';
import { RELOAD_FAILED, RELOAD_VERSION_INFO } from './metrics.ts';

/** Milliseconds. */
export interface WatchOptions {
  readonly intervalMs: number;
  /** Spread of the interval: half of it to either side. */
  readonly jitterMs: number;
}

/** Polls for one instance, from its start until it is replaced. */
export class CorefileWatch {
  options: WatchOptions;
  readonly #instance: Instance;
  readonly #log: Logger;
  readonly #poll: Poll;
  #hash = '';

  constructor(options: WatchOptions, instance: Instance) {
    this.options = options;
    this.#instance = instance;
    this.#log = pluginLogger(instance.log, 'reload');
    this.#poll = new Poll(instance.clock);
  }

  /** Prints the hash of what is running and begins to look. */
  start(): void {
    this.#hash = this.#instance.configuration.loadedHash();
    this.#log.info(`Running configuration SHA512 = ${this.#hash}`);
    this.#poll.start(
      () => this.#look(),
      () => this.#pauseMs(),
    );
  }

  /** Ends looking. */
  stop(): void {
    this.#poll.stop();
  }

  #pauseMs(): number {
    const { intervalMs, jitterMs } = this.options;
    return intervalMs + (Math.random() - 0.5) * jitterMs;
  }

  async #look(): Promise<void> {
    const { configuration, controlMetrics } = this.#instance;
    let hash: string;
    try {
      hash = configuration.currentHash();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.#log.warning(`Corefile parse failed: ${text}`);
      return;
    }
    if (hash === this.#hash) return;
    this.#hash = hash;
    controlMetrics.removeAll(RELOAD_VERSION_INFO);
    controlMetrics.gauge(RELOAD_VERSION_INFO, ['sha512', hash]).set(1);
    const hasWorked = await configuration.reload(
      'plugin/reload: Corefile changed but reload failed',
    );
    if (!hasWorked) controlMetrics.counter(RELOAD_FAILED, []).add();
  }
}
