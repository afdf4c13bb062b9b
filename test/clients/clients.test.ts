// Clients that people use ask a server on port 53 through a pod's resolv.conf, in a namespace of the test's own. What a
// machine lacks, rights or programs, is a skip that is printed.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../support/server.ts';
import {
  ADDRESSES,
  corefile,
  MANIFESTS,
  RESOLV_CONF,
  REVERSE,
  ROOT_ZONE,
  SERVICES,
} from './cluster.ts';
import { PodNamespace } from './pod-namespace.ts';
import { resolvers } from './resolvers.ts';

const folder = mkdtempSync(join(tmpdir(), 'nodens-clients-'));
writeFileSync(join(folder, 'resolv.conf'), RESOLV_CONF);
writeFileSync(join(folder, 'cluster.yaml'), MANIFESTS);
writeFileSync(join(folder, 'root.zone'), ROOT_ZONE);
writeFileSync(join(folder, 'Corefile'), corefile(folder));
const opened = await PodNamespace.open(join(folder, 'resolv.conf'));
const clients = resolvers(folder);
const reason = typeof opened === 'string' ? opened : undefined;
let server: ChildProcess | undefined;

function pod(): PodNamespace {
  if (typeof opened === 'string') throw new Error(opened);
  return opened;
}

/** Whether a name needs no search list. */
function isComplete(name: string): boolean {
  return /\.cluster\.local\.?$/.test(name);
}

/** Waits for the banner; rejects with what was printed when the server ends before. */
async function comesUp(child: ChildProcess): Promise<void> {
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const note = (chunk: Buffer): void => {
      printed += chunk.toString();
      if (printed.includes('Nodens-')) resolve();
    };
    child.stdout?.on('data', note);
    child.stderr?.on('data', note);
    child.once('exit', () => reject(new Error(`the server ended: ${printed}`)));
  });
}

beforeAll(async () => {
  if (reason !== undefined) return;
  server = pod().start(join(ROOT, 'bin', 'nodens'), ['-conf', join(folder, 'Corefile')]);
  await comesUp(server);
});

afterAll(async () => {
  if (server !== undefined && server.exitCode === null) {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }
  if (typeof opened !== 'string') await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const client of clients) {
  const why = reason ?? client.missing;
  if (why !== undefined) console.log(`skipped: ${client.name}: ${why}`);

  describe.skipIf(why !== undefined)(client.name, () => {
    const asked = ADDRESSES.filter(([name]) => isComplete(name) || !client.asksAsIs(name));
    test.each(asked)('%s has the addresses %j', async (name, addresses) => {
      const found = await client.addresses(pod(), name);
      expect([...new Set(found)].toSorted()).toEqual(addresses.toSorted());
    });

    const { names, services } = client;
    if (names !== undefined) {
      test.each(REVERSE)('%s is %s', async (address, name) => {
        expect(await names(pod(), address)).toEqual([name]);
      });
    }
    if (services !== undefined) {
      test.each(SERVICES)('%s leads to %j', async (name, records) => {
        expect((await services(pod(), name)).toSorted()).toEqual(records.toSorted());
      });
    }
  });
}
