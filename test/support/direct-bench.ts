// A query server over a small cluster, asked by both of its paths: the short one and the general one. Other plugins of the block
// are set up from the same Corefile.

import { Buffer } from 'node:buffer';
import { CorefileError } from '../../src/corefile/error.ts';
import type { ServingContext, ServingPlugin } from '../../src/plugin/serving.ts';
import { CONTROL_REGISTRY, DIRECTIVES } from '../../src/plugins/registry-control.ts';
import { loadServingPlugins } from '../../src/plugins/registry-serving.ts';
import { compileChain } from '../../src/server/chain.ts';
import type { PacketPlace } from '../../src/server/direct-path.ts';
import { LateAnswers } from '../../src/server/late-answers.ts';
import { QueryServer } from '../../src/server/query-server.ts';
import { Router } from '../../src/server/router.ts';
import type { HandlerSpec } from '../../src/server/serving-config.ts';
import { KubernetesScenario } from './kubernetes-scenario.ts';
import { namespace, service, slice } from './record-bench.ts';
import { clientOf, ThreadBench } from './serving-bench.ts';

const PORTS = [{ name: 'http', port: 80, protocol: 'TCP' }];
const SQL = [{ name: 'sql', port: 5432, protocol: 'TCP' }];

/** Namespace `shop` with services of all kinds. */
const OBJECTS = [
  namespace('shop'),
  service('shop/web', { clusterIPs: ['10.96.0.1', 'fd00::1'], ports: PORTS }),
  service('shop/db', { clusterIPs: ['None'], ports: SQL }),
  service('shop/big', { clusterIPs: ['None'], ports: PORTS }),
  service('shop/empty', { clusterIPs: ['None'], ports: PORTS }),
  service('shop/ext', { type: 'ExternalName', externalName: 'example.com' }),
  slice('shop/db-1', 'db', ['10.0.0.1', '10.0.0.2', '10.0.0.3'], { ports: SQL }),
  slice(
    'shop/big-1',
    'big',
    Array.from({ length: 60 }, (_, i) => `10.1.0.${i + 1}`),
  ),
];

/** What of kubeadm's Corefile takes part in a cluster query. */
export const KUBEADM_CHAIN: string = `.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        endpoint http://127.0.0.1:1
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }
    prometheus :9153
    cache 30 {
        disable success cluster.local
        disable denial cluster.local
    }
    loadbalance
}
`;

/** Replies of both paths. */
export interface BothReplies {
  /** In hex; undefined where the short path leaves the query to the general one. */
  readonly direct: string | undefined;
  /** In hex, '' for silence; undefined when it did not come at once. */
  readonly general: string | undefined;
  /** What each of them logged. */
  readonly directLines: readonly string[];
  readonly generalLines: readonly string[];
}

/** One listener with one block for the root zone. */
export class DirectBench {
  readonly thread: ThreadBench = new ThreadBench();
  readonly #server: QueryServer;
  readonly #out: Uint8Array = new Uint8Array(70_000);

  private constructor(thread: ThreadBench, server: QueryServer) {
    this.thread = thread;
    this.#server = server;
  }

  /** The Corefile's only block must have kubernetes, with an endpoint. */
  static async load(corefile: string): Promise<DirectBench> {
    const scenario = await KubernetesScenario.load(corefile);
    const waiting = scenario.bench.run('startup');
    for (const object of OBJECTS) scenario.source.put(object);
    scenario.source.sync();
    await waiting;
    const specs = await handlersOf(scenario, corefile);
    const registry = new Map<string, ServingPlugin>();
    await loadServingPlugins(
      specs.map(({ plugin }) => plugin),
      registry,
    );
    const thread = new ThreadBench();
    const chain = compileChain(specs, registry, (byName, all) => ({
      ...contextOf(scenario, thread),
      handler: (plugin) => byName.get(plugin),
      handlers: () => all,
    }));
    const block = { chain, isDebug: false, hasStacktrace: false, acceptsOtherClasses: false };
    const router = new Router([{ zone: new Uint8Array(1), label: '.', block }]);
    const { log, clock, countPanic } = thread;
    const server = new QueryServer('dns://:53', router, {
      log,
      clock,
      countPanic,
      dropped: undefined,
      late: new LateAnswers(),
    });
    return new DirectBench(thread, server);
  }

  /** Asks the short path alone: octets of the reply, 0 where it leaves the query to the general one. */
  answerDirect(place: PacketPlace): number {
    return this.#server.answerDirect(place);
  }

  /** Asks the general path alone: octets of the reply, 0 for silence, undefined when it did not come at once. */
  answerGeneral(packet: Uint8Array): number | undefined {
    let length = 0;
    const late = this.#server.serve(packet, clientOf(), (reply) => {
      length = reply.length;
    });
    return late instanceof Promise ? undefined : length;
  }

  /** Asks the short path, then the general one. */
  ask(packet: Uint8Array, isTcp: boolean = false, family: 1 | 2 = 1): BothReplies {
    const out = this.#out;
    const client = clientOf(isTcp ? 'tcp' : 'udp', family === 1 ? '127.0.0.1' : '::1');
    const { localAddress } = client;
    const size = { length: packet.length, outOffset: 7 };
    const where = { localAddress, localPort: 53, datagram: undefined };
    const place = { packet, out, ...size, isTcp, family, peer: client, ...where };
    const lines = this.thread.log.lines.length;
    const length = this.#server.answerDirect(place);
    const direct = length === 0 ? undefined : hex(out.subarray(7, 7 + length));
    const directLines = this.thread.log.lines.slice(lines);
    let general = '';
    const late = this.#server.serve(packet, client, (reply) => {
      general = hex(reply);
    });
    const generalLines = this.thread.log.lines.slice(lines + directLines.length);
    const isLate = late instanceof Promise;
    return { direct, general: isLate ? undefined : general, directLines, generalLines };
  }
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}

/** The handlers of the block in chain order; that of kubernetes has been set up with its objects. */
async function handlersOf(scenario: KubernetesScenario, corefile: string): Promise<HandlerSpec[]> {
  const { bench, options } = scenario;
  const specs: HandlerSpec[] = [];
  for (const word of DIRECTIVES.filter((each) => bench.blocks[0]?.has(each))) {
    const control = await CONTROL_REGISTRY.get(word);
    if (control === undefined) throw new CorefileError(`${word} is not there`);
    if (!control.isHandler) continue;
    const all = word === 'kubernetes' ? [options] : await bench.load(control, corefile);
    specs.push(...all.map((each) => ({ plugin: word, options: each })));
  }
  return specs;
}

function contextOf({ bench }: KubernetesScenario, thread: ThreadBench): ServingContext {
  return {
    zones: [new Uint8Array(1)],
    log: thread.log,
    metrics: thread.metrics,
    clock: thread.clock,
    readerIndex: 0,
    isDebug: false,
    lookup: () => undefined,
    subscribe: (channel, take) => {
      if (bench.published.has(channel)) take(bench.published.get(channel));
    },
    ask: async () => undefined,
    onClose: () => undefined,
    handler: () => undefined,
    handlers: () => [],
  };
}
