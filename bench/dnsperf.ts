// Runs dnsperf on the load's core and reads its report.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killAtExit } from '../test/support/kill-at-exit.ts';
import { LOAD_CORE } from './cores.ts';
import { quantile } from './quantile.ts';

/** What is sent and how. */
export interface LoadOptions {
  /** Lines of `NAME TYPE`, sent over and over. */
  readonly queries: readonly string[];
  readonly port: number;
  readonly seconds: number;
  /** Queries a second; as many as the server takes when absent. Only then single latencies are measured. */
  readonly rate?: number | undefined;
  /** Further words for dnsperf. */
  readonly words?: readonly string[] | undefined;
}

/** What dnsperf said. Latencies in milliseconds. */
export interface LoadReport {
  readonly sent: number;
  readonly completed: number;
  readonly lost: number;
  readonly qps: number;
  readonly latencyMs: number;
  readonly latencyMaxMs: number;
  /** NaN without a fixed rate. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Response codes with their shares, as dnsperf prints them. */
  readonly rcodes: string;
}

/** Twenty clients that wait for their answers, 100 queries in all. */
const AS_FAST_AS_IT_GOES = ['-c', '20'];
const LOST_AFTER_SECONDS = '2';

/** A dnsperf that runs. */
export class Load {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #ended: Promise<void>;

  /** Starts it. Its report goes to a file: reading along would take time from the load's core. */
  constructor({ queries, port, seconds, rate, words }: LoadOptions) {
    this.#folder = mkdtempSync(join(tmpdir(), 'nodens-load-'));
    const file = join(this.#folder, 'queries');
    writeFileSync(file, `${queries.join('\n')}\n`);
    const pace = rate === undefined ? AS_FAST_AS_IT_GOES : ['-Q', String(rate), '-v'];
    const output = openSync(join(this.#folder, 'report'), 'w');
    this.#child = spawn(
      'taskset',
      ['-c', String(LOAD_CORE), 'dnsperf', '-s', '127.0.0.1', '-p', String(port), '-d', file]
        .concat(['-l', String(seconds), '-t', LOST_AFTER_SECONDS, '-W'])
        .concat(words ?? pace),
      { stdio: ['ignore', output, 'inherit'] },
    );
    closeSync(output);
    killAtExit(this.#child);
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once('exit', () => resolve());
      this.#child.once('error', reject);
    });
  }

  /** The report, when its time is over. */
  async finished(): Promise<LoadReport> {
    await this.#ended;
    const report = parseReport(readFileSync(join(this.#folder, 'report'), 'utf8'));
    rmSync(this.#folder, { recursive: true, force: true });
    return report;
  }

  /** Ends it before its time; the report covers what was sent. */
  stop(): Promise<LoadReport> {
    this.#child.kill('SIGINT');
    return this.finished();
  }
}

/** Sends queries for some seconds. */
export function load(options: LoadOptions): Promise<LoadReport> {
  return new Load(options).finished();
}

function parseReport(text: string): LoadReport {
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? Number.NaN);
  const latencies = singleLatencies(text);
  return {
    sent: number(/Queries sent:\s+(\d+)/),
    completed: number(/Queries completed:\s+(\d+)/),
    lost: number(/Queries lost:\s+(\d+)/),
    qps: number(/Queries per second:\s+([\d.]+)/),
    latencyMs: number(/Average Latency \(s\):\s+([\d.]+)/) * 1000,
    latencyMaxMs: number(/Average Latency.*max ([\d.]+)/) * 1000,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    rcodes: /Response codes:\s+(.*)/.exec(text)?.[1] ?? '',
  };
}

/** Of lines like `> NOERROR a.example. A 0.000158`, in milliseconds. */
function singleLatencies(text: string): number[] {
  const seconds = text.matchAll(/^> [A-Z]{2,} \S+ \S+ ([\d.]+)$/gm);
  return Array.from(seconds, ([, each]) => Number(each) * 1000);
}
