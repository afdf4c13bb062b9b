// One case on one server, some rounds: processor time and dnsperf's report, and the medians of both.

import type { BenchCase } from './cases.ts';
import type { BenchService } from './cluster.ts';
import { type LoadReport, load } from './dnsperf.ts';
import type { Peer } from './peers.ts';
import { cpuTime } from './process-cost.ts';
import { median } from './quantile.ts';

/** One round. Microseconds a query. */
export interface Round {
  readonly userUs: number;
  readonly systemUs: number;
  readonly report: LoadReport;
}

/** Before a case, so that code is compiled and caches are filled. */
const WARM_UP_SECONDS = 1;

/** Columns of `caseRow`. */
export const CASE_COLUMNS: readonly string[] = [
  'case',
  'server',
  'user us',
  'system us',
  'total us',
  '/ first',
  'q/s',
  'lost',
  'ms mean',
  'ms p50',
  'ms p99',
  'ms max',
  'response codes',
];

/** A server and what it serves. */
export interface Measured {
  readonly peer: Peer;
  readonly services: readonly BenchService[];
}

/** Asks the server without measuring. */
export async function warmUp(measured: Measured, benchCase: BenchCase): Promise<void> {
  await load(loadOptions(measured, benchCase, WARM_UP_SECONDS));
}

/** Asks for some seconds. */
export async function measure(
  measured: Measured,
  benchCase: BenchCase,
  seconds: number,
): Promise<Round> {
  const pids = measured.peer.pids();
  const before = cpuTime(pids);
  const report = await load(loadOptions(measured, benchCase, seconds));
  const after = cpuTime(pids);
  const queries = Math.max(report.completed, 1);
  return {
    userUs: (after.userUs - before.userUs) / queries,
    systemUs: (after.systemUs - before.systemUs) / queries,
    report,
  };
}

function loadOptions(
  { peer, services }: Measured,
  { queries, words, rate }: BenchCase,
  seconds: number,
): Parameters<typeof load>[0] {
  return { queries: queries(services), port: peer.port, seconds, words, rate };
}

/** The medians of the rounds, beside those of the group's first server; lost queries are added up. */
export function caseRow(
  benchCase: string,
  server: string,
  rounds: readonly Round[],
  firstRounds: readonly Round[],
): string[] {
  const middle = (pick: (round: Round) => number, digits = 2): string =>
    shown(median(rounds.map(pick)), digits);
  const ratios = rounds.map((round, i) => total(round) / total(firstRounds[i] ?? round));
  const reports = rounds.map(({ report }) => report);
  return [
    benchCase,
    server,
    middle(({ userUs }) => userUs),
    middle(({ systemUs }) => systemUs),
    middle(total),
    rounds === firstRounds ? '' : shown(median(ratios), 2),
    middle(({ report }) => report.qps, 0),
    String(reports.reduce((sum, { lost }) => sum + lost, 0)),
    middle(({ report }) => report.latencyMs),
    middle(({ report }) => report.p50Ms),
    middle(({ report }) => report.p99Ms),
    shown(Math.max(...reports.map(({ latencyMaxMs }) => latencyMaxMs)), 1),
    reports.at(-1)?.rcodes ?? '',
  ];
}

function total({ userUs, systemUs }: Round): number {
  return userUs + systemUs;
}

/** Nothing for what was not measured. */
function shown(value: number, digits: number): string {
  return Number.isNaN(value) ? '' : value.toFixed(digits);
}
