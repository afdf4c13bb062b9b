// Sends the probe after the start and judges what the handlers report (CoreDNS: plugin/loop/setup.go): three sightings are a
// loop, and end the process.

import type { Clock, Timer } from '../../base/clock.ts';
import { quote } from '../../base/go-text.ts';
import { type Name, parseName, ROOT } from '../../dns/name.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { Instance } from '../../plugin/control.ts';
import { joinHostPort } from '../../plugin/host-port.ts';
import { loopAdvice } from './advice.ts';
import { LOOP_SIGHTINGS, type LoopOptions, type ProbeSighting } from './options.ts';
import type { ProbeExchange, ProbeTarget } from './probe.ts';

/** What is checked. */
export interface LoopCheckOptions extends LoopOptions {
  readonly zone: string;
  /** The block's first listen address; asked for when the check begins. */
  readonly target: () => ProbeTarget;
  /** What the block forwards to, in the Corefile's words. */
  readonly upstreamWords: () => readonly string[];
}

/** What a check works with. */
export interface LoopCheckTools {
  readonly exchange: ProbeExchange;
  /** Ends the process with an error. */
  readonly exit: () => void;
}

const PATIENCE_MS = 30_000;
const RETRY_MS = 1000;

/** The check of one block. */
export class LoopCheck {
  readonly #options: LoopCheckOptions;
  readonly #tools: LoopCheckTools;
  readonly #instance: Instance;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #name: Name;
  readonly #ending = new AbortController();
  #seen = 0;
  #timer: Timer | undefined = undefined;

  constructor(options: LoopCheckOptions, tools: LoopCheckTools, instance: Instance) {
    this.#options = options;
    this.#tools = tools;
    this.#instance = instance;
    this.#clock = instance.clock;
    this.#log = pluginLogger(instance.log, 'loop');
    this.#name = parseName(options.probeName) ?? ROOT;
    instance.answer(options.channel, (sighting) => this.#take(sighting as ProbeSighting));
  }

  /** Sends the probe until something answers, for half a minute; then the check is off for good. */
  async run(): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + PATIENCE_MS;
    while (!this.#isOver && this.#clock.monotonicMs() < deadlineMs) {
      const { target } = this.#options;
      if (await this.#tools.exchange(this.#name, target(), this.#ending.signal)) break;
      this.#seen = 0;
      if (!this.#isOver) await this.#pause();
    }
    if (!this.#isOver) this.#instance.publish(this.#options.channel, 'off');
    this.stop();
  }

  /** Ends the check. */
  stop(): void {
    this.#ending.abort();
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #isOver(): boolean {
    return this.#ending.signal.aborted;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#timer = this.#clock.setTimeout(resolve, RETRY_MS);
      this.#timer.unref();
    });
  }

  #take({ remote }: ProbeSighting): void {
    this.#seen++;
    if (this.#isOver || this.#seen < LOOP_SIGHTINGS) return;
    const { zone, probeName, target, upstreamWords } = this.#options;
    const { host, port } = target();
    const advice = loopAdvice(upstreamWords());
    if (advice !== undefined) this.#log.error(advice);
    const path = `(${remote} -> ${joinHostPort(host, port)})`;
    const page = 'https://coredns.io/plugins/loop#troubleshooting';
    this.#log.fatal(
      `Loop ${path} detected for zone ${quote(zone)}, see ${page}. Query: "HINFO ${probeName}"`,
    );
    this.stop();
    this.#tools.exit();
  }
}
