// `npm run bench:start`: how long from exec to the first right answer over a real API server, in turn with a bare Node, and with
// a CoreDNS where its program is given. Needs Go and kapi's source. README.md says how to read it.
//
//   npm run bench:start -- [--rounds N] [--quick] [--coredns FILE]

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../test/support/kill-at-exit.ts';
import type { ClusterSize } from './cluster.ts';
import { LOAD_CORE, SERVER_CORE } from './cores.ts';
import { KapiCluster } from './kapi-cluster.ts';
import { requireKapi, requirePrograms } from './needs.ts';
import { type Peer, startBareNode } from './peers.ts';
import { cpuTime } from './process-cost.ts';
import { median } from './quantile.ts';
import { Results } from './results.ts';

const SIZES: readonly ClusterSize[] = [
  { services: 1000, endpoints: 3, namespaces: 10 },
  { services: 10_000, endpoints: 10, namespaces: 50 },
];
const COLUMNS = [
  'server',
  'API server by',
  'ms median',
  'ms best',
  'ms worst',
  'ms until ready',
  'CPU ms until ready',
];
/** A pod has all processors; the API server and this script use them, too. */
const CORES = `${SERVER_CORE},${LOAD_CORE}`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    quick: { type: 'boolean', default: false },
    coredns: { type: 'string' },
  },
});
const rounds = values.quick ? 1 : Number(values.rounds);

/** A server that is started again and again. */
interface Contender {
  readonly name: string;
  readonly way: string;
  start(): Promise<Peer>;
}

/** Milliseconds. */
interface Start {
  readonly startMs: number;
  readonly readyMs: number;
  readonly cpuMs: number;
}

function contenders(cluster: KapiCluster): Contender[] {
  const { kapi } = cluster;
  const files = ['client.crt', 'client.key', 'ca.crt'].map((file) => join(kapi.data, file));
  const ways = {
    http: `endpoint ${kapi.plainUrl}`,
    TLS: `endpoint ${kapi.tlsUrl}\n       tls ${files.join(' ')}`,
    kubeconfig: `kubeconfig ${join(kapi.data, 'kubeconfig')}`,
  };
  const programs = [
    { name: 'Nodens', coredns: undefined },
    ...(values.coredns === undefined ? [] : [{ name: 'CoreDNS', coredns: values.coredns }]),
  ];
  const bare = (way: string, ...server: [string, ...string[]]): Contender => ({
    name: 'bare Node',
    way,
    start: () => startBareNode(server, cluster.known, CORES),
  });
  return [
    bare('http', kapi.plainUrl),
    bare('TLS', kapi.tlsUrl, ...files),
    ...Object.entries(ways).flatMap(([way, apiServer]) =>
      programs.map(({ name, coredns }) => ({
        name,
        way,
        start: () => cluster.startNodens({ apiServer, coredns, cores: CORES }),
      })),
    ),
  ];
}

async function startOnce({ start }: Contender): Promise<Start> {
  const peer = await start();
  const { userUs, systemUs } = cpuTime(peer.pids());
  await peer.stop();
  const { startMs, readyMs } = peer;
  return { startMs, readyMs, cpuMs: (userUs + systemUs) / 1000 };
}

/** All in turn, round by round, so that a slow minute of the machine is everybody's. */
async function measure(cluster: KapiCluster, results: Results): Promise<void> {
  const all = contenders(cluster).map((contender) => ({ contender, starts: [] as Start[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { contender, starts } of all) starts.push(await startOnce(contender));
  }
  for (const { contender, starts } of all) {
    const times = starts.map(({ startMs }) => startMs);
    const figures = [
      ...[median(times), Math.min(...times), Math.max(...times)],
      median(starts.map(({ readyMs }) => readyMs)),
      median(starts.map(({ cpuMs }) => cpuMs)),
    ];
    results.row([contender.name, contender.way, ...figures.map((each) => each.toFixed(0))]);
  }
}

async function main(): Promise<void> {
  requirePrograms('taskset');
  requireKapi();
  exitOnSignals();
  const results = new Results(
    'Start',
    `kubeadm's Corefile over kapi, ${rounds} starts in turn, all on the same two cores`,
  );
  for (const size of SIZES) {
    const cluster = await KapiCluster.open(size);
    try {
      results.table(`${size.services} services x ${size.endpoints} endpoints`, COLUMNS);
      await measure(cluster, results);
    } finally {
      await cluster.close();
    }
  }
  results.end('start', !values.quick);
}

await main();
