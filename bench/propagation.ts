// `npm run bench:propagation`: how long until a change in the API server is the answer, from the return of the PATCH. Needs Go,
// kapi's source and dnsperf. README.md says how to read it.
//
//   npm run bench:propagation -- [--samples N] [--quick]

import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../test/support/kill-at-exit.ts';
import { type ChangeTimes, ChangingService } from './changing-service.ts';
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
  'state',
  'samples',
  'ms p50',
  'ms p99',
  'ms max',
  'watch p50',
  'watch p99',
  'watch max',
  'load',
];
/** Changes come at odd times, so that no timer of the server is always met at the same place. */
const LONGEST_PAUSE_MS = 30;

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '500' },
    quick: { type: 'boolean', default: false },
  },
});
const samples = values.quick ? 20 : Number(values.samples);

async function changes(service: ChangingService): Promise<ChangeTimes[]> {
  const times: ChangeTimes[] = [];
  for (let i = 0; i < samples; i += 1) {
    await wait(Math.random() * LONGEST_PAUSE_MS);
    times.push(await service.change());
  }
  return times;
}

function row(state: string, times: readonly ChangeTimes[], load: string): string[] {
  const answers = times.map(({ answerMs }) => answerMs);
  const events = times.map(({ watchMs }) => watchMs);
  const figures = [answers, events].flatMap((each) => [
    quantile(each, 0.5),
    quantile(each, 0.99),
    Math.max(...each),
  ]);
  return [state, String(times.length), ...figures.map((each) => each.toFixed(2)), load];
}

async function measure(cluster: KapiCluster, peer: Peer, results: Results): Promise<void> {
  const service = await ChangingService.create(cluster.kapi, peer.port);
  await untilResting(peer.pids());
  results.table('PATCH to answer, and to a bare watch', COLUMNS);
  results.row(row('idle', await changes(service), ''));
  const { port } = peer;
  const load = new Load({
    queries: cluster.queries(),
    port,
    seconds: LOAD_SECONDS,
    words: ['-Q', String(QUERIES_A_SECOND), '-c', '20'],
  });
  const times = await changes(service);
  const { qps, lost } = await load.stop();
  results.row(row(`${QUERIES_A_SECOND} q/s`, times, `${qps.toFixed(0)} q/s, ${lost} lost`));
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
  try {
    const peer = await cluster.startNodens();
    try {
      await measure(cluster, peer, results);
    } finally {
      await peer.stop();
    }
  } finally {
    await cluster.close();
  }
  results.end('propagation', !values.quick);
}

await main();
