// Builds and runs kapi, a real Kubernetes API server for tests (a Go program outside this repository). Without Go or without
// its source there is a printed reason and no server.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { killAtExit } from '../support/kill-at-exit.ts';

/** Folder of kapi's Go module; KAPI_SOURCE overrides it. */
export const KAPI_SOURCE: string = resolve(process.env['KAPI_SOURCE'] ?? '../shared/kapi');

/** Why kapi cannot be built, or undefined when it can. */
export function kapiSkipReason(): string | undefined {
  if (!existsSync(join(KAPI_SOURCE, 'go.mod'))) return `no kapi source at ${KAPI_SOURCE}`;
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no go on the PATH';
  }
}

/** One running kapi. */
export class Kapi {
  readonly folder: string;
  /** The program: it also makes clusters up and loads them. */
  readonly program: string;
  #process: ChildProcess | undefined;
  #tlsAddress = '127.0.0.1:0';
  #plainAddress = '127.0.0.1:0';

  private constructor(folder: string, program: string) {
    this.folder = folder;
    this.program = program;
  }

  /** Builds kapi into a temporary folder and starts it. */
  static async build(): Promise<Kapi> {
    const folder = mkdtempSync(join(tmpdir(), 'kapi-'));
    const program = join(folder, 'kapi');
    execFileSync('go', ['build', '-ldflags=-s -w', '-o', program, '.'], { cwd: KAPI_SOURCE });
    const kapi = new Kapi(folder, program);
    await kapi.start();
    return kapi;
  }

  /** Folder with token, ca.crt and kubeconfig, as a service account mount has them. */
  get data(): string {
    return join(this.folder, 'data');
  }

  get plainUrl(): string {
    return `http://${this.#plainAddress}`;
  }

  get tlsUrl(): string {
    return `https://${this.#tlsAddress}`;
  }

  /** The environment of a pod in this cluster. */
  get podEnvironment(): Record<string, string> {
    const [host = '', port = ''] = this.#tlsAddress.split(':');
    return { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port };
  }

  /** Starts it, on the same addresses and data as before. */
  async start(): Promise<void> {
    const { data } = this;
    const child = spawn(
      this.program,
      ['--data', data, '--listen', this.#tlsAddress, '--insecure-listen', this.#plainAddress],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    killAtExit(child);
    this.#process = child;
    const [, tlsAddress = '', plainAddress = ''] = await readyLine(child);
    this.#tlsAddress = tlsAddress;
    this.#plainAddress = plainAddress;
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** One order to its control endpoint, for example `compact?restart=1`. */
  async control(order: string): Promise<void> {
    await this.#request('POST', `/_kapi/${order}`);
  }

  /** Creates an object in a collection such as `/api/v1/namespaces/default/services`. */
  async create(collection: string, object: object): Promise<void> {
    await this.#request('POST', collection, object);
  }

  async patch(path: string, change: object): Promise<void> {
    await this.#request('PATCH', path, change);
  }

  async delete(path: string): Promise<void> {
    await this.#request('DELETE', path);
  }

  async #request(method: string, path: string, body?: object): Promise<void> {
    const response = await fetch(`${this.plainUrl}${path}`, {
      method,
      headers: {
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  }
}

/** Waits until kapi says that it is ready and where. */
function readyLine(child: ChildProcess): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += String(chunk);
      const ready = /kapi: ready .*https:\/\/(\S+).*http:\/\/(\S+)/.exec(output);
      if (ready !== null) resolve(ready);
    });
    child.once('exit', () => reject(new Error(`kapi ended before it was ready: ${output}`)));
  });
}
