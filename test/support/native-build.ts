// Test builds of the native addon, in a folder that is removed at the end.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** What the build script left and said. */
export interface NativeBuild {
  readonly path: string;
  readonly status: number | null;
  readonly output: string;
}

/**
 * Runs scripts/build-native.mjs with an output file of its own. `remove` deletes it. scripts/check-native adds flags by the
 * environment, and wants the file kept until its reports name its lines.
 */
export function buildNative(
  options: readonly string[],
  env: Readonly<Record<string, string>> = {},
): NativeBuild & { remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'nodens-native-'));
  const path = join(folder, 'udp.node');
  const extra = process.env['NODENS_TEST_NATIVE_FLAGS']?.split(' ') ?? [];
  const script = ['scripts/build-native.mjs', '--out', path, ...options, ...extra];
  const run = spawnSync(process.execPath, script, {
    encoding: 'utf8',
    // The sanitizer is for the addon, not for the compiler.
    env: { ...process.env, LD_PRELOAD: '', ...env },
  });
  return {
    path,
    status: run.status,
    output: run.stdout + run.stderr,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Sets an environment variable for the rest of a test, also for C code. */
export function setForTest(name: string, value: string): void {
  process.env[name] = value;
  onTestFinished(() => {
    delete process.env[name];
  });
}
