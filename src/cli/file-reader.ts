// The Corefile parser's view of the file system.

import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import type { ReadResult, SourceReader } from '../corefile/source-reader.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
};

function reason(error: unknown): { code: string; text: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return { code, text: REASONS[code] ?? (error instanceof Error ? error.message : String(error)) };
}

/** Go's words for a file that cannot be read: `open F: no such file or directory`, `read F: is a directory`. */
export function readFailure(path: string, error: unknown): string {
  const { code, text } = reason(error);
  return `${code === 'EISDIR' ? 'read' : 'open'} ${path}: ${text}`;
}

function readFile(path: string): ReadResult {
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    const { code, text } = reason(error);
    return { error: code === 'EISDIR' ? text : `open ${path}: ${text}` };
  }
}

function exists(path: string): boolean {
  if (existsSync(path)) return true;
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function listNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Reads the real file system; relative paths count from the working folder of the process. */
export function fileReader(): SourceReader {
  return { workingDirectory: process.cwd(), readFile, exists, listNames };
}
