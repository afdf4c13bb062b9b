// A real API server (kapi) with a made-up cluster in it, as its generator prints it.

import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kapi } from '../test/apiserver/kapi.ts';
import { StubUpstream } from '../test/support/stub-upstream.ts';
import { type BenchService, type ClusterSize, knownAnswer, serviceName } from './cluster.ts';
import { type KnownAnswer, type NodensOptions, type Peer, startNodens } from './peers.ts';

/** What may differ from one Nodens to the next. */
export type KapiOptions = Partial<
  Pick<NodensOptions, 'apiServer' | 'cgroup' | 'coredns' | 'cores'>
>;

/** The API server, an upstream that answers everything with nothing, and what Nodens needs to start over both. */
export class KapiCluster {
  readonly kapi: Kapi;
  /** Without ExternalName services, whose answers would need the upstream. */
  readonly services: readonly BenchService[];
  readonly #upstream: StubUpstream;

  private constructor(kapi: Kapi, services: readonly BenchService[], upstream: StubUpstream) {
    this.kapi = kapi;
    this.services = services;
    this.#upstream = upstream;
  }

  /** Builds kapi, starts and fills it; see requireKapi() of needs.ts. */
  static async open(size: ClusterSize): Promise<KapiCluster> {
    console.log('building and filling kapi (the first build takes minutes)');
    const kapi = await Kapi.build();
    try {
      return new KapiCluster(kapi, fill(kapi, size), await new StubUpstream().start());
    } catch (error) {
      await kapi.close();
      throw error;
    }
  }

  /** An answer that a server gives when it knows the cluster. */
  get known(): KnownAnswer {
    return knownAnswer(this.services);
  }

  /** Starts Nodens, or a CoreDNS, with kapi's kubeconfig unless another way to it is given. */
  startNodens(options: KapiOptions = {}): Promise<Peer> {
    return startNodens({
      apiServer: `kubeconfig ${join(this.kapi.data, 'kubeconfig')}`,
      ...options,
      upstreamPort: this.#upstream.port,
      known: this.known,
    });
  }

  /** An A query for each service. */
  queries(): string[] {
    return this.services.map((service) => `${serviceName(service)} A`);
  }

  async close(): Promise<void> {
    await this.#upstream.stop();
    await this.kapi.close();
  }
}

/** Makes a cluster up and puts it into kapi. */
function fill(kapi: Kapi, size: ClusterSize): BenchService[] {
  const file = join(kapi.folder, 'cluster.ndjson');
  const output = openSync(file, 'w');
  const flags = {
    '--services': size.services,
    '--endpoints-per-service': size.endpoints,
    '--namespaces': size.namespaces,
  };
  const words = Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)]);
  execFileSync(kapi.program, ['gen', ...words], { stdio: ['ignore', output, 'inherit'] });
  closeSync(output);
  execFileSync(kapi.program, ['load', '-q', '--url', kapi.plainUrl, file], { stdio: 'inherit' });
  return readServices(readFileSync(file, 'utf8'));
}

/** A Service as the generator prints it. */
interface PrintedService {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly type: string; readonly clusterIP: string };
}

function readServices(text: string): BenchService[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{"kind":"Service"'))
    .map((line) => JSON.parse(line) as PrintedService)
    .filter(({ spec }) => spec.type !== 'ExternalName')
    .map(({ metadata: { name, namespace }, spec: { clusterIP } }) => ({
      name,
      namespace,
      isHeadless: clusterIP === 'None',
      clusterIp: clusterIP,
      endpoints: [],
    }));
}
