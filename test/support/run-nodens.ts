// Runs bin/nodens in ways that server.ts does not know: to its end, for flags and tools, or as a server that gets its
// Corefile by standard input.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './server.ts';

/** The program. */
export const NODENS: string = join(ROOT, 'bin', 'nodens');

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
  const child = spawn(NODENS, args, {
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

/** A server without a folder of its own. */
export class PipedServer {
  readonly child: ChildProcess;
  stdout = '';

  /** `command` is what runs, bin/nodens unless a shell wraps it. */
  constructor(
    args: readonly string[],
    options: { readonly cwd?: string; readonly input?: string; readonly command?: string } = {},
  ) {
    const { cwd = ROOT, input = '', command = NODENS } = options;
    this.child = spawn(command, args, { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
    });
    this.child.stdin?.end(input);
  }

  /** Waits until standard output holds `text`; rejects when that ends before. */
  async printed(text: string): Promise<void> {
    const { stdout } = this.child;
    while (!this.stdout.includes(text)) {
      if (stdout === null || stdout.readableEnded) throw new Error(`ended without "${text}"`);
      await Promise.race([once(stdout, 'data'), once(stdout, 'end')]);
    }
  }

  /** Ends it with SIGTERM; its exit code. */
  async terminate(): Promise<number | null> {
    this.child.kill('SIGTERM');
    if (this.child.exitCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  /** For afterEach: nothing of a failed test is left. */
  kill(): void {
    this.child.kill('SIGKILL');
  }
}
