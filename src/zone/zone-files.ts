// Reads zone files from disk, with Go's error texts (os.PathError), which operators know from CoreDNS's log.

import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { MasterSource } from './master/parser.ts';

/** The words of errno that Go prints. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
  EMFILE: 'too many open files',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EPERM: 'operation not permitted',
};

/** `lstat PATH: no such file or directory`: Go's text for a file operation that failed. */
export function pathError(operation: string, path: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return new Error(`${operation} ${path}: ${reason}`, { cause: error });
}

/** Reading a folder fails at reading, not at opening. */
function readError(path: string, error: unknown): Error {
  const isFolder = error instanceof Error && 'code' in error && error.code === 'EISDIR';
  return pathError(isFolder ? 'read' : 'open', path, error);
}

/** Files of this machine, for the first load and for $INCLUDE. */
export const diskSource: MasterSource = {
  readFile(path: string): string {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw readError(path, error);
    }
  },
};

/** Reads a file without holding up the control thread. Rejects with Go's text. */
export async function readZoneFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw readError(path, error);
  }
}

/** Modification time in milliseconds since 1970; undefined when the file is not there. */
export async function modifiedMs(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return undefined;
  }
}
