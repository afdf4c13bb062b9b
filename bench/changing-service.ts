// A headless service whose one endpoint changes its address: how long until that shows.

import type { Kapi } from '../test/apiserver/kapi.ts';
import { BareWatch } from './bare-watch.ts';
import { Probe } from './probe.ts';

const NAMESPACE = 'ns-0';
const NAME = 'bench-changing';
const SERVICES = `/api/v1/namespaces/${NAMESPACE}/services`;
const SLICES = `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices`;
const PORTS = [{ name: 'http', protocol: 'TCP', port: 80 }];
const PATIENCE_MS = 60_000;

/** Milliseconds from the return of a PATCH. */
export interface ChangeTimes {
  /** To the answer. */
  readonly answerMs: number;
  /** To the event in a bare watch, 0 when it came first. */
  readonly watchMs: number;
}

/** One service in one API server, watched through one Nodens. */
export class ChangingService {
  readonly #kapi: Kapi;
  readonly #probe: Probe;
  readonly #watch: BareWatch;
  #changes = 0;

  private constructor(kapi: Kapi, probe: Probe, watch: BareWatch) {
    this.#kapi = kapi;
    this.#probe = probe;
    this.#watch = watch;
  }

  /** Creates the service and waits until it answers. */
  static async create(kapi: Kapi, port: number): Promise<ChangingService> {
    const metadata = { name: NAME, namespace: NAMESPACE };
    await kapi.create(SERVICES, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { clusterIP: 'None', clusterIPs: ['None'], ports: PORTS },
    });
    await kapi.create(SLICES, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': NAME } },
      addressType: 'IPv4',
      ports: PORTS,
      endpoints: [],
    });
    const probe = await Probe.open(`${NAME}.${NAMESPACE}.svc.cluster.local.`, port);
    const watch = await BareWatch.open(`${kapi.plainUrl}${SLICES}`, NAME);
    const service = new ChangingService(kapi, probe, watch);
    await service.change();
    return service;
  }

  /** Patches the address and asks until it is the answer. */
  async change(): Promise<ChangeTimes> {
    const address = this.#nextAddress();
    const seen = this.#watch.until(`"${address}"`);
    await this.#patch(address);
    const patchedMs = performance.now();
    const answerMs = await this.#probe.until(address, PATIENCE_MS);
    return { answerMs, watchMs: Math.max(0, (await seen) - patchedMs) };
  }

  /** Milliseconds of one question alone, without a change. */
  async ask(): Promise<number> {
    return await this.#probe.until(this.#address, PATIENCE_MS);
  }

  /** As change(), after the API server has ended all watches, the bare one among them. */
  async changeUnwatched(): Promise<void> {
    const address = this.#nextAddress();
    await this.#patch(address);
    await this.#probe.until(address, PATIENCE_MS);
  }

  get #address(): string {
    return `10.250.${(this.#changes >> 8) & 255}.${this.#changes & 255}`;
  }

  #nextAddress(): string {
    this.#changes += 1;
    return this.#address;
  }

  async #patch(address: string): Promise<void> {
    const endpoints = [{ addresses: [address], conditions: { ready: true } }];
    await this.#kapi.patch(`${SLICES}/${NAME}`, { endpoints });
  }

  /** Deletes the service. */
  async close(): Promise<void> {
    this.#probe.close();
    this.#watch.close();
    await this.#kapi.delete(`${SLICES}/${NAME}`);
    await this.#kapi.delete(`${SERVICES}/${NAME}`);
  }
}

/** Makes the API server forget its history, so that everything is listed again, and waits until a change shows. */
export async function relist(kapi: Kapi, port: number): Promise<void> {
  const service = await ChangingService.create(kapi, port);
  await kapi.control('compact?restart=1');
  await service.changeUnwatched();
  await service.close();
}
