import { describe, expect, test } from 'vitest';
import { formatName, ROOT } from '../../../../src/dns/name.ts';
import {
  namespace,
  pod,
  RecordBench,
  service,
  serviceImport,
  slice,
} from '../../../support/record-bench.ts';

const HTTP = [{ name: 'http', port: 80, protocol: 'TCP' }];
const WEB = service('web', { clusterIP: '10.96.0.1', ports: HTTP });

describe('names of a service', () => {
  test('exist with its namespace, and its one port is an alias in all spellings', () => {
    const bench = new RecordBench();
    bench.put(namespace('shop'), WEB);
    expect(bench.names()).toEqual(
      [
        'shop.pod',
        'shop.svc',
        'web.shop.svc',
        '_._tcp.web.shop.svc',
        '_http._.web.shop.svc',
        '_http._tcp.web.shop.svc',
      ].sort(),
    );
    expect(bench.node('_http._tcp.web.shop.svc')?.isAlias).toBe(true);
    expect(bench.node('web.shop.svc')?.ipv4Count).toBe(1);
    bench.source.delete({ res: 'v1/namespaces', key: '/shop' });
    expect(bench.names()).toEqual([]);
    bench.put(namespace('shop'));
    expect(bench.names()).toContain('web.shop.svc');
  });

  test('are split by port when there are several', () => {
    const bench = new RecordBench();
    const ports = [...HTTP, { name: 'dns', port: 53, protocol: 'UDP' }];
    bench.put(namespace('shop'), service('web', { clusterIPs: ['10.96.0.1', 'fd00::1'], ports }));
    expect(bench.node('web.shop.svc')?.weight).toBe(25);
    expect(bench.node('_dns._udp.web.shop.svc')).toMatchObject({
      isAlias: false,
      weight: 50,
      serviceCount: 1,
    });
    expect(bench.node('_._udp.web.shop.svc')?.servicePort(0)).toBe(53);
  });

  test.each([
    ['capitals in the name', service('Web', { clusterIP: '10.96.0.1', ports: HTTP })],
    ['a name that no label can be', service('we b', { clusterIP: '10.96.0.1', ports: HTTP })],
    [
      'an address as externalName',
      service('web', { type: 'ExternalName', externalName: '192.0.2.1' }),
    ],
    ['no ready endpoint of a headless service', service('web', { clusterIP: 'None', ports: HTTP })],
    [
      'a namespace that is not there',
      service('other/web', { clusterIP: '10.96.0.1', ports: HTTP }),
    ],
  ])('do not exist with %s', (_why, object) => {
    const bench = new RecordBench();
    bench.put(namespace('shop'), object);
    expect(bench.names()).toEqual(['shop.pod', 'shop.svc']);
  });

  test('do not exist outside the option namespaces', () => {
    const bench = new RecordBench({ namespaces: ['other'] });
    bench.put(namespace('shop'), WEB);
    expect(bench.names()).toEqual([]);
    expect(bench.table.size, 'no reverse record either').toBe(0);
  });

  test('change with the option namespaces when the Namespace object comes and goes, reverse records too', () => {
    const bench = new RecordBench({ namespaces: ['shop'] });
    bench.put(WEB, slice('web-1', 'web', ['10.1.0.1']));
    expect(bench.table.size).toBe(0);
    bench.put(namespace('shop'));
    expect(bench.table.size).toBe(9);
    bench.source.delete({ res: 'v1/namespaces', key: '/shop' });
    expect(bench.table.size).toBe(0);
  });

  test('hide empty services when asked to', () => {
    const bench = new RecordBench({ ignoresEmptyServices: true });
    bench.put(namespace('shop'), WEB);
    expect(bench.names()).not.toContain('web.shop.svc');
    bench.put(slice('web-1', 'web', ['10.1.0.1']));
    expect(bench.names()).toContain('web.shop.svc');
  });

  test('follow a slice that moves to another service', () => {
    const bench = new RecordBench();
    bench.put(namespace('shop'), WEB, service('api', { clusterIP: 'None', ports: HTTP }));
    bench.put(slice('s', 'web', [{ addresses: ['10.1.0.1'], hostname: 'E1' }]));
    expect(bench.names()).toContain('e1.web.shop.svc');
    bench.put(slice('s', 'api', [{ addresses: ['10.1.0.1'], hostname: 'E1' }]));
    expect(bench.names()).not.toContain('e1.web.shop.svc');
    expect(bench.node('e1.api.shop.svc')?.serviceCount).toBe(1);
    bench.put(slice('s', '', [{ addresses: ['10.1.0.1'] }]));
    expect(bench.names()).not.toContain('e1.api.shop.svc');
  });

  test('keep what an unchanged endpoint answers unwritten', () => {
    const bench = new RecordBench();
    const addresses = ['10.1.0.1', '10.1.0.2', '10.1.0.3'];
    bench.put(namespace('shop'), service('db', { clusterIP: 'None', ports: HTTP }));
    bench.put(slice('db-1', 'db', addresses));
    const before = bench.table.writes;
    bench.put(slice('db-1', 'db', [...addresses, '10.1.0.4']));
    // The service, the new endpoint and its reverse name.
    expect(bench.table.writes - before).toBe(3);
    bench.put(
      slice('db-1', 'db', [...addresses, '10.1.0.4'], {
        annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': 'x' },
      }),
    );
    expect(bench.table.writes - before).toBe(3);
  });

  test('are zonal for headless services when asked to', () => {
    const bench = new RecordBench({ isZonal: true });
    const endpoints = [
      { addresses: ['10.1.0.1'], zone: 'East.1' },
      { addresses: ['10.1.0.2'], zone: 'west' },
      { addresses: ['10.1.0.3'] },
      { addresses: ['10.1.0.4'], zone: 'no zone' },
    ];
    bench.put(
      namespace('shop'),
      service('db', { clusterIP: 'None' }),
      slice('db-1', 'db', endpoints),
    );
    expect(bench.names().filter((name) => name.endsWith('.z'))).toEqual(
      ['db.shop.svc.z', 'east.1.db.shop.svc.z', 'west.db.shop.svc.z'].sort(),
    );
  });
});

