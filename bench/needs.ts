// What a benchmark needs of the machine; it ends before it begins, with one line, where something is not there.

import { spawnSync } from 'node:child_process';
import { kapiSkipReason } from '../test/apiserver/kapi.ts';

/** Programs on the PATH. */
export function requirePrograms(...names: readonly string[]): void {
  const isThere = (name: string): boolean =>
    spawnSync('sh', ['-c', 'command -v "$0"', name]).status === 0;
  const missing = names.filter((name) => !isThere(name));
  if (missing.length > 0) giveUp(`not on the PATH: ${missing.join(', ')}`);
}

/** Go and the source of kapi, a real API server. */
export function requireKapi(): void {
  const reason = kapiSkipReason();
  if (reason !== undefined) giveUp(`the API server kapi cannot be built: ${reason}`);
}

function giveUp(reason: string): never {
  console.error(`bench: ${reason}`);
  process.exit(1);
}
