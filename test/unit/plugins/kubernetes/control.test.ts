import { afterEach, describe, expect, test, vi } from 'vitest';
import { SharedState } from '../../../../src/names/shared-state.ts';
import type { BlockSetup, ControlPlugin } from '../../../../src/plugin/control.ts';
import type { KubernetesBlock } from '../../../../src/plugins/kubernetes/block.ts';
import { type SharedParts, startBlock } from '../../../../src/plugins/kubernetes/control.ts';
import { localAddresses } from '../../../../src/plugins/kubernetes/local-addresses.ts';
import { readDirective } from '../../../../src/plugins/kubernetes/setup.ts';
import type { SourceContext } from '../../../../src/plugins/kubernetes/source.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { ObjectsSource } from '../../../support/kubernetes-scenario.ts';

/** A block that is set up on a fake clock with a source in memory. */
async function started(
  lines = '',
  words: readonly string[] = [],
): Promise<{
  readonly bench: ControlBench;
  readonly clock: FakeClock;
  readonly source: ObjectsSource;
  readonly context: SourceContext;
  readonly parts: SharedParts;
}> {
  const clock = new FakeClock();
  const bench = new ControlBench(clock);
  const made: { source: ObjectsSource; context: SourceContext; parts: SharedParts }[] = [];
  const plugin: ControlPlugin = {
    name: 'kubernetes',
    isHandler: true,
    async setup(dispenser, block: BlockSetup) {
      const { options } = readDirective(dispenser, block);
      const seen: { source?: ObjectsSource; context?: SourceContext } = {};
      const parts = await startBlock(options, block, async (read: KubernetesBlock, context) => {
        seen.source = new ObjectsSource(read);
        seen.context = context;
        return seen.source;
      });
      made.push({ source: seen.source!, context: seen.context!, parts });
      return [];
    },
  };
  await bench.load(
    plugin,
    `.:1053 {\n    ready\n${words.join('\n')}\n    kubernetes cluster.local {\n${lines}\n    }\n}\n`,
  );
  return { bench, clock, ...made[0]! };
}

/** Lets promises that have been resolved be acted on. */
const settled = () => new Promise(setImmediate);

/** Knowing the services is not enough. */
async function expectToWaitForAll({
  bench,
  source,
  parts,
}: Awaited<ReturnType<typeof started>>): Promise<void> {
  let isStarted = false;
  const waiting = bench.run('startup').then(() => {
    isStarted = true;
  });
  expect(source.beforeRest).toBeUndefined();
  source.syncServices();
  await settled();
  expect([isStarted, new SharedState(parts.state).isFilling]).toEqual([false, false]);
  source.sync();
  await waiting;
}

const INFO = '[INFO] plugin/kubernetes: waiting for Kubernetes API before starting server';
const WARNING = '[WARNING] plugin/kubernetes: starting server with unsynced Kubernetes API';

