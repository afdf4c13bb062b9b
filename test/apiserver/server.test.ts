// The whole server against a real API server: what is applied there shows in its answers, and losing the API server
// loses no answer. With kubectl where it is installed, else with the requests that kubectl makes.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Rcode } from '../../src/dns/codes/rcode.ts';
import { recordText } from '../../src/dns/record.ts';
import { ask } from '../support/dns-client.ts';
import { boot, freePort, type ServerProcess } from '../support/server.ts';
import { Kapi, kapiSkipReason } from './kapi.ts';

const skipReason = kapiSkipReason();
const hasKubectl = works('kubectl', ['version', '--client']);
const hasDig = works('dig', ['-v']);
if (skipReason === undefined && !hasKubectl)
  console.warn('kubectl is not here: objects are sent as it would');

function works(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'db', namespace: 'default' },
  spec: { clusterIP: 'None', clusterIPs: ['None'], ports: [{ name: 'sql', port: 5432 }] },
};

function slice(...addresses: string[]): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'db-1',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'db' },
    },
    addressType: 'IPv4',
    ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  };
}

const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const NAME = 'db.default.svc.cluster.local.';
/** Bound of a wait for a change: attempts of at most a second each. */
const ATTEMPTS = 300;

describe.skipIf(skipReason !== undefined)('the server and kapi', () => {
  let kapi: Kapi;
  let server: ServerProcess | undefined;
  let port = 0;

  beforeAll(async () => {
    kapi = await Kapi.build();
  });
  afterAll(() => kapi?.close());
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  async function start(): Promise<void> {
    port = await freePort();
    server = await boot(`.:${port} {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        kubeconfig ${join(kapi.data, 'kubeconfig')}
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
    }
}
`);
  }

  /** As `kubectl apply -f` does, by itself or with its requests. */
  async function apply(object: object, path: string, isNew: boolean): Promise<void> {
    if (!hasKubectl) {
      if (isNew) await kapi.create(path.slice(0, path.lastIndexOf('/')), object);
      else await kapi.patch(path, object);
      return;
    }
    const file = join(kapi.folder, 'applied.json');
    writeFileSync(file, JSON.stringify(object));
    const config = join(kapi.data, 'kubeconfig');
    execFileSync('kubectl', ['--kubeconfig', config, 'apply', '--validate=false', '-f', file]);
  }

  async function addresses(): Promise<string[]> {
    if (hasDig) {
      const words = ['+short', '+tries=1', '+time=1', '@127.0.0.1', '-p', String(port), NAME];
      return execFileSync('dig', words).toString().split('\n').filter(Boolean).sort();
    }
    const reply = await ask(NAME, 'A', { port });
    return (reply?.answer ?? []).map((each) => recordText(each).split(' ').at(-1) ?? '').sort();
  }

  async function untilAnswer(...wanted: string[]): Promise<void> {
    let seen: string[] = [];
    for (let i = 0; i < ATTEMPTS; i += 1) {
      seen = await addresses();
      if (seen.join() === wanted.join()) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seen).toEqual(wanted);
  }

  test('answers what was applied, changes with it, and forgets what was deleted', async () => {
    await start();
    expect((await ask(NAME, 'A', { port }))?.rcode).toBe(Rcode.NXDOMAIN);
    await apply(SERVICE, '/api/v1/namespaces/default/services/db', true);
    await apply(slice('10.0.0.1'), `${SLICES}/db-1`, true);
    await untilAnswer('10.0.0.1');
    await apply(slice('10.0.0.2', '10.0.0.3'), `${SLICES}/db-1`, false);
    await untilAnswer('10.0.0.2', '10.0.0.3');
    await kapi.delete(`${SLICES}/db-1`);
    await untilAnswer();
    await kapi.delete('/api/v1/namespaces/default/services/db');
  });

  test('goes on answering without the API server and catches up when it is back', async () => {
    await start();
    await apply(SERVICE, '/api/v1/namespaces/default/services/db', true);
    await apply(slice('10.0.1.1'), `${SLICES}/db-1`, true);
    await untilAnswer('10.0.1.1');
    await kapi.stop();
    for (let i = 0; i < 200; i += 1) {
      const reply = await ask(NAME, 'A', { port });
      expect(reply?.answer, 'an answer was lost without the API server').toHaveLength(1);
    }
    await kapi.start();
    await apply(slice('10.0.1.2'), `${SLICES}/db-1`, false);
    await untilAnswer('10.0.1.2');
  });
});
