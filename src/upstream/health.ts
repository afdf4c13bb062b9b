// Whether an upstream is alive. Probing begins with the first failed query and ends with the first good probe
// (plugin/pkg/up, plugin/pkg/proxy/health.go), so healthy upstreams get no extra traffic.

import type { Clock, Timer } from '../base/clock.ts';

/** What a probe needs. */
export interface HealthOptions {
  readonly clock: Clock;
  /** Pause between probes. */
  readonly intervalMs: number;
  /** Asks the upstream once; false when nothing came back. Never rejects. */
  readonly probe: () => Promise<boolean>;
  readonly onFailure: () => void;
}

/** Counts failed probes in a row. */
export class Health {
  readonly #options: HealthOptions;
  #fails = 0;
  #isProbing = false;
  #isStopped = false;
  #timer: Timer | undefined = undefined;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  /** Whether more than `maxFails` probes have failed in a row; never with 0. */
  isDown(maxFails: number): boolean {
    return maxFails !== 0 && this.#fails > maxFails;
  }

  /** Starts probing, unless it goes on already. */
  check(): void {
    if (this.#isProbing || this.#isStopped) return;
    this.#isProbing = true;
    this.#run();
  }

  /** Ends probing for good. */
  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #run(): void {
    void this.#options.probe().then((isAlive) => this.#take(isAlive));
  }

  #take(isAlive: boolean): void {
    if (isAlive) {
      this.#fails = 0;
      this.#isProbing = false;
      return;
    }
    this.#fails++;
    this.#options.onFailure();
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.setTimeout(() => this.#run(), this.#options.intervalMs);
    this.#timer.unref();
  }
}
