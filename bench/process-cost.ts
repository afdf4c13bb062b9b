// What a process has used: processor time and memory, from /proc (proc(5)).

import { readFileSync } from 'node:fs';

/** Microseconds of processor time since the start of the process, all its threads. */
export interface CpuTime {
  readonly userUs: number;
  readonly systemUs: number;
}

/** Mebibytes of resident memory. */
export interface Memory {
  readonly anonymous: number;
  readonly file: number;
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
  return { anonymous: mebibytes('RssAnon'), file: mebibytes('RssFile') + mebibytes('RssShmem') };
}

/** The process and its descendants. */
export function processTree(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  if (children === '') return [pid];
  return [pid, ...children.split(' ').flatMap((child) => processTree(Number(child)))];
}
