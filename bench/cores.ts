// Which core does what: the server under test has one, everything else the other.

import { execFileSync } from 'node:child_process';

/** The server under test. */
export const SERVER_CORE = 0;
/** dnsperf, the API server, upstreams, and this process. */
export const LOAD_CORE = 1;

/** Moves this process, and what it starts from now on, away from the server's core. */
export function leaveServerCore(): void {
  const words = ['-a', '-c', '-p', String(LOAD_CORE), String(process.pid)];
  execFileSync('taskset', words, { stdio: 'ignore' });
}
