// One server process of a scenario: bin/nodens with its output in a file, as golden.py starts it. Ended by its id.

import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../support/server.ts';
import type { Mask } from './corpus.ts';

const PROGRAM = join(ROOT, 'bin', 'nodens');

/** What changes from run to run in anything printed. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /g, '{TIME} '],
  [/127\.0\.0\.1:\d+ - \d+ /g, '127.0.0.1:{CLIENTPORT} - {ID} '],
  [/\b\d+\.\d+(e-\d+)?s\b/g, '{DURATION}s'],
  [/127\.0\.0\.1:(3[2-9]|4|5|6)\d{3,4}->/g, '127.0.0.1:{EPHEMERAL}->'],
];

/** Printed text without what changes; `more` are masks of the case, in Python's notation. */
export function maskedOutput(text: string, more: readonly Mask[] = []): string {
  const masks = [
    ...MASKS,
    ...more.map(([pattern, word]) => [new RegExp(pattern, 'g'), word] as const),
  ];
  return masks.reduce((out, [pattern, word]) => out.replace(pattern, word), text);
}

/** A folder of the server's own. */
export class ServerFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'nodens-golden-'));

  write(name: string, text: string): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  delete(name: string): void {
    rmSync(join(this.path, name));
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** How to start. `errors` is the file that takes standard error, by default that of standard output. */
export interface StartOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string | undefined;
  readonly errors?: string;
}

/** A server that was started; its output is in the folder's `.out`. */
export class ServerRun {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  /** Exit code, minus the number of the signal that killed it, or null while it runs. */
  exit: number | null = null;

  constructor(folder: ServerFolder, options: StartOptions) {
    const out = openSync(join(folder.path, '.out'), 'w');
    const err =
      options.errors === undefined ? out : openSync(join(folder.path, options.errors), 'w');
    this.#child = spawn(PROGRAM, options.args, {
      cwd: folder.path,
      env: { ...process.env, ...options.env },
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', out, err],
    });
    for (const file of new Set([out, err])) closeSync(file);
    this.#child.stdin?.end(options.stdin);
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.exit = code ?? -(signal === null ? 0 : constants.signals[signal]);
        resolve();
      });
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Waits until it has ended, at most so long. */
  async ends(seconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, seconds * 1000);
    });
    await Promise.race([this.#ended, timeUp]);
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
