// The wait of a start for the first state of a cluster, in CoreDNS's words (plugin/kubernetes/controller.go, setup.go).

import type { Clock, Timer } from '../../base/clock.ts';
import type { ObjectSource } from '../../kubernetes/source.ts';
import type { Logger } from '../../log/logger.ts';

/** A line says that the start waits, this often. */
const WAIT_LINE_MS = 500;

/** What a wait needs to know. */
export interface StartupWaitOptions {
  readonly timeoutMs: number;
  /** Whether the DNS sockets open as soon as services and namespaces are known. */
  readonly opensEarly: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One wait. */
export class StartupWait {
  readonly #options: StartupWaitOptions;
  readonly #open = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<void>();
  readonly #end: Timer;
  #line: Timer | undefined;

  /** Time counts from now on. */
  constructor(source: ObjectSource, options: StartupWaitOptions) {
    this.#options = options;
    this.#sayLater();
    this.#end = options.clock.setTimeout(() => this.#giveUp(), options.timeoutMs);
    if (options.opensEarly) source.onServices(() => this.#openNow());
    source.onSynced(() => this.stop());
  }

  /** Resolves when the DNS sockets may open. */
  get mayOpen(): Promise<void> {
    return this.#open.promise;
  }

  /** Resolves when all is known, or when time is up. */
  get isOver(): Promise<void> {
    return this.#over.promise;
  }

  /** Ends the wait without a word. */
  stop(): void {
    this.#options.clock.clearTimeout(this.#end);
    this.#openNow();
    this.#over.resolve();
  }

  #openNow(): void {
    if (this.#line !== undefined) this.#options.clock.clearTimeout(this.#line);
    this.#open.resolve();
  }

  /** Each line schedules the next one. */
  #sayLater(): void {
    const { clock, log } = this.#options;
    this.#line = clock.setTimeout(() => {
      log.info('waiting for Kubernetes API before starting server');
      this.#sayLater();
    }, WAIT_LINE_MS);
  }

  #giveUp(): void {
    this.#options.log.warning('starting server with unsynced Kubernetes API');
    this.stop();
  }
}