describe('a first state', () => {
  const arriving = (): RecordBench => {
    const bench = new RecordBench({}, {}, 1 << 20, false);
    bench.put(service('web', { clusterIP: 'None', ports: HTTP }), namespace('shop'));
    bench.put(slice('web-1', 'web', [{ addresses: ['10.0.0.1'] }], { ports: HTTP }));
    bench.put(service('gone', { clusterIP: '10.96.0.2', ports: HTTP }));
    bench.source.delete({ res: 'v1/services', key: 'shop/gone' });
    return bench;
  };
  const names = ['10-0-0-1.web.shop.svc', '_http._tcp.web.shop.svc', 'web.shop.svc'];

  test('is written when it is complete, each name once', () => {
    const bench = arriving();
    expect(bench.names()).toEqual(['shop.pod', 'shop.svc']);
    const { writes } = bench.table;
    bench.source.sync();
    expect(bench.names()).toEqual(expect.arrayContaining(names));
    expect(bench.names()).not.toContain('gone.shop.svc');
    expect(bench.table.writes - writes).toBe(5);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  test('is written as far as it has come when it takes long, and then goes on', () => {
    const bench = arriving();
    bench.clock.advance(60_000);
    expect(bench.names()).toEqual(['shop.pod', 'shop.svc']);
    bench.records.release();
    expect(bench.names()).toEqual(expect.arrayContaining(names));
    bench.put(service('late', { clusterIP: '10.96.0.3', ports: HTTP }));
    expect(bench.names()).toContain('late.shop.svc');
    bench.source.sync();
    expect(bench.names()).toContain('late.shop.svc');
  });
});

describe('multicluster names', () => {
  const block = { multiclusterZones: ['clusterset.local.'] };
  const labels = (cluster: string): Record<string, string> => ({
    'multicluster.kubernetes.io/service-name': 'db',
    ...(cluster === '' ? {} : { 'multicluster.kubernetes.io/source-cluster': cluster }),
  });

  test('carry the cluster, unless the slice has none', () => {
    const bench = new RecordBench({}, block);
    bench.put(namespace('shop'), serviceImport('db', { type: 'Headless', ips: [], ports: HTTP }));
    bench.put(slice('db-e', '', ['10.1.0.1'], { labels: labels('East') }));
    bench.put(slice('db-x', '', ['10.1.0.2'], { labels: labels('') }));
    bench.put(
      slice('db-u', '', [{ addresses: ['10.1.0.3'], hostname: '_u' }], { labels: labels('east') }),
    );
    const names = bench.names().filter((name) => name.endsWith('db.shop.svc.m'));
    expect(names).toContain('10-1-0-1.east.db.shop.svc.m');
    expect(names).toContain('10-1-0-2.db.shop.svc.m');
    expect(names.filter((name) => name.includes('_u'))).toEqual([]);
    expect(bench.node('db.shop.svc.m')?.ipv4Count).toBe(3);
    bench.source.delete({ res: 'multicluster.x-k8s.io/v1alpha1/serviceimports', key: 'shop/db' });
    expect(bench.names()).toEqual(['shop.pod', 'shop.svc']);
  });

  test('exist without records for an import without addresses, and not at all without ports', () => {
    const bench = new RecordBench({}, block);
    bench.put(
      namespace('shop'),
      serviceImport('noip', { type: 'ClusterSetIP', ips: [], ports: HTTP }),
    );
    bench.put(serviceImport('noports', { type: 'ClusterSetIP', ips: ['10.9.0.1'] }));
    expect(bench.node('noip.shop.svc.m')?.hasRecords).toBe(false);
    expect(bench.node('noports.shop.svc.m')).toBeUndefined();
  });
});

describe('reverse records', () => {
  const reverse = (bench: RecordBench, octets: readonly number[]): string[] => {
    const key = Buffer.from([...octets, 1, 0x72]).toString('latin1');
    const value = bench.table.values.get(key) ?? '';
    return [...value.matchAll(/[\w-]+/g)].map(([text]) => text);
  };

  test('name the service alone, and all endpoints when it is gone', () => {
    const bench = new RecordBench();
    bench.put(service('web', { clusterIP: '10.1.0.1', ports: HTTP }));
    bench.put(
      slice('a-1', 'a', ['10.1.0.1']),
      slice('b-1', 'b', [{ addresses: ['10.1.0.1'], hostname: 'h' }]),
    );
    expect(reverse(bench, [10, 1, 0, 1])).toEqual(['web', 'shop', 'svc']);
    bench.source.delete({ res: 'v1/services', key: 'shop/web' });
    expect(reverse(bench, [10, 1, 0, 1])).toEqual([
      '10-1-0-1',
      'a',
      'shop',
      'svc',
      'h',
      'b',
      'shop',
      'svc',
    ]);
    bench.source.delete({ res: 'discovery.k8s.io/v1/endpointslices', key: 'shop/a-1' });
    bench.source.delete({ res: 'discovery.k8s.io/v1/endpointslices', key: 'shop/b-1' });
    expect(bench.table.size).toBe(0);
  });

  test('are not made for texts that are not the usual text of an address, nor for slices without service', () => {
    const bench = new RecordBench();
    bench.put(service('web', { clusterIPs: ['FD00::1', '::ffff:10.0.0.1', ''], ports: HTTP }));
    bench.put(slice('lone', '', ['10.1.0.9']));
    expect(bench.table.size).toBe(0);
  });
});

describe('pod records', () => {
  const block = { pods: 'verified' } as const;

  test('come and go with pods, and count pods of the host network (ClusterFirstWithHostNet), which share an address', () => {
    const bench = new RecordBench({}, block);
    bench.put(namespace('shop'), pod('a', '10.1.0.1'), pod('b', '10.1.0.1'), pod('c', 'fd00::5'));
    expect(bench.node('10-1-0-1.shop.pod')).toMatchObject({ ipv4Count: 1, weight: 50 });
    expect(bench.node('fd00--5.shop.pod')?.ipv6Count).toBe(1);
    bench.put(pod('c', ''));
    expect(bench.node('fd00--5.shop.pod')).toBeUndefined();
    bench.source.delete({ res: 'v1/namespaces', key: '/shop' });
    expect(bench.names()).toEqual([]);
    bench.put(namespace('shop'));
    expect(bench.names()).toContain('10-1-0-1.shop.pod');
  });

  test('leave out addresses that no label leads back to', () => {
    const bench = new RecordBench({}, block);
    bench.put(namespace('shop'), pod('a', '::ffff:10.0.0.1'), pod('b', 'FD00::1'));
    expect(bench.names()).toEqual(['shop.pod', 'shop.svc']);
  });

  test('keep the clients when some plugin asks for them', () => {
    const bench = new RecordBench({ keepsClients: true }, block);
    bench.put(pod('a', '10.1.0.1', { app: 'x' }));
    const key = Buffer.from([10, 1, 0, 1, 1, 0x70]).toString('latin1');
    expect(bench.table.values.get(key)).toContain('app');
    bench.put(pod('b', 'nonsense'));
    bench.source.delete({ res: 'v1/pods', key: 'shop/a' });
    expect(bench.table.values.has(key)).toBe(false);
  });
});

describe('name servers', () => {
  const targets = (bench: RecordBench): string[] =>
    (bench.node('n')?.targetNames(ROOT) ?? []).map((name) => formatName(name ?? ROOT));

  test('are the own addresses, then the service whose endpoints have them', () => {
    const bench = new RecordBench();
    bench.records.setLocalAddresses(['10.1.0.1', 'fd00::1']);
    expect(targets(bench)).toEqual(['ns.dns.']);
    expect(bench.node('n')).toMatchObject({ ipv4Count: 1, ipv6Count: 1, extraCount: 2 });
    bench.put(slice('dns-1', 'dns', ['10.1.0.1']));
    expect(bench.node('n')?.hasRecords, 'the service is not known yet').toBe(false);
    bench.put(service('dns', { clusterIP: '10.96.0.10' }));
    expect(targets(bench)).toEqual(['dns.shop.svc.']);
    bench.put(service('dns', { clusterIP: 'None' }));
    expect(targets(bench)).toEqual(['10-1-0-1.dns.shop.svc.']);
    bench.source.delete({ res: 'discovery.k8s.io/v1/endpointslices', key: 'shop/dns-1' });
    expect(targets(bench)).toEqual(['ns.dns.']);
  });

  test('leave out what is no address or no name', () => {
    const bench = new RecordBench();
    bench.records.setLocalAddresses(['10.1.0.1']);
    const hostname = 'x'.repeat(64);
    bench.put(service('dns', { clusterIP: 'None' }));
    bench.put(slice('dns-1', 'dns', [{ addresses: ['10.1.0.1', 'nothing'], hostname }]));
    expect(targets(bench)).toEqual([]);
  });

  test('have one address where two spellings say the same', () => {
    const bench = new RecordBench();
    bench.records.setLocalAddresses(['10.1.0.1']);
    bench.put(service('dns', { clusterIP: 'None' }));
    bench.put(slice('dns-1', 'dns', ['10.1.0.1', '::ffff:10.1.0.1', 'fd00::a', 'FD00::A']));
    expect(bench.node('n')).toMatchObject({ ipv4Count: 1, ipv6Count: 1, extraCount: 4 });
  });
});

test('a full table is reported once and keeps what it has', () => {
  const bench = new RecordBench({}, {}, 256);
  bench.put(namespace('shop'), WEB, service('api', { clusterIP: '10.96.0.2', ports: HTTP }));
  bench.put(service('db', { clusterIP: '10.96.0.3', ports: HTTP }));
  expect(bench.log.lines).toEqual([
    '[ERROR] plugin/kubernetes: name table: no space left; later records are missing',
  ]);
  expect(bench.names()).toContain('shop.svc');
});
