// V8's code cache of the files in dist/: functions that the recorded run has called are read instead of compiled. Node's own
// compile cache holds a file as it is when it was loaded, before any of its functions has run, and half of what a start compiles
// are these. The build records one run (scripts/warm.mjs); a cache that is missing or of another Node is passed over.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

type ModuleFunction = (
  exports: unknown,
  require: (id: string) => unknown,
  module: NodeJS.Module,
  filename: string,
  folder: string,
) => void;

/** What this thread has loaded, by file; kept only by a run that is recorded. */
const loaded = new Map<string, Script>();
const isRecorded = process.env['NODENS_RECORD_CODE'] === '1';

/** Uses the cache for what is loaded from now on by this thread. Sources run without one. */
export function useCodeCache(): void {
  if (import.meta.filename.endsWith('.ts')) return;
  createRequire(import.meta.filename).extensions['.js'] = load;
}

/** Writes the caches of what this thread has loaded, in a run that is recorded. */
export function recordCode(): void {
  for (const [file, script] of loaded) {
    mkdirSync(dirname(cacheOf(file)), { recursive: true });
    // V8 looks at the length of a cache, not at its octets: one with a page that never reached the disk would crash every start.
    writeFileSync(cacheOf(file), script.createCachedData(), { flush: true });
  }
}

/** Does what Node does with a file in CommonJS. */
function load(module: NodeJS.Module, file: string): void {
  const source = readFileSync(file, 'utf8');
  const script = new Script(
    `(function (exports, require, module, __filename, __dirname) {${source}\n})`,
    { filename: file, cachedData: readCache(file) },
  );
  if (isRecorded) loaded.set(file, script);
  const run = script.runInThisContext() as ModuleFunction;
  run.call(module.exports, module.exports, (id) => module.require(id), module, file, dirname(file));
}

/** A cache never is of an older file: names have a hash of the contents, and the build makes the whole folder anew. */
function cacheOf(file: string): string {
  return join(dirname(file), 'cache', `${basename(file)}.code`);
}

function readCache(file: string): Buffer | undefined {
  try {
    return readFileSync(cacheOf(file));
  } catch {
    return undefined;
  }
}
