// Runs dnsperf on its own core and reads its report.

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { BenchCase } from './cases.ts';

const run = promisify(execFile);

/** What dnsperf said. Latencies in milliseconds. */
export interface LoadReport {
  readonly sent: number;
  readonly completed: number;
  readonly lost: number;
  readonly qps: number;
  readonly latencyMs: number;
  readonly latencyMaxMs: number;
  /** Response codes with their shares, as dnsperf prints them. */
  readonly rcodes: string;
}

/** Sends the queries of a case for some seconds. */
export async function load(
  benchCase: BenchCase,
  port: number,
  seconds: number,
  core: number,
): Promise<LoadReport> {
  const file = `/tmp/nodens-bench-${process.pid}.queries`;
  writeFileSync(file, `${benchCase.queries.join('\n')}\n`);
  const words = ['-c', String(core), 'dnsperf', '-s', '127.0.0.1', '-p', String(port), '-d', file];
  const { stdout } = await run(
    'taskset',
    [...words, '-l', String(seconds), '-t', '2', '-W', ...(benchCase.dnsperf ?? ['-c', '20'])],
    { maxBuffer: 16 * 1024 * 1024 },
  );
  return parse(stdout);
}

function parse(text: string): LoadReport {
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? Number.NaN);
  return {
    sent: number(/Queries sent:\s+(\d+)/),
    completed: number(/Queries completed:\s+(\d+)/),
    lost: number(/Queries lost:\s+(\d+)/),
    qps: number(/Queries per second:\s+([\d.]+)/),
    latencyMs: number(/Average Latency \(s\):\s+([\d.]+)/) * 1000,
    latencyMaxMs: number(/Average Latency.*max ([\d.]+)/) * 1000,
    rcodes: /Response codes:\s+(.*)/.exec(text)?.[1] ?? '',
  };
}
