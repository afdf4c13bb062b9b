// What a process has used: processor time and memory, from /proc (proc(5)).

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Microseconds of processor time since the start of the process, all its threads. */
export interface CpuTime {
  readonly userUs: number;
  readonly systemUs: number;
}

/** Mebibytes of resident memory. */
export interface Memory {
  readonly anonymous: number;
  /** Mapped files and shared memory. */
  readonly file: number;
  readonly total: number;
  /** The highest total so far. */
  readonly peak: number;
}

/** USER_HZ is 100 on every Linux that matters: a tick is 10 ms. */
const TICK_US = 10_000;

/** Processor time of a process and, for servers that fork, of `children` too. */
export function cpuTime(pids: readonly number[]): CpuTime {
  let userUs = 0;
  let systemUs = 0;
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    userUs += Number(fields[11]) * TICK_US;
    systemUs += Number(fields[12]) * TICK_US;
  }
  return { userUs, systemUs };
}

/** Resident memory of a process. */
export function memory(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (word: string): number =>
    Number(new RegExp(`^${word}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
  const [anonymous, file] = [mebibytes('RssAnon'), mebibytes('RssFile') + mebibytes('RssShmem')];
  return { anonymous, file, total: anonymous + file, peak: mebibytes('VmHWM') };
}

/** Lets the peak of a process begin anew at what it has now. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The process and its descendants; nothing when it has ended. */
export function processTree(pid: number): number[] {
  const children = childrenOf(pid);
  return children === undefined ? [] : [pid, ...children.flatMap(processTree)];
}

function childrenOf(pid: number): number[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return undefined;
  }
}

/** A process at rest uses less than this share of a core; the memory keeper's looks are below it. */
const RESTING_SHARE = 0.05;
const REST_WINDOW_MS = 1000;
const REST_WINDOWS = 60;

/** Waits until what a start has left to do is done: a second with hardly any work, a minute at most. */
export async function untilResting(pids: readonly number[]): Promise<void> {
  const used = (): number => {
    const { userUs, systemUs } = cpuTime(pids);
    return userUs + systemUs;
  };
  for (let i = 0; i < REST_WINDOWS; i += 1) {
    const before = used();
    await wait(REST_WINDOW_MS);
    if (used() - before < REST_WINDOW_MS * 1000 * RESTING_SHARE) return;
  }
}
