// The control loop against a fake API server: requests, faults, recovery. Real sockets, fake time.

import { afterEach, expect, test } from 'vitest';
import { COLLECTIONS, type FakeApiServer } from '../../../support/fake-api-server.ts';
import {
  type Harness,
  type HarnessOptions,
  quiet,
  service,
  startHarness,
  until,
} from '../../../support/fake-api-server-harness.ts';

const { services, slices, endpoints, namespaces } = COLLECTIONS;
let open: Harness | undefined;

afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function start(options: HarnessOptions = {}): Promise<Harness> {
  open = await startHarness(options);
  return open;
}

async function startSynced(options: HarnessOptions = {}): Promise<Harness> {
  const harness = await start(options);
  await until(() => harness.source.isSynced, harness.clock);
  return harness;
}

/** Only services, so that a test sees the requests of one reflector. */
const ONE_KIND: HarnessOptions['source'] = { hasEndpoints: false };

function threeServices(server: FakeApiServer): void {
  for (const index of [1, 2, 3]) server.put(services, service(`svc${index}`, `10.0.0.${index}`));
}

const FORMATS = ['protobuf', 'json'] as const;

test.each(FORMATS)('fills the stores by WatchList and follows changes, in %s', async (format) => {
  const { server, source } = await startSynced({ prepare: threeServices, server: { format } });
  expect(source.services.size).toBe(3);
  server.put(services, service('svc4', '10.0.0.4'));
  server.put(services, service('svc1', '10.0.0.9'));
  server.delete(services, 'ns', 'svc2');
  await until(() => source.services.get('ns', 'svc2') === undefined);
  expect(
    [...source.services.values()].map((object) => [object.name, ...object.clusterIPs]),
  ).toEqual([
    ['svc1', '10.0.0.9'],
    ['svc3', '10.0.0.3'],
    ['svc4', '10.0.0.4'],
  ]);
  expect(server.requests.map(({ kind }) => kind)).toEqual(['watch', 'watch', 'watch']);
});

test('marks the changes of the first state as initial and later ones not', async () => {
  const { server, source } = await start({ prepare: threeServices, source: ONE_KIND });
  const marks: [string | undefined, boolean][] = [];
  source.services.onChange(({ after, isInitial }) => marks.push([after?.name, isInitial]));
  await until(() => source.isSynced);
  server.put(services, service('svc4', '10.0.0.4'));
  await until(() => marks.length === 4);
  expect(marks).toEqual([
    ['svc1', true],
    ['svc2', true],
    ['svc3', true],
    ['svc4', false],
  ]);
});

test('sends the parameters that client-go sends, with a time-out of 5 to 10 minutes', async () => {
  const { server, source } = await startSynced({ random: 0.6777 });
  const [first] = server.requestsFor(services, 'watch');
  expect(String(first?.query)).toBe(
    'allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&timeoutSeconds=503&watch=true',
  );
  server.bookmark();
  await quiet();
  server.endStreams();
  await until(() => server.requestsFor(services, 'watch').length === 2);
  const [, second] = server.requestsFor(services, 'watch');
  expect(String(second?.query)).toMatch(
    /^allowWatchBookmarks=true&resourceVersion=1001&timeoutSeconds=503&watch=true$/,
  );
  expect(source.isSynced).toBe(true);
});

test.each([
  ['answers 422', 'unknown', 'protobuf'],
  ['answers 422', 'unknown', 'json'],
  ['ignores sendInitialEvents', 'ignored', 'protobuf'],
] as const)(
  'falls back to paged lists when the server %s (%s, %s)',
  async (_, watchList, format) => {
    const { server, source, clock, lines } = await start({
      source: ONE_KIND,
      server: { watchList, format },
      prepare: (fake) => {
        for (let index = 0; index < 1200; index++) {
          fake.put(services, service(`svc${index}`, `10.0.${index >> 8}.${index & 255}`));
        }
      },
    });
    await until(() => source.isSynced, clock, 1000);
    expect(source.services.size).toBe(1200);
    const pages = server.requestsFor(services, 'list').map(({ query }) => String(query));
    expect(pages).toEqual([
      'limit=500&resourceVersion=0',
      'continue=500&limit=500',
      'continue=1000&limit=500',
    ]);
    server.put(services, service('late', '10.9.9.9'));
    await until(() => source.services.get('ns', 'late') !== undefined);
    expect(server.requestsFor(services, 'watch').at(-1)?.query.get('resourceVersion')).toBe('2200');
    expect(lines).toEqual([]);
  },
);

