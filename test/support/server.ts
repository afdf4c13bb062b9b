// Boots a real server process from a Corefile text, as a user would: bin/nodens on dist/ (which `npm test` builds
// before). Ports are free ones on 127.0.0.1; every process is ended by its id.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the project. */
export const ROOT: string = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Below the ports that kernels give to clients (32768 and up): one of those may be taken by a connection a moment later. */
const PORTS = { first: 10_240, end: 32_768 };
const MAX_TRIES = 100;

/** A free port of 127.0.0.1. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const port = PORTS.first + Math.floor(Math.random() * (PORTS.end - PORTS.first));
    if (await isFree(port)) return port;
  }
  throw new Error('no free port');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** How to boot. `files` are put beside the Corefile. */
export interface BootOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Text of standard output that says that the server is up. */
  readonly until?: string;
}

/** A running server. */
export class ServerProcess {
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | string>;
  readonly #watchers = new Set<() => void>();
  stdout = '';
  stderr = '';

  constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.folder = folder;
    child.stdout?.on('data', (chunk: Buffer) => this.#note('stdout', chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.#note('stderr', chunk));
    this.#exit = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        resolve(code ?? signal ?? 'unknown');
        for (const watch of this.#watchers) watch();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Waits until standard output holds `text`; rejects when the process ends before. */
  printed(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const isThere = this.stdout.includes(text);
        const isOver = this.#child.exitCode !== null || this.#child.signalCode !== null;
        if (!isThere && !isOver) return;
        this.#watchers.delete(look);
        if (isThere) resolve();
        else reject(new Error(`ended without "${text}":\n${this.stdout}${this.stderr}`));
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Exit code, or the name of the signal that killed it. */
  exited(): Promise<number | string> {
    return this.#exit;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Writes a file into the server's folder. */
  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Kills the process and removes its folder. */
  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
    rmSync(this.folder, { recursive: true, force: true });
  }

  #note(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this[stream] += chunk.toString();
    for (const watch of this.#watchers) watch();
  }
}

/** Starts a server in a folder of its own; does not wait. */
export function launch(corefile: string, options: BootOptions = {}): ServerProcess {
  const folder = mkdtempSync(join(tmpdir(), 'nodens-test-'));
  writeFileSync(join(folder, 'Corefile'), corefile);
  for (const [name, text] of Object.entries(options.files ?? {}))
    writeFileSync(join(folder, name), text);
  const args = options.args ?? ['-conf', join(folder, 'Corefile')];
  const child = spawn(join(ROOT, 'bin', 'nodens'), args, {
    cwd: folder,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new ServerProcess(child, folder);
}

/** Starts a server and waits until it serves. */
export async function boot(corefile: string, options: BootOptions = {}): Promise<ServerProcess> {
  const server = launch(corefile, options);
  try {
    await server.printed(options.until ?? 'Nodens-');
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}