describe('the start', () => {
  test('waits for the first complete state, and says so twice a second', async () => {
    const { bench, clock, source, parts } = await started();
    const isReady = bench.instance.readiness.get('kubernetes');
    const waiting = bench.run('startup');
    expect(source.isStarted).toBe(true);
    clock.advance(1700);
    expect(bench.log.lines).toEqual([INFO, INFO, INFO]);
    expect([isReady?.(), new SharedState(parts.state).isSynced]).toEqual([false, false]);
    source.sync();
    await waiting;
    clock.advance(60_000);
    expect(bench.log.lines).toHaveLength(3);
    expect([isReady?.(), new SharedState(parts.state).isSynced]).toEqual([true, true]);
  });

  test('goes on without data after startup_timeout; readiness follows later', async () => {
    const { bench, clock, source } = await started('startup_timeout 1200ms');
    const waiting = bench.run('startup');
    clock.advance(1200);
    await waiting;
    expect(bench.log.lines).toEqual([INFO, INFO, WARNING]);
    clock.advance(60_000);
    expect(bench.log.lines).toHaveLength(3);
    expect(bench.instance.readiness.get('kubernetes')?.()).toBe(false);
    source.sync();
    expect(bench.instance.readiness.get('kubernetes')?.()).toBe(true);
  });

  test('does not wait for a source that is synced at once', async () => {
    const { bench, source } = await started();
    source.start = () => source.sync();
    await bench.run('startup');
    expect(bench.log.lines).toEqual([]);
  });

  test('goes on as soon as services are known, and lets queries wait for the rest', async () => {
    const { bench, clock, source, parts } = await started();
    const state = new SharedState(parts.state);
    const waiting = bench.run('startup');
    clock.advance(600);
    source.syncServices();
    await waiting;
    expect([state.isFilling, state.isSynced, bench.published.size]).toEqual([true, false, 0]);
    expect(bench.instance.readiness.get('kubernetes')?.()).toBe(false);
    // It is started: nothing waits for the API any more.
    clock.advance(3000);
    expect(bench.log.lines).toEqual([INFO]);
    source.sync();
    await settled();
    expect([state.isFilling, state.isSynced]).toEqual([false, true]);
    expect(bench.published.has(parts.filledChannel)).toBe(true);
    clock.advance(60_000);
    expect(bench.log.lines).toEqual([INFO]);
  });

  test('lets the source go on with the rest when the sockets are open', async () => {
    const { bench, source } = await started();
    const waiting = bench.run('startup');
    source.syncServices();
    await waiting;
    expect(source.beforeRest?.isReached).toBe(false);
    await bench.run('started');
    expect(source.beforeRest?.isReached).toBe(true);
  });

  test('lets queries wait no longer than startup_timeout', async () => {
    const { bench, clock, source, parts } = await started('startup_timeout 1200ms');
    const state = new SharedState(parts.state);
    const waiting = bench.run('startup');
    source.syncServices();
    await waiting;
    clock.advance(1199);
    await settled();
    expect([state.isFilling, bench.log.lines]).toEqual([true, []]);
    clock.advance(1);
    await settled();
    expect([state.isFilling, state.isSynced]).toEqual([false, false]);
    expect(bench.log.lines).toEqual([WARNING]);
    expect(bench.published.has(parts.filledChannel)).toBe(true);
    source.sync();
    expect(state.isSynced).toBe(true);
  });

  test.each(['autopath', 'k8s_external', 'metadata', 'transfer'])(
    'waits for everything where %s looks at the table',
    async (word) => expectToWaitForAll(await started('', [word])),
  );

  test('of a reload waits for everything: the old instance answers meanwhile', async () => {
    const all = await started();
    Object.assign(all.bench.instance, { isFirst: false });
    await expectToWaitForAll(all);
  });

  test('that is given up leaves no timer', async () => {
    const { bench, clock } = await started();
    const waiting = bench.run('startup');
    await bench.run('shutdown');
    await waiting;
    clock.advance(60_000);
    expect(bench.log.lines).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('goes on where the machine does not tell its addresses, which name servers alone need', async () => {
    const { bench, source, parts } = await started();
    Object.defineProperty(bench.blocks[0]!.settings, 'bindAddresses', {
      get: () => {
        throw new Error('EPERM');
      },
    });
    const waiting = bench.run('startup');
    source.sync();
    await waiting;
    expect(new SharedState(parts.state).isSynced).toBe(true);
    expect(bench.log.lines).toEqual([
      '[ERROR] plugin/kubernetes: no addresses of this machine for NS records: EPERM',
    ]);
  });

  test('ends with the source stopped', async () => {
    const { bench, source } = await started();
    await bench.run('shutdown');
    expect(source.isStopped).toBe(true);
  });
});

test('requests to the API server are counted, lists are timed', async () => {
  const { bench, context } = await started();
  const report = {
    code: '200',
    method: 'GET',
    host: 'api:6443',
    verb: 'GET',
    durationMs: 40,
    rateLimiterMs: 2,
  } as const;
  context.onRequest({ ...report, kind: 'watch' });
  const text = await bench.registry.expose();
  expect(text).toContain(
    'coredns_kubernetes_rest_client_requests_total{code="200",host="api:6443",method="GET"} 1',
  );
  expect(text).not.toContain('rest_client_request_duration_seconds_count{');
  context.onRequest({ ...report, kind: 'list' });
  const more = await bench.registry.expose();
  expect(more).toContain(
    'coredns_kubernetes_rest_client_request_duration_seconds_sum{host="api:6443",verb="GET"} 0.04',
  );
  expect(more).toContain(
    'coredns_kubernetes_rest_client_rate_limiter_duration_seconds_sum{host="api:6443",verb="GET"} 0.002',
  );
});

describe('local addresses', () => {
  afterEach(() => vi.restoreAllMocks());

  test.each<[string, readonly string[], string[]]>([
    ['of all interfaces, IPv4 first', [''], ['192.0.2.1', '198.51.100.1', 'fd00::1', 'fe80::1']],
    ['without bind', [], ['192.0.2.1', '198.51.100.1', 'fd00::1', 'fe80::1']],
    [
      'of a bound block only',
      ['127.0.0.1', '192.0.2.9', 'FD00::9', 'fe80::9%eth0'],
      ['192.0.2.9', 'fd00::9', 'fe80::9'],
    ],
    ['of a wildcard bind: none', ['0.0.0.0', '::'], []],
  ])('%s', (_what, bound, expected) => {
    const interfaces = {
      lo: [{ address: '127.0.0.1' }, { address: '::1' }],
      eth0: [{ address: '192.0.2.1' }, { address: 'fd00::1' }, { address: 'fe80::1' }],
      eth1: [{ address: '::ffff:198.51.100.1' }],
      eth2: undefined,
    };
    expect(localAddresses(bound, interfaces)).toEqual(expected);
  });
});
