// `npm run bench:memory`: what Nodens holds in memory over a real API server, and whether it survives in the memory that a pod
// gets. Needs Go, kapi's source and dnsperf. README.md says how to read it.
//
//   npm run bench:memory -- [--quick]

import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../test/support/kill-at-exit.ts';
import { relist } from './changing-service.ts';
import type { ClusterSize } from './cluster.ts';
import { leaveServerCore } from './cores.ts';
import { load } from './dnsperf.ts';
import { KapiCluster } from './kapi-cluster.ts';
import { requireKapi, requirePrograms } from './needs.ts';
import type { Peer } from './peers.ts';
import { memory, resetPeak } from './process-cost.ts';
import { Results } from './results.ts';
import { SURVIVAL_COLUMNS, type SurvivalRun, survive } from './survival.ts';

const SIZES: readonly (ClusterSize & { readonly survival: SurvivalRun })[] = [
  {
    services: 1000,
    endpoints: 3,
    namespaces: 10,
    survival: { what: 'load', limitMiB: 128, hasRelist: false },
  },
  {
    services: 10_000,
    endpoints: 10,
    namespaces: 50,
    survival: { what: 'load and a relist', limitMiB: 170, hasRelist: true },
  },
];

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const LOAD_SECONDS = values.quick ? 2 : 10;
const MEMORY_COLUMNS = ['when', 'RSS MiB', 'anonymous', 'file', 'peak since the row above'];
/** Two looks of the memory keeper (cli/memory-keeper.ts). */
const REST_MS = values.quick ? 1000 : 12_000;

/** One server through its phases: a row when each ends, and one after a rest. */
async function measure(cluster: KapiCluster, title: string, results: Results): Promise<void> {
  const peer = await cluster.startNodens();
  try {
    results.table(title, MEMORY_COLUMNS);
    const [first, ready] = [peer.startMs.toFixed(0), peer.readyMs.toFixed(0)];
    await phase(`ready after ${ready} ms, first right answer after ${first}`, peer, results);
    await load({ queries: cluster.queries(), port: peer.port, seconds: LOAD_SECONDS });
    await phase('load', peer, results);
    await relist(cluster.kapi, peer.port);
    await phase('full relist', peer, results);
  } finally {
    await peer.stop();
  }
}

async function phase(name: string, peer: Peer, results: Results): Promise<void> {
  memoryRow(name, peer, results);
  await wait(REST_MS);
  memoryRow(`${name}, ${REST_MS / 1000} s later`, peer, results);
}

function memoryRow(when: string, peer: Peer, results: Results): void {
  const [pid = 0] = peer.pids();
  const { total, anonymous, file, peak } = memory(pid);
  results.row([when, ...[total, anonymous, file, peak].map((each) => each.toFixed(1))]);
  resetPeak(pid);
}

async function main(): Promise<void> {
  requirePrograms('dnsperf', 'taskset');
  requireKapi();
  exitOnSignals();
  leaveServerCore();
  const results = new Results('Memory', `kubeadm's Corefile over kapi, ${LOAD_SECONDS} s of load`);
  for (const { survival, ...size } of SIZES) {
    const cluster = await KapiCluster.open(size);
    try {
      const title = `${size.services} services x ${size.endpoints} endpoints`;
      await measure(cluster, title, results);
      results.table(`${title}, in a memory control group`, SURVIVAL_COLUMNS);
      results.row(await survive(cluster, survival, LOAD_SECONDS));
    } finally {
      await cluster.close();
    }
  }
  results.end('memory', !values.quick);
}

await main();
