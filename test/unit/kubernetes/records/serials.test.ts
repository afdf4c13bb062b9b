import { describe, expect, test } from 'vitest';
import type { RawObject } from '../../../support/kubernetes-scenario.ts';
import { pod, RecordBench, service, serviceImport, slice } from '../../../support/record-bench.ts';

const HTTP = [{ name: 'http', port: 80, protocol: 'TCP' }];
const WEB = service('web', { clusterIP: '10.96.0.1', ports: HTTP });

describe('serials', () => {
  const START = 1_700_000_000;
  const cases: readonly (readonly [
    string,
    RawObject,
    RawObject,
    readonly [number, number, number],
  ])[] = [
    [
      'a cluster address does not count',
      WEB,
      service('web', { clusterIP: '10.96.0.2', ports: HTTP }),
      [0, 0, 0],
    ],
    ['ports count twice', WEB, service('web', { clusterIP: '10.96.0.1' }), [1, 1, 0]],
    [
      'an external address counts outside',
      WEB,
      service('web', { clusterIP: '10.96.0.1', ports: HTTP, externalIPs: ['192.0.2.1'] }),
      [0, 1, 0],
    ],
    [
      'externalName counts',
      service('x', { type: 'ExternalName', externalName: 'a' }),
      service('x', { type: 'ExternalName', externalName: 'b' }),
      [1, 0, 0],
    ],
    [
      'endpoints count',
      slice('s', 'web', ['10.1.0.1']),
      slice('s', 'web', ['10.1.0.2']),
      [1, 0, 0],
    ],
    [
      'pod names of endpoints do not',
      slice('s', 'web', ['10.1.0.1']),
      slice('s', 'web', [{ addresses: ['10.1.0.1'], targetRef: { name: 'p' } }]),
      [0, 0, 0],
    ],
    ['pod addresses count', pod('p', '10.1.0.1'), pod('p', '10.1.0.2'), [1, 0, 0]],
    ['pod labels do not', pod('p', '10.1.0.1'), pod('p', '10.1.0.1', { a: 'b' }), [0, 0, 0]],
    [
      'import ports count for multicluster zones',
      serviceImport('i', { ips: ['10.9.0.1'], ports: HTTP }),
      serviceImport('i', { ips: ['10.9.0.1'] }),
      [0, 0, 1],
    ],
    [
      'import addresses do not',
      serviceImport('i', { ips: ['10.9.0.1'] }),
      serviceImport('i', { ips: ['10.9.0.2'] }),
      [0, 0, 0],
    ],
  ];

  test.each(cases)('%s', (_what, before, after, moved) => {
    const bench = new RecordBench({}, { pods: 'verified', multiclusterZones: ['m.'] });
    const serials = (): number[] =>
      (['cluster', 'external', 'multicluster'] as const).map((kind) => bench.state.serial(kind));
    expect(serials()).toEqual([0, 0, 0]);
    bench.put(before);
    expect(serials(), 'adding counts for cluster zones').toEqual([START, 0, 0]);
    bench.clock.advance(1000);
    bench.put(after);
    const expected = [
      START + (moved[0] ?? 0),
      moved[1] === 1 ? START + 1 : 0,
      moved[2] === 1 ? START + 1 : 0,
    ];
    expect(serials()).toEqual(expected);
  });

  test('slices of multicluster services count for multicluster zones too', () => {
    const bench = new RecordBench({}, { multiclusterZones: ['m.'] });
    const labels = { 'multicluster.kubernetes.io/service-name': 'db' };
    bench.put(slice('s', '', ['10.1.0.1'], { labels }));
    bench.put(slice('s', '', ['10.1.0.2'], { labels }));
    expect(bench.state.serial('multicluster')).toBe(START);
  });
});

describe('programming latency', () => {
  const at = (text: string): RawObject =>
    slice('s', 'web', ['10.1.0.1'], {
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': text },
    });

  test('is observed for slices of known services', () => {
    const bench = new RecordBench();
    bench.put(at('2023-11-14T22:13:00Z'));
    expect(bench.series).toEqual([]);
    bench.put(WEB, at('2023-11-14T22:13:10.123456789Z'));
    expect(bench.series).toEqual([
      'coredns_kubernetes_dns_programming_duration_seconds{cluster_ip}',
    ]);
    bench.put(service('web', { clusterIP: 'None' }), at('2023-11-14T22:13:11+01:00'));
    expect(bench.series[1]).toContain('{headless_with_selector}');
  });

  test('says so when the time cannot be read', () => {
    const bench = new RecordBench();
    bench.put(WEB, at('yesterday'));
    expect(bench.log.lines).toEqual([
      `[WARNING] DnsProgrammingLatency cannot be calculated for Endpoints 'shop/s'; invalid "endpoints.kubernetes.io/last-change-trigger-time" annotation RFC3339 value of "yesterday"`,
    ]);
    expect(bench.series).toEqual([]);
  });
});
