// A SourceReader over a plain object, so that tests of imports need no files.
import type { ReadResult, SourceReader } from '../../src/corefile/source-reader.ts';

/** Files by absolute path; folders exist where a file's path names them. A text of null cannot be read. */
export class MemoryReader implements SourceReader {
  readonly workingDirectory: string;
  readonly #files: ReadonlyMap<string, string | null>;
  /** Every path that was read, in order. */
  readonly reads: string[] = [];

  /** Relative names in `files` count from `workingDirectory`. */
  constructor(files: Readonly<Record<string, string | null>> = {}, workingDirectory = '/work') {
    this.workingDirectory = workingDirectory;
    this.#files = new Map(
      Object.entries(files).map(([name, text]) => [
        name.startsWith('/') ? name : `${workingDirectory}/${name}`,
        text,
      ]),
    );
  }

  readFile(path: string): ReadResult {
    this.reads.push(path);
    const text = this.#files.get(path);
    if (text === null) return { error: `open ${path}: permission denied` };
    if (text !== undefined) return { text };
    return {
      error: this.exists(path) ? 'is a directory' : `open ${path}: no such file or directory`,
    };
  }

  exists(path: string): boolean {
    return this.#files.has(path) || this.listNames(path).length > 0;
  }

  listNames(directory: string): readonly string[] {
    const prefix = directory === '/' ? '/' : `${directory}/`;
    const names = [...this.#files.keys()]
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length).split('/')[0] ?? '');
    return [...new Set(names)].reverse();
  }
}
