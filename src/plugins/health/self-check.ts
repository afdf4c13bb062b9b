// Asks our own /health once a second and measures it: a slow answer means that the control thread is overloaded
// (CoreDNS: plugin/health/overloaded.go), a bad status that a serving thread is silent. Nothing hangs on the outcome but metrics
// and log lines.

import { Agent, get } from 'node:http';
import type { Clock, Timer } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import { quote } from '../../base/go-text.ts';
import type { Logger } from '../../log/logger.ts';
import type { Counter, Histogram, MetricsWriter } from '../../metrics/writer.ts';
import { joinHostPort, splitHostPort } from '../../plugin/host-port.ts';
import { HEALTH_REQUEST_DURATION, HEALTH_REQUEST_FAILURES } from './metrics.ts';

const PERIOD_MS = 1000;
const TIMEOUT_MS = 3000;
/** A local request that takes longer deserves a warning. */
const SLOW_MS = 1000;

/** Asks a URL and resolves when a good answer has begun; rejects with an error whose message says why not. */
export type Probe = (url: string, timeoutMs: number) => Promise<void>;

/** What a self-check works with. */
export interface SelfCheckTools {
  readonly clock: Clock;
  /** The plugin's own logger. */
  readonly log: Logger;
  readonly metrics: MetricsWriter;
  readonly probe: Probe;
}

/** Checks the endpoint at one address while it is started. */
export class SelfCheck {
  readonly #url: string;
  readonly #tools: SelfCheckTools;
  readonly #duration: Histogram;
  readonly #failures: Counter;
  #timer: Timer | undefined = undefined;
  #isAsking = false;

  /** `address` is the listen address as the Corefile has it; it is part of the URL in log lines. */
  constructor(address: string, tools: SelfCheckTools) {
    this.#url = `http://${address}/health`;
    this.#tools = tools;
    this.#duration = tools.metrics.histogram(HEALTH_REQUEST_DURATION, []);
    this.#failures = tools.metrics.counter(HEALTH_REQUEST_FAILURES, []);
  }

  start(): void {
    this.#timer = this.#tools.clock.setTimeout(() => {
      this.start();
      // A check that outlasts the period takes the place of the next one.
      if (!this.#isAsking) this.#ask().catch(() => {});
    }, PERIOD_MS);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#tools.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #ask(): Promise<void> {
    const { clock, log, probe } = this.#tools;
    this.#isAsking = true;
    const startMs = clock.monotonicMs();
    const failure = await probe(this.#url, TIMEOUT_MS).then(() => undefined, errorText);
    this.#isAsking = false;
    // The endpoint was closed meanwhile: that is no failure.
    if (this.#timer === undefined) return;
    const elapsedMs = clock.monotonicMs() - startMs;
    this.#duration.observe(elapsedMs / 1000);
    const url = quote(this.#url);
    if (failure !== undefined) {
      this.#failures.add();
      log.warning(`Local health request to ${url} failed: ${failure}`);
    } else if (elapsedMs > SLOW_MS) {
      log.warning(`Local health request to ${url} took more than 1s: ${formatDuration(elapsedMs)}`);
    }
  }
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Keeps one connection open from check to check. */
export class HttpProbe {
  readonly #agent: Agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** Asks with GET, past any proxy. Rejects with Go's text (`Get "URL": dial tcp ...: connect: connection refused`). */
  readonly ask: Probe = (url, timeoutMs) =>
    new Promise((resolve, reject) => {
      const { host, port } = dialAddress(url);
      const request = get({
        agent: this.#agent,
        host,
        port,
        path: '/health',
        timeout: timeoutMs,
      });
      request.once('response', (response) => {
        response.resume();
        if (response.statusCode === 200) resolve();
        else reject(new Error(`Get ${quote(url)}: status ${response.statusCode ?? 0}`));
      });
      request.once('timeout', () => request.destroy(new Error('i/o timeout')));
      request.on('error', (error) => {
        reject(new Error(`Get ${quote(url)}: ${failureText(error, joinHostPort(host, port))}`));
      });
    });

  close(): void {
    this.#agent.destroy();
  }
}

/** Where a URL leads: an empty or unspecified host is this machine (net.Dial). */
function dialAddress(url: string): { readonly host: string; readonly port: number } {
  const split = splitHostPort(url.slice('http://'.length, -'/health'.length));
  if (typeof split === 'string') return { host: '127.0.0.1', port: 0 };
  const port = split.port === '' ? 80 : Number(split.port);
  if (split.host === '' || split.host === '0.0.0.0') return { host: '127.0.0.1', port };
  return { host: split.host === '::' ? '::1' : split.host, port };
}

function failureText(error: Error, place: string): string {
  const code = 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ECONNREFUSED':
      return `dial tcp ${place}: connect: connection refused`;
    case 'ECONNRESET':
      return 'EOF';
    default:
      return error.message === 'i/o timeout'
        ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
        : error.message;
  }
}
