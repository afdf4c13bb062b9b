// The pipe that a query log goes to, with a reader or with one that has stalled.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killAtExit } from '../test/support/kill-at-exit.ts';
import { LOAD_CORE } from './cores.ts';

/** One named pipe. */
export class LogPipe {
  /** For the writer; also keeps the pipe open when nobody reads. */
  readonly descriptor: number;
  readonly #folder: string;
  readonly #reader: ChildProcess | undefined;

  constructor(isRead: boolean) {
    this.#folder = mkdtempSync(join(tmpdir(), 'nodens-log-'));
    const path = join(this.#folder, 'log');
    execFileSync('mkfifo', [path]);
    this.descriptor = openSync(path, 'r+');
    if (!isRead) return;
    const words = ['-c', String(LOAD_CORE), 'cat', path];
    this.#reader = spawn('taskset', words, { stdio: ['ignore', 'ignore', 'inherit'] });
    killAtExit(this.#reader);
  }

  async close(): Promise<void> {
    closeSync(this.descriptor);
    rmSync(this.#folder, { recursive: true, force: true });
    const reader = this.#reader;
    if (reader === undefined) return;
    const ended = new Promise((resolve) => reader.once('exit', resolve));
    reader.kill('SIGKILL');
    await ended;
  }
}