test('lists once more in one piece when a continue token has expired', async () => {
  const { server, source, lines } = await start({
    source: ONE_KIND,
    server: { watchList: 'unknown' },
    prepare: (fake) => {
      for (let index = 0; index < 700; index++)
        fake.put(services, service(`svc${index}`, '10.0.0.1'));
      fake.faults.push({ path: services, isContinued: true, status: 410, reason: 'Expired' });
    },
  });
  await until(() => source.isSynced);
  expect(source.services.size).toBe(700);
  expect(server.requestsFor(services, 'list').map(({ query }) => String(query))).toEqual([
    'limit=500&resourceVersion=0',
    'continue=500&limit=500',
    'resourceVersion=0',
  ]);
  expect(lines).toEqual([]);
});

test('resumes a cut stream from the last version, without a list and without a line', async () => {
  const { server, source, lines } = await startSynced({ prepare: threeServices, source: ONE_KIND });
  server.put(services, service('svc4', '10.0.0.4'));
  await until(() => source.services.size === 4);
  server.cut();
  await until(() => server.requestsFor(services, 'watch').length === 2);
  expect(server.requestsFor(services, 'watch')[1]?.query.get('resourceVersion')).toBe('1004');
  server.put(services, service('svc5', '10.0.0.5'));
  await until(() => source.services.size === 5);
  expect(server.requestsFor(services, 'list')).toEqual([]);
  expect(lines).toEqual([]);
});

test('lists again after 410 and reports only what has changed', async () => {
  const { server, source, clock, lines } = await startSynced({
    prepare: threeServices,
    source: ONE_KIND,
  });
  const changes: string[] = [];
  source.services.onChange(({ before, after }) => changes.push(`${before?.name}>${after?.name}`));
  server.isSilent = true;
  server.delete(services, 'ns', 'svc2');
  server.put(services, service('svc4', '10.0.0.4'));
  server.put(namespaces, { metadata: { name: 'ns' } });
  server.compact();
  server.isSilent = false;
  server.cut();
  await until(() => source.services.get('ns', 'svc2') === undefined, clock, 100);
  expect(changes).toEqual(['undefined>svc4', 'svc2>undefined']);
  expect(lines).toEqual([]);
  server.compact();
  server.cut();
  server.put(services, service('svc5', '10.0.0.5'));
  await until(() => source.services.size === 4, clock, 100);
  expect(changes.slice(2)).toEqual(['undefined>svc5']);
});

test.each([
  ['Expired', { code: 410, reason: 'Expired', message: 'too old' }],
  ['Gone without a code', { reason: 'Gone' }],
])('lists again after an ERROR event: %s', async (_, status) => {
  const { server, source, lines } = await startSynced({ source: ONE_KIND });
  server.sendError(services, status);
  await until(() => server.requestsFor(services, 'watch').length === 2);
  expect(server.requestsFor(services, 'watch')[1]?.query.get('sendInitialEvents')).toBe('true');
  server.put(services, service('svc1', '10.0.0.1'));
  await until(() => source.services.size === 1);
  expect(lines).toEqual([]);
});

test('tells an ERROR event that is no expiry, and goes on', async () => {
  const { server, source, clock, lines } = await startSynced({ source: ONE_KIND });
  server.sendError(services, { code: 500, message: 'etcdserver: no leader' });
  await until(() => lines.length > 0);
  server.put(services, service('svc1', '10.0.0.1'));
  await until(() => source.services.size === 1, clock, 100);
  expect(lines).toEqual(['ERROR Failed to watch: etcdserver: no leader']);
});

test('takes the newest state when even the list has expired', async () => {
  const { server, source, clock } = await startSynced({ prepare: threeServices, source: ONE_KIND });
  server.faults.push({ path: services, status: 410, reason: 'Expired', count: 2 });
  server.cut();
  await until(() => server.requestsFor(services, 'watch').length >= 4, clock, 100);
  const queries = server
    .requestsFor(services, 'watch')
    .map(({ query }) => [query.get('sendInitialEvents'), query.get('resourceVersion')]);
  expect(queries).toEqual([
    ['true', null],
    [null, '1003'],
    ['true', '1003'],
    ['true', null],
  ]);
  expect(source.services.size).toBe(3);
});

