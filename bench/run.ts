// `npm run bench`: processor time a query of Nodens against NSD, in one run, on the same names. README.md says how to read it.
//
//   npm run bench -- [--seconds N] [--rounds N] [--services N] [--endpoints N] [--only TEXT] [--quick]

import { parseArgs } from 'node:util';
import { exitOnSignals } from '../test/support/kill-at-exit.ts';
import type { BenchCase } from './cases.ts';
import { benchServices } from './cluster.ts';
import { LOAD_CORE, leaveServerCore } from './cores.ts';
import { EXTERNAL_ANSWER, externalZone } from './external-zone.ts';
import { type BenchGroup, benchGroups, type Contender, nodens, nsd } from './groups.ts';
import { CASE_COLUMNS, caseRow, type Measured, measure, type Round, warmUp } from './measure.ts';
import { requirePrograms } from './needs.ts';
import { type Peer, startNsd } from './peers.ts';
import { memory, untilResting } from './process-cost.ts';
import { median } from './quantile.ts';
import { Results } from './results.ts';

const START_SIZES = [
  { services: 1000, endpoints: 3, namespaces: 10 },
  { services: 10_000, endpoints: 10, namespaces: 50 },
];
const START_SECTION = 'exec to the first right answer';
const START_COLUMNS = ['ms median', 'ms best', 'ms worst', 'ms until ready'];

/** A contender whose turn it is. */
interface Running extends Measured {
  readonly name: string;
}

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '1000' },
    endpoints: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
  },
});
const seconds = values.quick ? 1 : Number(values.seconds);
const rounds = values.quick ? 1 : Number(values.rounds);

/** Runs the cases of a group whose names, with the group's in front, hold `--only`. */
async function runGroup(group: BenchGroup, results: Results): Promise<void> {
  const cases = group.cases.filter(({ name }) => `${group.name}: ${name}`.includes(values.only));
  if (cases.length === 0) return;
  const running: Running[] = [];
  try {
    for (const { name, services, start } of group.contenders) {
      running.push({ name, services, peer: await start() });
    }
    for (const { peer } of running) await untilResting(peer.pids());
    results.table(group.name, CASE_COLUMNS);
    for (const benchCase of cases) await runCase(benchCase, running, results);
    results.line('');
    for (const each of running) results.line(`${each.name}: ${memoryText(each)}`);
  } finally {
    for (const { peer } of running) await peer.stop();
  }
}

/** Asks the servers in turn, round by round. */
async function runCase(
  benchCase: BenchCase,
  running: readonly Running[],
  results: Results,
): Promise<void> {
  for (const each of running) await warmUp(each, benchCase);
  const all = running.map(({ name }) => ({ name, rounds: [] as Round[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, each] of running.entries()) {
      all[i]?.rounds.push(await measure(each, benchCase, seconds));
    }
  }
  const first = all[0]?.rounds ?? [];
  for (const each of all) results.row(caseRow(benchCase.name, each.name, each.rounds, first));
}

/** Of the largest process: NSD has several. */
function memoryText({ peer }: Measured): string {
  const all = peer.pids().map(memory);
  const { total, anonymous, file } = all.reduce((a, b) => (b.total > a.total ? b : a));
  return `RSS ${total.toFixed(1)} MiB (${anonymous.toFixed(1)} anonymous, ${file.toFixed(1)} file) afterwards`;
}

async function runStarts(upstreamPort: number, results: Results): Promise<void> {
  if (!START_SECTION.includes(values.only)) return;
  results.table(START_SECTION, ['cluster', 'server', ...START_COLUMNS]);
  for (const size of START_SIZES) {
    const services = benchServices(size);
    for (const contender of [nsd('NSD', services), nodens('Nodens', services, { upstreamPort })]) {
      const starts = await startTimes(contender);
      const times = starts.map(({ startMs }) => startMs);
      const ready = median(starts.map(({ readyMs }) => readyMs));
      const figures = [median(times), Math.min(...times), Math.max(...times), ready];
      const cluster = `${size.services} x ${size.endpoints}`;
      results.row([cluster, contender.name, ...figures.map((each) => each.toFixed(0))]);
    }
  }
}

async function startTimes(contender: Contender): Promise<Pick<Peer, 'startMs' | 'readyMs'>[]> {
  const times: Pick<Peer, 'startMs' | 'readyMs'>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const peer = await contender.start();
    times.push(peer);
    await peer.stop();
  }
  return times;
}

async function main(): Promise<void> {
  requirePrograms('dnsperf', 'nsd', 'taskset', 'mkfifo');
  exitOnSignals();
  leaveServerCore();
  const { services, endpoints } = values;
  const results = new Results(
    'Processor time a query',
    `${services} services x ${endpoints} endpoints, medians of ${rounds} rounds of ${seconds} s`,
  );
  const upstream = await startNsd([externalZone()], EXTERNAL_ANSWER, LOAD_CORE);
  try {
    for (const group of benchGroups(Number(services), Number(endpoints), upstream.port)) {
      await runGroup(group, results);
    }
    await runStarts(upstream.port, results);
  } finally {
    await upstream.stop();
  }
  results.end('cpu', values.only === '' && !values.quick);
}

await main();
