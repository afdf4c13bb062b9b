// `npm run bench`: processor time a query of Nodens against NSD, in one run, on the same names. The server has one core,
// the load the other. Prints a table and writes it to bench/results/.
//
//   npm run bench -- [--services N] [--endpoints N] [--seconds N] [--only TEXT] [--rounds N]

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { COLLECTIONS, FakeApiServer } from '../test/support/fake-api-server.ts';
import { ROOT } from '../test/support/server.ts';
import { type BenchCase, benchCases } from './cases.ts';
import { apiObjects, type BenchService, benchServices } from './cluster.ts';
import { type LoadReport, load } from './dnsperf.ts';
import { type Peer, startNodens, startNsd } from './peers.ts';
import { cpuTime, memory } from './process-cost.ts';

const SERVER_CORE = 0;
const LOAD_CORE = 1;

interface Row {
  readonly benchCase: string;
  readonly server: string;
  readonly userUs: number;
  readonly systemUs: number;
  readonly report: LoadReport;
}

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '1000' },
    endpoints: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});

async function measure(peer: Peer, benchCase: BenchCase, seconds: number): Promise<Row> {
  const pids = peer.pids();
  const before = cpuTime(pids);
  const report = await load(benchCase, peer.port, seconds, LOAD_CORE);
  const after = cpuTime(pids);
  const queries = Math.max(report.completed, 1);
  return {
    benchCase: benchCase.name,
    server: peer.name,
    userUs: (after.userUs - before.userUs) / queries,
    systemUs: (after.systemUs - before.systemUs) / queries,
    report,
  };
}

function line(
  { benchCase, server, userUs, systemUs, report }: Row,
  peerTotal: number | undefined,
): string {
  const total = userUs + systemUs;
  const ratio = peerTotal === undefined ? '' : (total / peerTotal).toFixed(2);
  const cells = [
    benchCase,
    server,
    userUs.toFixed(2),
    systemUs.toFixed(2),
    total.toFixed(2),
    ratio,
    Math.round(report.qps),
    report.lost,
    report.latencyMs.toFixed(2),
    report.latencyMaxMs.toFixed(1),
    report.rcodes,
  ];
  return `| ${cells.join(' | ')} |`;
}

async function runCase(
  benchCase: BenchCase,
  services: readonly BenchService[],
  apiUrl: string,
  shared: { nodens: Peer; nsd: Peer },
): Promise<string[]> {
  const seconds = Number(values.seconds);
  const nsd = await measure(shared.nsd, benchCase, seconds);
  const own =
    benchCase.env === undefined
      ? undefined
      : await startNodens(services, apiUrl, SERVER_CORE, benchCase.env);
  const nodens = await measure(own ?? shared.nodens, benchCase, seconds);
  await own?.stop();
  return [line(nsd, undefined), line(nodens, nsd.userUs + nsd.systemUs)];
}

function memoryLine(peer: Peer): string {
  const { anonymous, file } = memory(peer.pids()[0] ?? 0);
  return `${peer.name}: RSS ${(anonymous + file).toFixed(1)} MiB (${anonymous.toFixed(1)} anonymous, ${file.toFixed(1)} file)`;
}

async function main(): Promise<void> {
  const size = {
    services: Number(values.services),
    endpoints: Number(values.endpoints),
    namespaces: 10,
  };
  const services = benchServices(size);
  const api = new FakeApiServer();
  await api.listen();
  for (const object of apiObjects(services)) api.put(collectionOf(object.kind), { ...object });
  const nsd = await startNsd(services, SERVER_CORE);
  const nodens = await startNodens(services, api.url, SERVER_CORE);
  const lines = [
    `# ${new Date().toISOString().slice(0, 10)}: ${size.services} services x ${size.endpoints} endpoints`,
    '',
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, commit ${revision()}, ${values.seconds} s a case`,
    `Nodens: exec to first right answer ${nodens.startMs.toFixed(0)} ms`,
    `before load: ${memoryLine(nodens)}`,
    '',
    '| case | server | user us | system us | total us | / NSD | q/s | lost | ms mean | ms max | response codes |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
  ];
  const print = (text: string): void => {
    lines.push(text);
    console.log(text);
  };
  console.log(lines.join('\n'));
  for (const benchCase of benchCases(services)) {
    if (!benchCase.name.includes(values.only)) continue;
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const text of await runCase(benchCase, services, api.url, { nodens, nsd })) print(text);
    }
  }
  print('');
  print(`after load: ${memoryLine(nodens)}; ${memoryLine(nsd)}`);
  await nodens.stop();
  await nsd.stop();
  await api.close();
  const folder = join(ROOT, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  const stamp = new Date().toISOString().slice(0, 16).replace(/[:T]/g, '-');
  writeFileSync(join(folder, `${stamp}-cpu.md`), `${lines.join('\n')}\n`);
}

function collectionOf(kind: string): string {
  if (kind === 'Namespace') return COLLECTIONS.namespaces;
  return kind === 'Service' ? COLLECTIONS.services : COLLECTIONS.slices;
}

function revision(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT }).toString().trim();
}

await main();
