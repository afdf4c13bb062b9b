// Children of benchmarks and tests do not outlive them, also where those end by an exception.

import type { ChildProcess } from 'node:child_process';

/** Kills a child when this process exits before it. */
export function killAtExit(child: ChildProcess): void {
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
}

/** Lets the signals that end this process kill its children too. */
export function exitOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
}
