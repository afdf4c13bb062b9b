// The /metrics endpoint of one address, shared by all blocks that name it (CoreDNS: plugin/metrics/metrics.go). A failure
// to listen is logged and passed over: DNS goes on without metrics.

import { existsSync } from 'node:fs';
import { EXPOSITION_CONTENT_TYPE } from '../../metrics/family.ts';
import type { Instance } from '../../plugin/control.ts';
import { HttpListener, type HttpTls } from '../../plugin/http-listener.ts';
import { readWebConfig } from './web-config.ts';

/** Options of the control half. */
export interface EndpointOptions {
  /** `host:port`. */
  readonly address: string;
  /** Web configuration file, '' for plain HTTP. */
  readonly tlsFile: string;
}

/** Opens and closes one listener. */
export class MetricsEndpoint {
  readonly #options: EndpointOptions;
  readonly #instance: Instance;
  #listener: HttpListener | undefined = undefined;

  constructor(options: EndpointOptions, instance: Instance) {
    this.#options = options;
    this.#instance = instance;
  }

  /** The port that is listened on, undefined while closed. */
  get port(): number | undefined {
    return this.#listener?.port;
  }

  /** Never rejects. */
  async open(): Promise<void> {
    const { tlsFile } = this.#options;
    const { log } = this.#instance;
    if (tlsFile !== '' && !existsSync(tlsFile)) {
      log.error(`TLS config file does not exist: ${tlsFile}`);
      return;
    }
    const tls = tlsFile === '' ? undefined : await readWebConfig(tlsFile).catch(errorText);
    if (typeof tls === 'string') {
      log.error(`Failed to start HTTPS metrics server: ${tls}`);
      return;
    }
    const listener = this.#newListener(tls);
    const failure = await listener.open().then(() => undefined, errorText);
    if (failure === undefined) this.#listener = listener;
    else log.error(`Failed to start metrics handler: ${failure}`);
  }

  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    if ((await listener?.close()) === false) {
      this.#instance.log.info('Failed to stop prometheus http server: context deadline exceeded');
    }
  }

  #newListener(tls: HttpTls | undefined): HttpListener {
    const { metrics, clock } = this.#instance;
    return new HttpListener({
      address: this.#options.address,
      path: '/metrics',
      clock,
      ...(tls === undefined ? {} : { tls }),
      answer: async () => ({
        status: 200,
        contentType: EXPOSITION_CONTENT_TYPE,
        body: await metrics.expose(),
        isCompressible: true,
      }),
    });
  }
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
