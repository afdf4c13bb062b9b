// `npm run bench:propagation`: how long until a change in the API server is the answer, from the return of the PATCH. Needs Go,
// kapi's source and dnsperf. README.md says how to read it.
//
//   npm run bench:propagation -- [--samples N] [--quick] [--coredns FILE]
//
// With the program of a CoreDNS, it is measured in turn with Nodens, twice: the machine changes from minute to minute.

import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../test/support/kill-at-exit.ts';
import { ChangingService } from './changing-service.ts';
import { leaveServerCore } from './cores.ts';
import { Load } from './dnsperf.ts';
import { KapiCluster } from './kapi-cluster.ts';
import { requireKapi, requirePrograms } from './needs.ts';
import type { Peer } from './peers.ts';
import { untilResting } from './process-cost.ts';
import { quantile } from './quantile.ts';
import { Results } from './results.ts';

const SIZE = { services: 10_000, endpoints: 10, namespaces: 50 };
const QUERIES_A_SECOND = 50_000;
/** Longer than any run; it is stopped. */
const LOAD_SECONDS = 600;
const COLUMNS = [
  'server',
  'state',
  'ms p50',
  'ms p99',
  'ms max',
  'watch p50',
  'watch p99',
  'ask p50',
  'ask p99',
  'load',
];
/** Changes that are not counted: until V8 has compiled what works them off, each takes twice as long (docs/adr/0007-cost-of-a-change.md). */
const WARMING_CHANGES = 1000;
/** Changes come at odd times, so that no timer of the server is always met at the same place. */
const LONGEST_PAUSE_MS = 30;

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '500' },
    quick: { type: 'boolean', default: false },
    coredns: { type: 'string' },
  },
});
const samples = values.quick ? 20 : Number(values.samples);

/** Runs a measurement again and again, at odd times. */
async function repeat<T>(measurement: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < samples; i += 1) {
    await wait(Math.random() * LONGEST_PAUSE_MS);
    results.push(await measurement());
  }
  return results;
}

/** The figures of one state: changes, and lone questions, which no answer can be faster than. */
async function figures(service: ChangingService): Promise<string[]> {
  const times = await repeat(() => service.change());
  const asks = await repeat(() => service.ask());
  const answers = times.map(({ answerMs }) => answerMs);
  const events = times.map(({ watchMs }) => watchMs);
  const columns = [
    ...[quantile(answers, 0.5), quantile(answers, 0.99), Math.max(...answers)],
    ...[events, asks].flatMap((each) => [quantile(each, 0.5), quantile(each, 0.99)]),
  ];
  return columns.map((each) => each.toFixed(2));
}

async function measure(cluster: KapiCluster, peer: Peer, results: Results): Promise<void> {
  const { name, port } = peer;
  const service = await ChangingService.create(cluster.kapi, port);
  for (let i = 0; i < WARMING_CHANGES; i += 1) await service.change();
  await untilResting(peer.pids());
  results.row([name, 'idle', ...(await figures(service)), '']);
  const load = new Load({
    queries: cluster.queries(),
    port,
    seconds: LOAD_SECONDS,
    words: ['-Q', String(QUERIES_A_SECOND), '-c', '20'],
  });
  const loaded = await figures(service);
  const { qps, lost } = await load.stop();
  const words = `${qps.toFixed(0)} q/s, ${lost} lost`;
  results.row([name, `${QUERIES_A_SECOND} q/s`, ...loaded, words]);
  await service.close();
}

async function main(): Promise<void> {
  requirePrograms('dnsperf', 'taskset');
  requireKapi();
  exitOnSignals();
  leaveServerCore();
  const { services, endpoints } = SIZE;
  const results = new Results(
    'Propagation',
    `kubeadm's Corefile over kapi, ${services} services x ${endpoints} endpoints`,
  );
  const cluster = await KapiCluster.open(SIZE);
  const { coredns: other } = values;
  const programs = other === undefined ? [undefined] : [undefined, other, undefined, other];
  results.table('PATCH to answer, and to a bare watch; a question alone', COLUMNS);
  try {
    for (const coredns of programs) {
      const peer = await cluster.startNodens({ coredns });
      try {
        await measure(cluster, peer, results);
      } finally {
        await peer.stop();
      }
    }
  } finally {
    await cluster.close();
  }
  results.end('propagation', !values.quick);
}

await main();
