// The servers that are measured: Nodens as users run it (bin/nodens on dist/), and NSD with the same records.

import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { askHttp } from '../test/support/http-ask.ts';
import { killAtExit } from '../test/support/kill-at-exit.ts';
import { freePort, ROOT } from '../test/support/server.ts';
import { BARE_ADDRESS } from './bare-batches.ts';
import { kubeadmCorefile } from './corefile.ts';
import { SERVER_CORE } from './cores.ts';
import { nsdConfiguration, type ZoneText } from './nsd.ts';
import { Probe } from './probe.ts';
import { processTree } from './process-cost.ts';

/** A running server. */
export interface Peer {
  readonly name: string;
  readonly port: number;
  /** All its processes, the first one first. */
  pids(): number[];
  /** Milliseconds from exec to the first right answer. */
  readonly startMs: number;
  /** Milliseconds from exec until all is known. */
  readonly readyMs: number;
  /** Kills it and removes what it wrote. */
  stop(): Promise<void>;
}

/** An answer that a server gives when it is up. */
export interface KnownAnswer {
  readonly name: string;
  readonly address: string;
}

/** What a Nodens is started with. */
export interface NodensOptions {
  /** Where the API server is, as in CorefileParts. */
  readonly apiServer: string;
  readonly upstreamPort: number;
  readonly known: KnownAnswer;
  /** How UDP is served; with `batch` the start fails where the native addon is missing or stale. */
  readonly udp?: 'batch' | 'dgram';
  readonly hasLog?: boolean;
  /** Descriptor of its standard output; a file in its folder when absent. */
  readonly stdout?: number;
  /** Folder of a control group to start it in. */
  readonly cgroup?: string;
  /** Another server that takes the same Corefile and flags, in place of Nodens. */
  readonly coredns?: string | undefined;
  /** Processors to run on, as taskset takes them; the server's core when absent. */
  readonly cores?: string | undefined;
}

/** Node reads a file of further authorities before its first TLS context, 150 of them in 10 ms; nobody gives it one in a pod. */
const AS_IN_A_POD = { NODE_EXTRA_CA_CERTS: undefined };
/** What a server prints, in its folder. */
const OUTPUT = 'output';
const START_PATIENCE_MS = 120_000;
/** Between two questions to a server that answers, but not yet right: its core is busy enough. */
const START_PAUSE_MS = 1;

/** Starts Nodens, or a CoreDNS, with kubeadm's Corefile on the server's core. */
export async function startNodens(options: NodensOptions): Promise<Peer> {
  const [port, healthPort, readyPort, metricsPort] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const { apiServer, upstreamPort, hasLog = false } = options;
  const ports = { port, healthPort, readyPort, metricsPort, upstreamPort };
  const folder = mkdtempSync(join(tmpdir(), 'nodens-bench-'));
  const corefile = join(folder, 'Corefile');
  writeFileSync(corefile, kubeadmCorefile({ ...ports, apiServer, hasLog }));
  const { coredns } = options;
  const command = [coredns ?? join(ROOT, 'bin', 'nodens'), '-conf', corefile, '-quiet'];
  const starting = spawnOn(options.cores ?? SERVER_CORE, command, { ...options, folder });
  const isReady = async (): Promise<boolean> => (await askHttp(readyPort, '/ready')).status === 200;
  const name = coredns === undefined ? 'Nodens' : 'CoreDNS';
  return await running({ ...starting, name, port, folder, isReady }, options.known);
}

/** Starts NSD with some zones on a core. */
export async function startNsd(
  zones: readonly ZoneText[],
  known: KnownAnswer,
  core: number = SERVER_CORE,
): Promise<Peer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'nodens-nsd-'));
  mkdirSync(join(folder, 'db'));
  for (const { name, text } of zones) writeFileSync(join(folder, `${name}.zone`), text);
  const configuration = join(folder, 'nsd.conf');
  writeFileSync(configuration, nsdConfiguration(folder, port, zones));
  const starting = spawnOn(core, ['nsd', '-d', '-c', configuration], { folder });
  return await running({ ...starting, name: 'NSD', port, folder, isReady: atOnce }, known);
}

/** Starts the server that only echoes (bare-batches.ts) on the server's core. */
export async function startBareBatches(): Promise<Peer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'nodens-bare-'));
  const script = join(ROOT, 'bench', 'bare-batches.ts');
  const starting = spawnOn(SERVER_CORE, [process.execPath, script, String(port)], { folder });
  const known = { name: 'a.', address: BARE_ADDRESS };
  return await running({ ...starting, name: 'bare batches', port, folder, isReady: atOnce }, known);
}

/** Starts the program that only reads what a start waits for (bare-start.cjs). `apiServer` is a URL, with files for TLS after it. */
export async function startBareNode(
  [apiServer, ...tlsFiles]: readonly [string, ...string[]],
  known: KnownAnswer,
  cores: string,
): Promise<Peer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'nodens-bare-'));
  const script = join(ROOT, 'bench', 'bare-start.cjs');
  const words = [process.execPath, script, String(port), apiServer, known.address, ...tlsFiles];
  const starting = spawnOn(cores, words, { folder });
  return await running({ ...starting, name: 'bare Node', port, folder, isReady: atOnce }, known);
}

/** Of servers that know everything when they answer. */
async function atOnce(): Promise<boolean> {
  return true;
}

/** Starts a command on some cores; the shell and taskset end in exec, so it keeps the process id. */
function spawnOn(
  cores: number | string,
  command: readonly string[],
  options: Pick<NodensOptions, 'udp' | 'stdout' | 'cgroup'> & { readonly folder: string },
): Pick<Starting, 'child' | 'startedMs'> {
  const { udp = 'batch', stdout, cgroup, folder } = options;
  const pinned = ['taskset', '-c', String(cores), ...command];
  const entering = ['sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"'];
  const words = cgroup === undefined ? pinned : [...entering, cgroup, ...pinned];
  const output = openSync(join(folder, OUTPUT), 'w');
  const startedMs = performance.now();
  const child = spawn(words[0] ?? '', words.slice(1), {
    env: { ...process.env, NODENS_UDP: udp, ...AS_IN_A_POD },
    stdio: ['ignore', stdout ?? output, output],
  });
  closeSync(output);
  killAtExit(child);
  return { child, startedMs };
}

/** A server that was started and has not answered yet. */
interface Starting {
  readonly name: string;
  readonly child: ChildProcess;
  readonly port: number;
  readonly folder: string;
  readonly startedMs: number;
  readonly isReady: () => Promise<boolean>;
}

async function running(starting: Starting, known: KnownAnswer): Promise<Peer> {
  const { name, child, port, folder, startedMs, isReady } = starting;
  const pid = child.pid ?? 0;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    for (const each of processTree(pid).toReversed()) process.kill(each, 'SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const probe = await Probe.open(known.name, port);
  try {
    const isUp = await Promise.race([
      probe.until(known.address, START_PATIENCE_MS, START_PAUSE_MS).then(() => true),
      ended.then(() => false),
    ]);
    if (!isUp) throw new Error('ended');
    const startMs = performance.now() - startedMs;
    while (!(await isReady())) await wait(START_PAUSE_MS);
    const readyMs = performance.now() - startedMs;
    return { name, port, pids: () => processTree(pid), startMs, readyMs, stop };
  } catch (error) {
    const output = readFileSync(join(folder, OUTPUT), 'utf8');
    await stop();
    throw new Error(`${name} did not start: ${String(error)}\n${output}`);
  } finally {
    probe.close();
  }
}
