// All files below a folder, in the order of Go's filepath.Walk: names sorted, folders entered where they stand, symbolic
// links not followed (but the folder itself may be one). What cannot be read is reported and passed over.

import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathError } from '../../zone/zone-files.ts';

/** A file. */
export interface FoundFile {
  readonly path: string;
  /** Its name without folder. */
  readonly name: string;
}

/** Walks a folder; `warn` takes the path and Go's error text of what could not be read. */
export async function filesBelow(
  folder: string,
  warn: (path: string, error: string) => void,
): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  // Mounted ConfigMaps are links.
  const start = await realpath(folder).catch(() => folder);
  await visit(start, files, warn);
  return files;
}

async function visit(
  path: string,
  files: FoundFile[],
  warn: (path: string, error: string) => void,
): Promise<void> {
  let isFolder: boolean;
  try {
    isFolder = (await lstat(path)).isDirectory();
  } catch (error) {
    warn(path, pathError('lstat', path, error).message);
    return;
  }
  if (!isFolder) {
    files.push({ path, name: basename(path) });
    return;
  }
  let names: string[];
  try {
    names = await readdir(path);
  } catch (error) {
    warn(path, pathError('open', path, error).message);
    return;
  }
  for (const name of names.sort()) await visit(join(path, name), files, warn);
}
