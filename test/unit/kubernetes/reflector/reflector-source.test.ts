// What is requested of an API server, and when a source counts as synced.

import { afterEach, expect, test } from 'vitest';
import { Milestone } from '../../../../src/base/milestone.ts';
import type { ReflectorSourceOptions } from '../../../../src/kubernetes/reflector/reflector-source.ts';
import { COLLECTIONS } from '../../../support/fake-api-server.ts';
import {
  type Harness,
  type HarnessOptions,
  quiet,
  service,
  startHarness,
  until,
} from '../../../support/fake-api-server-harness.ts';

const { services, slices, namespaces, pods, imports } = COLLECTIONS;
let open: Harness | undefined;

afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function start(options: HarnessOptions = {}): Promise<Harness> {
  open = await startHarness(options);
  return open;
}

const REQUESTED: [string, Partial<ReflectorSourceOptions>, string[]][] = [
  ['by default', {}, [services, namespaces, slices]],
  ['with noendpoints', { hasEndpoints: false }, [services, namespaces]],
  ['with pods verified', { hasPods: true }, [services, namespaces, slices, pods]],
  [
    'with multicluster zones',
    { isMulticluster: true },
    [services, namespaces, slices, imports, slices],
  ],
];

test.each(REQUESTED)(
  '%s requests only what the stock role of CoreDNS allows',
  async (_, source, paths) => {
    const harness = await start({ source });
    await until(() => harness.source.isSynced);
    harness.server.watchList = 'unknown';
    for (const path of new Set(paths)) {
      const count = paths.filter((other) => other === path).length;
      harness.server.faults.push({ path, kind: 'watch', status: 410, reason: 'Expired', count });
    }
    harness.server.cut();
    // First watch, expired watch, refused WatchList, list, watch.
    await until(() => harness.server.requests.length === paths.length * 5, harness.clock, 100);
    const asked = new Set(harness.server.requests.map(({ method, path }) => `${method} ${path}`));
    expect(asked).toEqual(new Set(paths.map((path) => `GET ${path}`)));
    const firstPaths = harness.server.requests.slice(0, paths.length).map(({ path }) => path);
    expect(firstPaths.toSorted()).toEqual(paths.toSorted());
  },
);

test('asks for services and namespaces first, and for the rest when it has them', async () => {
  const { server, source } = await start({ prepare: (api) => api.hold(services) });
  await until(() => server.requestsFor(namespaces, 'watch').length === 1);
  await quiet();
  expect(server.requestsFor(slices, 'watch')).toHaveLength(0);
  let knowsServices = false;
  source.onServices(() => {
    knowsServices = true;
    expect(server.requestsFor(slices, 'watch')).toHaveLength(0);
  });
  expect(knowsServices).toBe(false);
  server.letGo(services);
  await until(() => source.isSynced);
  expect(knowsServices).toBe(true);
});

test('asks for the rest when what it was told to wait for has happened', async () => {
  const beforeRest = new Milestone();
  const many = Array.from({ length: 100 }, (_, i) => service(`web-${i}`, `10.0.1.${i}`));
  const prepare: HarnessOptions['prepare'] = (api) => {
    for (const object of many) api.put(services, object);
  };
  const { server, source } = await start({ beforeRest, prepare });
  const knowsServices = Promise.withResolvers<void>();
  source.onServices(knowsServices.resolve);
  await knowsServices.promise;
  await quiet();
  expect(server.requestsFor(slices, 'watch')).toHaveLength(0);
  beforeRest.reach();
  await until(() => source.isSynced);
  expect(server.requestsFor(slices, 'watch')).toHaveLength(1);
});

test('asks for the rest at once where there are few services', async () => {
  const { source } = await start({ beforeRest: new Milestone() });
  await until(() => source.isSynced);
});

test('asks for the rest after a second at the latest', async () => {
  const { server, source, clock } = await start({ prepare: (api) => api.hold(services) });
  await until(() => server.requestsFor(namespaces, 'watch').length === 1);
  clock.advance(999);
  await quiet();
  expect(server.requestsFor(slices, 'watch')).toHaveLength(0);
  clock.advance(1);
  await until(() => server.requestsFor(slices, 'watch').length === 1);
  server.letGo(services);
  await until(() => source.isSynced);
  await quiet();
  expect(server.requestsFor(slices, 'watch')).toHaveLength(1);
});

test('asks for nothing more once it is stopped', async () => {
  const { server, source, clock } = await start({ prepare: (api) => api.hold(services) });
  await until(() => server.requestsFor(namespaces, 'watch').length === 1);
  source.stop();
  clock.advance(60_000);
  await quiet();
  expect(server.requestsFor(slices, 'watch')).toHaveLength(0);
});

