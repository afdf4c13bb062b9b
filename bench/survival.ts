// Does Nodens live in the memory that a pod gets? Counts what the kernel killed and asks afterwards.

import { relist } from './changing-service.ts';
import { knownAnswer } from './cluster.ts';
import { Load } from './dnsperf.ts';
import type { KapiCluster } from './kapi-cluster.ts';
import { MemoryCgroup } from './memory-cgroup.ts';
import type { Peer } from './peers.ts';
import { Probe } from './probe.ts';

/** What happens under which limit. */
export interface SurvivalRun {
  readonly what: string;
  readonly limitMiB: number;
  /** The API server makes it list everything again while the load runs. */
  readonly hasRelist: boolean;
}

/** Columns of a row that `survive` returns. */
export const SURVIVAL_COLUMNS: readonly string[] = [
  'run',
  'limit MiB',
  'peak MiB with page cache',
  'OOM kills',
  'q/s',
  'lost',
  'answers afterwards',
];

const ANSWER_PATIENCE_MS = 2000;

/** Starts Nodens in a control group, loads it, and says what came of it. */
export async function survive(
  cluster: KapiCluster,
  run: SurvivalRun,
  seconds: number,
): Promise<string[]> {
  const group = MemoryCgroup.open(run.limitMiB);
  const head = [run.what, String(run.limitMiB)];
  if (group === undefined) return [...head, 'not run: no memory control group can be made here'];
  try {
    const outcome = await live(cluster, run, seconds, group);
    return [...head, group.peakMiB.toFixed(1), String(group.oomKills), ...outcome];
  } finally {
    await group.close();
  }
}

/** The rest of the row. */
async function live(
  cluster: KapiCluster,
  { hasRelist }: SurvivalRun,
  seconds: number,
  { folder }: MemoryCgroup,
): Promise<string[]> {
  let peer: Peer;
  try {
    peer = await cluster.startNodens({ cgroup: folder });
  } catch {
    return ['', '', 'did not start'];
  }
  try {
    const load = new Load({ queries: cluster.queries(), port: peer.port, seconds });
    const fault = hasRelist ? await faultOf(relist(cluster.kapi, peer.port)) : '';
    const { qps, lost } = await load.finished();
    const answers = (await answersRight(cluster, peer.port)) ? 'yes' : 'no';
    return [qps.toFixed(0), String(lost), `${answers}${fault}`];
  } finally {
    await peer.stop();
  }
}

async function faultOf(work: Promise<void>): Promise<string> {
  try {
    await work;
    return '';
  } catch (error) {
    return `, relist: ${String(error)}`;
  }
}

async function answersRight(cluster: KapiCluster, port: number): Promise<boolean> {
  const { name, address } = knownAnswer(cluster.services);
  const probe = await Probe.open(name, port);
  try {
    await probe.until(address, ANSWER_PATIENCE_MS);
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}
