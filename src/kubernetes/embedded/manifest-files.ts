// The PATHs of the `manifests` option -> files and their texts. A folder means the manifests right inside it, not those of
// its subfolders (as `kubectl apply -f FOLDER`); a pattern may reach deeper with `**`; `-` is standard input.

import { globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { ManifestText } from './manifest.ts';
import { ManifestError } from './manifest-error.ts';

/** The PATH that means standard input. */
export const STANDARD_INPUT = '-';

const EXTENSIONS: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json']);

/** Reads standard input to its end; asked at most once a process, since nothing is left afterwards. */
export type ReadStandardInput = () => string;

/** The texts of one PATH, files in order of their names. Throws ManifestError for what cannot be read. */
export function readPath(
  path: string,
  readStandardInput: ReadStandardInput,
): readonly ManifestText[] {
  if (path === STANDARD_INPUT) return [{ file: 'standard input', text: readStandardInput() }];
  return filesOf(path).map((file) => ({
    file,
    text: reading(file, () => readFileSync(file, 'utf8')),
  }));
}

/** The files that a PATH stands for now; throws ManifestError when a file or folder does not exist. */
export function filesOf(path: string): readonly string[] {
  if (path === STANDARD_INPUT) return [];
  if (isPattern(path)) return matches(path);
  if (!reading(path, () => statSync(path)).isDirectory()) return [path];
  return reading(path, () => readdirSync(path))
    .filter((name) => EXTENSIONS.has(extname(name)))
    .sort()
    .map((name) => join(path, name))
    .filter(isFile);
}

/** The folders to watch for changes of a PATH; the nearest one that exists. */
export function foldersOf(path: string): readonly string[] {
  if (path === STANDARD_INPUT) return [];
  if (!isPattern(path)) return [isFolder(path) ? path : dirname(path)];
  const beforePattern = path.slice(0, path.search(PATTERN_CHARACTER));
  return [
    ...new Set([dirname(`${beforePattern}x`), ...matches(path).map((file) => dirname(file))]),
  ];
}

/**
 * Names, sizes and times of all files of the PATHs in one text: when it differs, something has changed. A PATH that
 * cannot be listed counts as such.
 */
export function fingerprint(paths: readonly string[]): string {
  return paths.map(pathFingerprint).join('\n');
}

function pathFingerprint(path: string): string {
  try {
    return filesOf(path)
      .map((file) => {
        const { mtimeNs, size, ino } = statSync(file, { bigint: true });
        return `${file} ${mtimeNs} ${size} ${ino}`;
      })
      .join('\n');
  } catch {
    return `${path} unreadable`;
  }
}

const PATTERN_CHARACTER = /[*?[{]/;

/** A path that exists is never a pattern, whatever its name. */
function isPattern(path: string): boolean {
  return PATTERN_CHARACTER.test(path) && statSync(path, { throwIfNoEntry: false }) === undefined;
}

function matches(pattern: string): readonly string[] {
  return globSync(pattern).filter(isFile).sort();
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ManifestError({ file, document: 0, line: 0 }, `cannot be read: ${systemText(error)}`);
  }
}

/** `no such file or directory` out of Node's `ENOENT: no such file or directory, open 'x'`. */
function systemText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^E[A-Z0-9]+: ([^,]+)/.exec(text)?.[1] ?? text;
}
