// V8's compile cache beside the bundles: a start then reads code instead of compiling it. Where the folder cannot be
// written (an image with a read-only root brings it filled), Node reads what is there and goes on.

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/** Turns the cache on for what is loaded from now on. Sources run without one. */
export function enableBundleCache(): void {
  if (import.meta.filename.endsWith('.ts')) return;
  enableCompileCache(join(import.meta.dirname, 'cache'));
}
