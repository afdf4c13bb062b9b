// The servers that are measured: Nodens as users run it (dist/, over an API server), and NSD with the same records.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ask } from '../test/support/dns-client.ts';
import { freePort, ROOT } from '../test/support/server.ts';
import { type BenchService, masterFiles, serviceName } from './cluster.ts';
import { processTree } from './process-cost.ts';

/** A running server. */
export interface Peer {
  readonly name: string;
  readonly port: number;
  /** All its processes. */
  pids(): number[];
  /** Milliseconds from exec to the first right answer. */
  readonly startMs: number;
  stop(): Promise<void>;
}

const START_ATTEMPTS = 2000;
const ATTEMPT_MS = 10;

/** Starts Nodens on one core with kubeadm's Corefile over the API server. */
export async function startNodens(
  services: readonly BenchService[],
  apiUrl: string,
  core: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Peer> {
  const [port, health, ready, metrics] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'nodens-bench-'));
  const corefile = join(folder, 'Corefile');
  writeFileSync(
    corefile,
    `.:${port} {
    errors
    health 127.0.0.1:${health} {
       lameduck 5s
    }
    ready 127.0.0.1:${ready}
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       endpoint ${apiUrl}
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus 127.0.0.1:${metrics}
    forward . 127.0.0.1:9 {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    reload
    loadbalance
}
`,
  );
  const words = ['-c', String(core), join(ROOT, 'bin', 'nodens'), '-conf', corefile, '-quiet'];
  const started = performance.now();
  const child = spawn('taskset', words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return await peer({ name: 'Nodens', child, port, folder, started }, services);
}

/** Starts NSD on one core with the same records. */
export async function startNsd(services: readonly BenchService[], core: number): Promise<Peer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'nodens-nsd-'));
  mkdirSync(join(folder, 'db'));
  const { zone, reverse } = masterFiles(services);
  writeFileSync(join(folder, 'cluster.zone'), zone);
  writeFileSync(join(folder, 'reverse.zone'), reverse);
  writeFileSync(
    join(folder, 'nsd.conf'),
    `server:
  ip-address: 127.0.0.1@${port}
  server-count: 1
  username: ""
  chroot: ""
  database: ""
  zonesdir: "${folder}"
  zonelistfile: "${folder}/db/zone.list"
  xfrdfile: "${folder}/db/xfrd.state"
  xfrdir: "${folder}/db"
  pidfile: "${folder}/nsd.pid"
  tcp-count: 200
  tcp-query-count: 0
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: cluster.local
  zonefile: cluster.zone
zone:
  name: 10.in-addr.arpa
  zonefile: reverse.zone
`,
  );
  const words = ['-c', String(core), 'nsd', '-d', '-c', join(folder, 'nsd.conf')];
  const started = performance.now();
  const child = spawn('taskset', words, { stdio: ['ignore', 'inherit', 'ignore'] });
  return await peer({ name: 'NSD', child, port, folder, started }, services);
}

/** A server that was started and has not answered yet. */
interface Starting {
  readonly name: string;
  readonly child: ChildProcess;
  readonly port: number;
  readonly folder: string;
  readonly started: number;
}

async function peer(starting: Starting, services: readonly BenchService[]): Promise<Peer> {
  const { name, child, port, folder, started } = starting;
  const pid = child.pid ?? 0;
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    for (const each of processTree(pid).toReversed()) process.kill(each, 'SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  await firstAnswer(services, port).catch(async (error: unknown) => {
    await stop();
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  });
  return { name, port, pids: () => processTree(pid), startMs: performance.now() - started, stop };
}

/** Asks for the last service until its right address comes. */
async function firstAnswer(services: readonly BenchService[], port: number): Promise<void> {
  const last = services.findLast((service) => !service.isHeadless);
  if (last === undefined) throw new Error('a cluster without ClusterIP services');
  for (let i = 0; i < START_ATTEMPTS; i += 1) {
    const reply = await ask(serviceName(last), 'A', { port, timeoutMs: ATTEMPT_MS });
    if (reply?.answer.length === 1) return;
    if (reply !== undefined) await wait(1);
  }
  throw new Error('no right answer');
}