test('lists from scratch when its version is ahead of a restored server', async () => {
  const { server, source, clock } = await startSynced({ prepare: threeServices, source: ONE_KIND });
  server.restoreBackup();
  server.delete(services, 'ns', 'svc1');
  server.put(services, service('svc9', '10.0.0.9'));
  server.faults.push({ path: services, kind: 'watch', status: 410, reason: 'Expired' });
  server.cut();
  await until(() => server.requests.length >= 5, clock, 500);
  await until(() => source.services.get('ns', 'svc1') === undefined, clock, 500);
  expect([...source.services.values()].map(({ name }) => name)).toEqual(['svc2', 'svc3', 'svc9']);
});

test.each(FORMATS)('says which permission is missing, and goes on trying (%s)', async (format) => {
  const message =
    'endpointslices.discovery.k8s.io is forbidden: User "dns" cannot list resource "endpointslices" in API group "discovery.k8s.io" at the cluster scope';
  const { source, clock, lines } = await start({
    server: { format },
    prepare: (fake) =>
      fake.faults.push({ path: slices, status: 403, reason: 'Forbidden', message, count: 4 }),
  });
  await until(() => lines.length === 2, clock, 100);
  expect(source.isSynced).toBe(false);
  expect(new Set(lines)).toEqual(
    new Set([`ERROR Failed to watch: failed to list *v1.EndpointSlice: ${message}`]),
  );
  await until(() => source.isSynced, clock, 100);
});

test('waits as long as a 429 says, without a line', async () => {
  const { server, source, clock, lines } = await start({
    source: ONE_KIND,
    prepare: (fake) => fake.faults.push({ path: services, status: 429, retryAfter: '7', count: 2 }),
  });
  await until(() => source.isSynced, clock, 100);
  const times = server.requestsFor(services, 'watch').map(({ atMs }) => atMs);
  expect(times).toHaveLength(3);
  for (const index of [1, 2]) {
    const waited = (times[index] ?? 0) - (times[index - 1] ?? 0);
    expect(waited).toBeGreaterThanOrEqual(7000);
    expect(waited).toBeLessThan(9000);
  }
  expect(lines).toEqual([]);
});

test('tells a server that says "later" for ever', async () => {
  const { clock, lines } = await start({
    source: ONE_KIND,
    prepare: (fake) => fake.faults.push({ path: services, status: 429, count: 99 }),
  });
  await until(() => lines.length > 0, clock, 1000);
  expect(lines[0]).toMatch(/^ERROR Failed to watch: failed to list \*v1.Service: the server has /);
});

test('gives up a silent stream after the server time-out and resumes', async () => {
  const { server, source, clock, lines } = await startSynced({
    prepare: threeServices,
    source: ONE_KIND,
  });
  server.isSilent = true;
  server.put(services, service('svc4', '10.0.0.4'));
  clock.advance(320_000);
  await quiet();
  expect(server.requestsFor(services, 'watch')).toHaveLength(1);
  server.isSilent = false;
  clock.advance(20_000);
  await until(() => source.services.size === 4);
  expect(server.requestsFor(services, 'watch')[1]?.query.get('resourceVersion')).toBe('1003');
  expect(lines).toContain('ERROR Failed to watch: no data for 330 s');
});

test('retries refused connections without a line, with growing delays of at most 5 s', async () => {
  const { server, source, clock, lines, close } = await startSynced({
    prepare: threeServices,
    source: ONE_KIND,
  });
  const { port } = server;
  await server.close();
  await until(() => clock.monotonicMs() > 60_000, clock, 50);
  await server.listen(port);
  const startMs = clock.monotonicMs();
  server.put(services, service('svc4', '10.0.0.4'));
  await until(() => source.services.size === 4, clock, 50);
  expect(clock.monotonicMs() - startMs).toBeLessThan(7_000);
  expect(lines).toEqual([]);
  await close();
  open = undefined;
});

test('backs off when lists work and watches never do', async () => {
  const { server, clock } = await start({
    source: ONE_KIND,
    server: { watchList: 'unknown' },
    prepare: (fake) =>
      fake.faults.push({
        path: services,
        kind: 'watch',
        status: 410,
        reason: 'Expired',
        count: 999,
      }),
  });
  await until(() => clock.monotonicMs() > 20_000, clock, 20);
  expect(server.requestsFor(services, 'list').length).toBeLessThan(8);
});

test('backs off when streams end at once', async () => {
  const { server, clock } = await startSynced({ source: ONE_KIND, random: 0.5 });
  server.isHangingUp = true;
  server.cut();
  await until(() => server.requestsFor(services, 'watch').length === 5, clock, 10);
  const times = server.requestsFor(services, 'watch').map(({ atMs }) => atMs);
  const gaps = times.slice(2).map((atMs, index) => atMs - (times[index + 1] ?? 0));
  // 0.8 s, doubled each time, and half as much again for jitter.
  for (const [index, gap] of gaps.entries()) {
    expect(gap).toBeGreaterThanOrEqual(1200 * 2 ** index);
    expect(gap).toBeLessThan(1200 * 2 ** index + 1000);
  }
});

