// What a benchmark prints, and the file that a full run leaves in bench/results/: date, machine and commit, then tables.

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../test/support/server.ts';

/** The lines of one run; each is printed as it comes. */
export class Results {
  readonly #lines: string[] = [];
  readonly #startedAt: string = new Date().toISOString();

  constructor(title: string, setting: string) {
    this.line(`# ${title}`);
    this.line('');
    this.line(`${this.#startedAt.slice(0, 10)}, commit ${revision()}, ${machine()}`);
    this.line(setting);
  }

  line(text: string): void {
    this.#lines.push(text);
    console.log(text);
  }

  /** Begins a section with a table of these columns. */
  table(title: string, columns: readonly string[]): void {
    this.line('');
    this.line(`## ${title}`);
    this.line('');
    this.row(columns);
    this.row(columns.map(() => '---'));
  }

  row(cells: readonly (string | number)[]): void {
    this.line(`| ${cells.join(' | ')} |`);
  }

  /** Writes the file of a full run; a part of one says little and is only printed. */
  end(name: string, isFull: boolean): void {
    if (!isFull) {
      console.log('\nNot a full run: nothing is written.');
      return;
    }
    const folder = join(ROOT, 'bench', 'results');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${this.#startedAt.slice(0, 16).replace(/[:T]/g, '-')}-${name}.md`);
    writeFileSync(file, `${this.#lines.join('\n')}\n`);
    console.log(`\n${file}`);
  }
}

function machine(): string {
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores`;
}

/** The commit, with a word when files differ from it. */
function revision(): string {
  try {
    const git = (...words: readonly string[]): string =>
      execFileSync('git', ['--no-optional-locks', ...words], {
        cwd: ROOT,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${isChanged ? ' with changes' : ''}`;
  } catch {
    return 'unknown';
  }
}
