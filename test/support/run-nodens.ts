// Runs bin/nodens to its end and hands back what it printed: for flags and tools. Servers are booted by server.ts.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './server.ts';

/** What a run left. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs with these arguments; `input` is its standard input (closed when absent). Killed after 10 s. */
export function runNodens(
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string } = {},
): Promise<Finished> {
  const child = spawn(join(ROOT, 'bin', 'nodens'), args, {
    cwd: options.cwd ?? ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 10_000,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