test.each([
  ['half an object', 'json', '{"type":"ADDED","object":{"metad\n', 'JSON'],
  ['a broken list', 'json', '}\n', 'JSON'],
  ['a field that is longer than its event', 'protobuf', '\0\0\0\x02\x0a\x09', 'protobuf'],
] as const)('lists again after malformed octets: %s', async (_, format, line, name) => {
  const { server, source, clock, lines } = await startSynced({
    source: ONE_KIND,
    server: { format },
  });
  server.sendLine(services, line);
  server.put(services, service('svc1', '10.0.0.1'));
  await until(() => source.services.size === 1, clock, 10);
  expect(lines).toEqual([`ERROR Failed to watch: malformed ${name} in a response`]);
});

test('passes over events of unknown types and objects without a name', async () => {
  const { server, source } = await startSynced({ source: ONE_KIND, server: { format: 'json' } });
  server.sendLine(
    services,
    '{"type":"NEWS","object":{}}\n\n{"type":"ADDED","object":{"spec":{}}}\n',
  );
  server.sendLine(services, '{"type":"DELETED","object":{}}\n{"type":"BOOKMARK"}\n');
  server.put(services, service('svc1', '10.0.0.1'));
  await until(() => source.services.size === 1);
  expect(server.requestsFor(services, 'watch')).toHaveLength(1);
});

test('watches Endpoints where the API server has no EndpointSlices', async () => {
  const subset = (ip: string, port: number): object => ({
    addresses: [{ ip, hostname: 'a', targetRef: { name: 'pod' } }],
    notReadyAddresses: [{ ip: '10.1.0.99' }],
    ports: [{ name: 'http', port }],
  });
  const { server, source, lines } = await startSynced({
    prepare: (fake) => {
      fake.removeCollection(slices);
      fake.put(endpoints, {
        metadata: { namespace: 'ns', name: 'svc1' },
        subsets: [subset('10.1.0.1', 80), subset('10.1.0.2', 81)],
      });
    },
  });
  const stored = (): string[] =>
    [...(source.endpointSlices?.values() ?? [])].map(
      ({ name, service: owner, ports, endpoints: [first] }) =>
        `${name} of ${owner}: ${first?.addresses} ${ports[0]?.port}`,
    );
  expect(stored()).toEqual(['svc1 of svc1: 10.1.0.1 80', 'svc1/1 of svc1: 10.1.0.2 81']);
  server.put(endpoints, {
    metadata: { namespace: 'ns', name: 'svc1' },
    subsets: [subset('10.1.0.3', 80)],
  });
  await until(() => source.endpointSlices?.size === 1);
  expect(stored()).toEqual(['svc1 of svc1: 10.1.0.3 80']);
  server.delete(endpoints, 'ns', 'svc1');
  await until(() => source.endpointSlices?.size === 0);
  expect(lines).toEqual([
    'INFO no endpointslices.discovery.k8s.io on the API server, using endpoints',
  ]);
});

test('comes back to EndpointSlices when 404 was a passing fault and Endpoints are forbidden', async () => {
  const { source, clock } = await start({
    prepare: (fake) => {
      fake.faults.push({ path: slices, status: 404, count: 2 });
      fake.faults.push({ path: endpoints, status: 403, message: 'no', count: 99 });
      fake.put(slices, { metadata: { namespace: 'ns', name: 'slice' } });
    },
  });
  await until(() => source.isSynced, clock, 100);
  expect(source.endpointSlices?.size).toBe(1);
});

test('lists as permanent errors what is not of the watched kind', async () => {
  const { clock, lines } = await start({
    source: ONE_KIND,
    server: { watchList: 'unknown' },
    prepare: (fake) =>
      fake.faults.push({ path: services, kind: 'list', status: 200, body: '<html>', count: 99 }),
  });
  await until(() => lines.length > 0, clock, 100);
  expect(lines[0]).toBe(
    'ERROR Failed to watch: failed to list *v1.Service: the response is no list',
  );
});

test('makes no change after stop', async () => {
  const { server, source } = await startSynced({ source: ONE_KIND });
  source.stop();
  server.put(services, service('svc1', '10.0.0.1'));
  await quiet();
  expect(source.services.size).toBe(0);
  expect(server.requests).toHaveLength(2);
});
