// For tests of connection settings: a folder for their files, new for each test, and connections made of them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import {
  type Connection,
  type ConnectionSource,
  openConnection,
} from '../../src/kubernetes/api/connection.ts';
import { FakeClock } from './fake-clock.ts';

/** The entry of the child that runs credential plugins. */
export const CHILD: string = resolve('src/kubernetes/api/kubeconfig-child.ts');
/** The clock of all connections. */
export const clock: FakeClock = new FakeClock();
/** The folder of this test. */
export let folder = '';

/** Makes the folder before each test of a file, and removes it afterwards. */
export function useFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'connection-'));
  });
  // A child that ends may still write its compile cache.
  afterEach(() => rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 50 }));
}

/** Writes a file into the folder and gives its path. */
export function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Opens a connection. */
export function connect(
  source: ConnectionSource,
  env: Record<string, string> = {},
  childPath: string = CHILD,
): Promise<Connection> {
  return openConnection(source, { clock, env, kubeconfigChildPath: childPath });
}
