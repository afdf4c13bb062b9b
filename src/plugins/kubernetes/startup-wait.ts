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
  /** Resolves when the DNS sockets may open. */
  readonly mayOpen: Promise<void>;
  /** Resolves when all is known, or when time is up. */
  readonly isOver: Promise<void>;
  readonly #options: StartupWaitOptions;
  #open: () => void = () => undefined;
  #finish: () => void = () => undefined;
  #line: Timer | undefined;
  #end: Timer | undefined;

  /** Time counts from now on. */
  constructor(source: ObjectSource, options: StartupWaitOptions) {
    this.#options = options;
    this.mayOpen = new Promise((resolve) => {
      this.#open = resolve;
    });
    this.isOver = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#sayLater();
    this.#end = options.clock.setTimeout(() => this.#giveUp(), options.timeoutMs);
    if (options.opensEarly) source.onServices(() => this.#openNow());
    source.onSynced(() => this.stop());
  }

  /** Ends the wait without a word. */
  stop(): void {
    if (this.#end !== undefined) this.#options.clock.clearTimeout(this.#end);
    this.#openNow();
    this.#finish();
  }

  #openNow(): void {
    if (this.#line !== undefined) this.#options.clock.clearTimeout(this.#line);
    this.#open();
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
