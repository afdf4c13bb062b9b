// The reflectors against a real API server: its WatchList, paging, bookmarks, compaction, refusals and tokens.

import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import type { RequestReport } from '../../src/kubernetes/api/client.ts';
import { type ConnectionSource, openConnection } from '../../src/kubernetes/api/connection.ts';
import { createReflectorSource } from '../../src/kubernetes/reflector/reflector-source.ts';
import type { ObjectSource } from '../../src/kubernetes/source.ts';
import { recordingLog, until } from '../support/fake-api-server-harness.ts';
import { Kapi, kapiSkipReason } from './kapi.ts';

const CHILD = resolve('src/kubernetes/api/kubeconfig-child.ts');
const SERVICES = '/api/v1/namespaces/default/services';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const skipReason = kapiSkipReason();
if (skipReason !== undefined)
  console.warn(`SKIPPED: tests against a real API server: ${skipReason}`);

function service(name: string, clusterIP: string): object {
  const spec = { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ports: [{ port: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
}

describe.skipIf(skipReason !== undefined)('against kapi', () => {
  let kapi: Kapi;
  let source: ObjectSource;
  let lines: string[] = [];
  let reports: RequestReport[] = [];
  let counter = 0;

  beforeAll(async () => {
    kapi = await Kapi.build();
  });
  afterAll(() => kapi?.close());
  afterEach(async () => {
    source.stop();
    await kapi.control('deny');
  });

  async function watch(connectionSource: ConnectionSource, hasPods = false): Promise<void> {
    lines = [];
    reports = [];
    const connection = await openConnection(connectionSource, {
      clock: systemClock,
      env: kapi.podEnvironment,
      kubeconfigChildPath: CHILD,
    });
    source = createReflectorSource(
      {
        connection,
        labels: '',
        namespaceLabels: '',
        hasEndpoints: true,
        hasPods,
        isMulticluster: false,
        limits: { qps: 0, burst: 0, maxInflight: 0 },
        userAgent: 'test',
      },
      { clock: systemClock, log: recordingLog(lines), onRequest: (report) => reports.push(report) },
    );
    source.start();
  }

  function inCluster(): ConnectionSource {
    return { kind: 'in-cluster', folder: kapi.data };
  }

  async function watchSynced(connectionSource = inCluster()): Promise<void> {
    await watch(connectionSource);
    await until(() => source.isSynced);
  }

  /** A new service arrives: the watch is alive. */
  async function expectAlive(): Promise<void> {
    const name = `alive-${++counter}`;
    await kapi.create(SERVICES, service(name, `10.96.1.${counter}`));
    await until(() => source.services.get('default', name) !== undefined);
  }

  test.each<[string, () => ConnectionSource]>([
    ['a service account', inCluster],
    ['a kubeconfig', () => ({ kind: 'kubeconfig', file: `${kapi.data}/kubeconfig` })],
    ['plain http', () => ({ kind: 'endpoint', url: kapi.plainUrl })],
    [
      'a client certificate',
      () => ({
        kind: 'endpoint',
        url: `https://${Object.values(kapi.podEnvironment).join(':')}`,
        tls: {
          cert: `${kapi.data}/client.crt`,
          key: `${kapi.data}/client.key`,
          ca: `${kapi.data}/ca.crt`,
        },
      }),
    ],
  ])('syncs through %s by WatchList alone', async (_, connectionSource) => {
    await watchSynced(connectionSource());
    expect(source.services.get('default', 'kubernetes')?.clusterIPs).toEqual(['10.96.0.1']);
    expect(source.endpointSlices?.get('default', 'kubernetes')?.endpoints).toHaveLength(1);
    expect(source.namespaces.get('', 'kube-system')).toBeDefined();
    expect(reports.map(({ code, kind }) => `${kind} ${code}`)).toEqual(Array(3).fill('watch 200'));
    expect(lines).toEqual([]);
  });

  test('follows creation, change and deletion', async () => {
    await watchSynced();
    await kapi.create(SERVICES, service('one', '10.96.0.11'));
    await kapi.create(SLICES, {
      metadata: { name: 'one-a', labels: { 'kubernetes.io/service-name': 'one' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.0.1'], conditions: { ready: true } }],
    });
    await until(() => source.endpointSlices?.get('default', 'one-a')?.service === 'one');
    await kapi.patch(`${SERVICES}/one`, { spec: { externalIPs: ['1.2.3.4'] } });
    await until(() => source.services.get('default', 'one')?.externalIPs[0] === '1.2.3.4');
    await kapi.delete(`${SERVICES}/one`);
    await until(() => source.services.get('default', 'one') === undefined);
  });

  test('lists again when history is compacted, and reports only the difference', async () => {
    await watchSynced();
    const changes: string[] = [];
    source.services.onChange(({ before, after }) => changes.push(`${before?.name}>${after?.name}`));
    await kapi.control('compact?restart=1');
    await expectAlive();
    expect(changes).toEqual([`undefined>alive-${counter}`]);
    expect(lines).toEqual([]);
  });

  test('resumes dropped connections', async () => {
    await watchSynced();
    await kapi.control('drop');
    await expectAlive();
    expect(lines).toEqual([]);
  });

  test('keeps its objects while the server is down, and catches up', async () => {
    await watchSynced();
    const { size } = source.services;
    await kapi.stop();
    await until(() => reports.some(({ code }) => code === '<error>'));
    expect(source.services.size).toBe(size);
    expect(source.isSynced).toBe(true);
    await kapi.start();
    await expectAlive();
    expect(lines).toEqual([]);
  });

  test('says which permission is missing and goes on when it is granted', async () => {
    await kapi.control('deny?resource=endpointslices');
    await watch(inCluster());
    await until(() => lines.length > 0);
    expect(lines[0]).toMatch(
      /^ERROR Failed to watch: failed to list \*v1.EndpointSlice: endpointslices.discovery.k8s.io is forbidden: User ".*" cannot list resource "endpointslices" in API group "discovery.k8s.io" at the cluster scope/,
    );
    expect(source.isSynced).toBe(false);
    await kapi.control('deny');
    await until(() => source.isSynced);
  });

  test('waits when the server says "later"', async () => {
    await kapi.control('fault?verb=watch&resource=services&code=429&retryAfter=1&count=2');
    const startMs = performance.now();
    await watchSynced();
    expect(performance.now() - startMs).toBeGreaterThan(1900);
    expect(lines).toEqual([]);
  });

  test('lists where WatchList is refused', async () => {
    for (const resource of ['services', 'namespaces', 'endpointslices']) {
      await kapi.control(`fault?verb=watch&resource=${resource}&code=422`);
    }
    await watchSynced();
    expect(reports.filter(({ kind }) => kind === 'list')).toHaveLength(3);
    await expectAlive();
  });

  test('reads the rotated token', async () => {
    await watchSynced();
    await kapi.control('rotate-token');
    await kapi.control('drop');
    await expectAlive();
  });
});