test('sends selectors with the kinds that they are for', async () => {
  const { server, source } = await start({
    source: {
      labels: 'app=web,tier in (a,b)',
      namespaceLabels: 'env=prod',
      hasPods: true,
      isMulticluster: true,
    },
  });
  await until(() => source.isSynced);
  const selectors = server.requests.map(({ path, query }) => [
    path.split('/').at(-1),
    query.get('labelSelector'),
    query.get('fieldSelector'),
  ]);
  const labels = 'app=web,tier in (a,b)';
  expect(selectors.map(String).toSorted()).toEqual(
    [
      ['endpointslices', labels, null],
      ['endpointslices', `${labels},multicluster.kubernetes.io/service-name`, null],
      ['namespaces', 'env=prod', null],
      ['pods', labels, 'status.phase!=Succeeded,status.phase!=Failed,status.phase!=Unknown'],
      ['serviceimports', 'env=prod', null],
      ['services', labels, null],
    ].map(String),
  );
});

test('takes out an object whose labels no longer match', async () => {
  const { server, source } = await start({
    source: { labels: 'app=web', hasEndpoints: false },
    prepare: (fake) => {
      fake.put(services, service('web', '10.0.0.1', { app: 'web' }));
      fake.put(services, service('other', '10.0.0.2'));
    },
  });
  await until(() => source.isSynced);
  expect(source.services.size).toBe(1);
  expect(server.requests).toHaveLength(2);
});

test('is synced when every watch has its first state, and tells it once', async () => {
  const { source, clock } = await start({
    prepare: (fake) => fake.faults.push({ path: slices, status: 403, message: 'no', count: 2 }),
  });
  let told = 0;
  source.onSynced(() => told++);
  await quiet();
  expect([source.isSynced, told]).toEqual([false, 0]);
  await until(() => source.isSynced, clock, 100);
  expect(told).toBe(1);
  source.onSynced(() => told++);
  expect(told).toBe(2);
});

test('keeps a pod that is being deleted as it was until it is gone', async () => {
  const pod = (podIP: string, deletionTimestamp?: string) => ({
    metadata: { namespace: 'ns', name: 'p', ...(deletionTimestamp && { deletionTimestamp }) },
    status: { podIP },
  });
  const { server, source, clock } = await start({
    source: { hasPods: true },
    prepare: (fake) => fake.put(pods, pod('10.0.0.1')),
  });
  await until(() => source.isSynced);
  server.put(pods, pod('', '2026-01-01T00:00:00Z'));
  server.compact();
  server.cut();
  await until(() => server.requestsFor(pods, 'watch').length === 3, clock, 100);
  await quiet();
  expect(source.pods?.get('ns', 'p')?.podIP).toBe('10.0.0.1');
  server.delete(pods, 'ns', 'p');
  await until(() => source.pods?.size === 0, clock, 100);
});

test('stays synced and keeps its objects when the API server is gone', async () => {
  const { server, source, clock } = await start({
    prepare: (fake) => fake.put(services, service('svc1', '10.0.0.1')),
  });
  await until(() => source.isSynced);
  await server.close();
  await until(() => clock.monotonicMs() > 30_000, clock, 100);
  expect(source.isSynced).toBe(true);
  expect(source.services.size).toBe(1);
  await server.listen();
});

test('reports every request: watches as counts, lists with their times', async () => {
  const { reports, server, source } = await start({
    source: { hasEndpoints: false },
    server: { watchList: 'unknown' },
  });
  await until(() => source.isSynced && reports.length >= 6);
  const host = `127.0.0.1:${server.port}`;
  const report = (code: string, kind: string) =>
    expect.objectContaining({ code, kind, host, method: 'GET', verb: 'GET' });
  expect(reports).toHaveLength(6);
  for (const expected of [report('422', 'watch'), report('200', 'list'), report('200', 'watch')]) {
    expect(reports.filter((actual) => expected.asymmetricMatch(actual))).toHaveLength(2);
  }
  await server.close();
  await until(() => reports.some(({ code }) => code === '<error>'));
  await server.listen();
});

test('holds list requests back by qps and burst', async () => {
  const { server, source, clock, reports } = await start({
    source: { hasPods: true, limits: { qps: 0.5, burst: 1, maxInflight: 0 } },
    server: { watchList: 'unknown' },
  });
  await until(() => source.isSynced, clock, 10);
  const times = server.requests.filter(({ kind }) => kind === 'list').map(({ atMs }) => atMs);
  expect(times).toHaveLength(4);
  for (const index of [1, 2, 3]) expect(times[index]).toBeGreaterThanOrEqual(2000 * index);
  const waited = reports
    .filter(({ kind }) => kind === 'list')
    .map((report) => report.rateLimiterMs);
  // The last two kinds begin a second later.
  expect(Math.max(...waited)).toBeGreaterThanOrEqual(4900);
});

test('keeps a single request in flight when told so, and watches all the same', async () => {
  const { source } = await start({ source: { limits: { qps: 0, burst: 0, maxInflight: 1 } } });
  await until(() => source.isSynced);
});
