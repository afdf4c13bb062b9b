// The HTTP endpoint of one health stanza with its self-check: what the life of an instance opens and closes
// (CoreDNS: plugin/health/health.go).

import { formatDuration } from '../../base/duration.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { Instance } from '../../plugin/control.ts';
import { HttpListener, type HttpReply, PLAIN_TEXT } from '../../plugin/http-listener.ts';
import { HttpProbe, SelfCheck } from './self-check.ts';

/** Options of health. */
export interface HealthOptions {
  /** `host:port`. */
  readonly address: string;
  /** How long a process that is about to end still serves, in milliseconds; nothing below 0. */
  readonly lameduckMs: number;
}

const HEALTHY: HttpReply = reply(200, 'OK');
/** The control thread is alive, but clients may wait in vain. */
const UNHEALTHY: HttpReply = reply(503, 'a serving thread does not answer');

/** Opens, closes and lingers. */
export class HealthEndpoint {
  readonly #options: HealthOptions;
  readonly #instance: Instance;
  readonly #log: Logger;
  readonly #listener: HttpListener;
  #probe: HttpProbe | undefined = undefined;
  #check: SelfCheck | undefined = undefined;

  constructor(options: HealthOptions, instance: Instance) {
    this.#options = options;
    this.#instance = instance;
    this.#log = pluginLogger(instance.log, 'health');
    this.#listener = new HttpListener({
      address: options.address,
      path: '/health',
      clock: instance.clock,
      answer: () => (instance.threadsAnswer() ? HEALTHY : UNHEALTHY),
    });
  }

  /** The port that is listened on, undefined while closed. */
  get port(): number | undefined {
    return this.#listener.port;
  }

  /** Rejects when the address cannot be listened on: that ends the start. */
  async open(): Promise<void> {
    if (this.#check !== undefined) return;
    checkUrlPort(this.#options.address);
    await this.#listener.open();
    this.#probe = new HttpProbe();
    this.#check = new SelfCheck(this.#options.address, {
      clock: this.#instance.clock,
      log: this.#log,
      metrics: this.#instance.controlMetrics,
      probe: this.#probe.ask,
    });
    this.#check.start();
  }

  async close(): Promise<void> {
    this.#check?.stop();
    this.#probe?.close();
    this.#check = undefined;
    this.#probe = undefined;
    if (!(await this.#listener.close())) {
      this.#log.info('Failed to stop health http server: context deadline exceeded');
    }
  }

  /** The end of the process: says so, waits while DNS and /health go on, then closes. */
  async retire(): Promise<void> {
    const { lameduckMs } = this.#options;
    if (this.port === undefined) return;
    if (lameduckMs > 0) {
      this.#log.info(`Going into lameduck mode for ${formatDuration(lameduckMs)}`);
      await new Promise<void>((resolve) => {
        this.#instance.clock.setTimeout(resolve, lameduckMs);
      });
    }
    await this.close();
  }
}

function reply(status: number, body: string): HttpReply {
  return { status, contentType: PLAIN_TEXT, body, isCompressible: false };
}

/** The self-check makes a URL of the address, and Go reads that first; only digits are a port there (net/url). */
function checkUrlPort(address: string): void {
  const port = address.slice(address.lastIndexOf(':'));
  if (/^:[0-9]*$/.test(port)) return;
  throw new Error(`parse "http://${address}": invalid port "${port}" after host`);
}
