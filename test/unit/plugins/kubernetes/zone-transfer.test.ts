// Cluster zones for transfers, from objects to records: CoreDNS's recorded answers, then what these do not hold.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recordText } from '../../../../src/dns/record.ts';
import { ClusterRecords } from '../../../../src/kubernetes/records/cluster-records.ts';
import { createNameTable } from '../../../../src/names/buffers.ts';
import { createSharedState, SharedState } from '../../../../src/names/shared-state.ts';
import { NameTableWriter } from '../../../../src/names/table-writer.ts';
import { defaultBlock } from '../../../../src/plugins/kubernetes/block.ts';
import type {
  KubernetesServingOptions,
  TransferQuestion,
} from '../../../../src/plugins/kubernetes/options.ts';
import { ClusterTransfers } from '../../../../src/plugins/kubernetes/zone-transfer.ts';
import { packRecords } from '../../../../src/zone/packed-records.ts';
import { PluginBench } from '../../../support/chain-doubles.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { fill, ObjectsSource, type RawObject } from '../../../support/kubernetes-scenario.ts';
import { namespace, service, serviceImport, slice } from '../../../support/record-bench.ts';
import { name } from '../../../support/record-lines.ts';

const HTTP = { name: 'http', port: 80, protocol: 'TCP' };
const SERIAL = 1_700_000_000;

/** A cluster whose zones can be transferred. */
class Bench {
  readonly source: ObjectsSource;
  readonly #transfers: ClusterTransfers;

  constructor(ttl: number, zones: readonly string[], multiclusterZones: readonly string[] = []) {
    this.source = new ObjectsSource({ ...defaultBlock(), multiclusterZones });
    const plugins = new PluginBench(new FakeClock());
    const table = createNameTable({ arenaBytes: 1 << 20, readers: 1 });
    const state = createSharedState();
    const options = {
      namespaces: [],
      usesPodNames: false,
      ignoresEmptyServices: false,
      isZonal: false,
      keepsClients: false,
    };
    const records = new ClusterRecords(this.source, options, {
      table: new NameTableWriter(table),
      state: new SharedState(state),
      clock: new FakeClock(),
      log: plugins.log,
      metrics: plugins.metrics,
    });
    records.setLocalAddresses([fill('{LOCAL4}')]);
    plugins
      .block([])
      .instance.answer('zones', (question) =>
        packRecords(records.zoneRecords({ ...(question as TransferQuestion), ttl })),
      );
    const serving = {
      zones,
      multiclusterZones,
      table,
      state,
      ttl,
      transferChannel: 'zones',
      pods: 'disabled',
      isZonal: false,
    };
    this.#transfers = new ClusterTransfers(
      serving as unknown as KubernetesServingOptions,
      plugins.context(),
    );
  }

  put(...objects: readonly RawObject[]): this {
    for (const object of objects) this.source.put(object);
    return this;
  }

  async transfer(zone: string, serial = 0): Promise<string[] | undefined> {
    const records = await this.#transfers.transfer(name(zone), serial);
    return records?.map((record) => recordText(record).replace(` ${SERIAL} `, ' {SERIAL} '));
  }
}

const CORPUS = join(import.meta.dirname, '../../../../../shared/golden/transfer/kubernetes');

interface Case {
  readonly id: string;
  readonly query: { readonly name: string; readonly type: string; readonly transport: string };
  readonly answer: { readonly rcode: string; readonly answer: readonly string[] };
}

describe.runIf(existsSync(CORPUS))('as CoreDNS recorded it', () => {
  const read = (file: string): string => fill(readFileSync(join(CORPUS, file), 'utf8'));
  const cases = existsSync(CORPUS)
    ? (JSON.parse(read('cases.json')) as Case[] | { cases: Case[] })
    : [];
  const transfers = (Array.isArray(cases) ? cases : cases.cases).filter(
    ({ query }) => query.type === 'AXFR' && query.transport === 'tcp',
  );

  test.each(transfers.map((each) => [each.query.name, each] as const))(
    '%s',
    async (zone, { answer }) => {
      const bench = new Bench(30, ['cluster.local.', 'in-addr.arpa.']);
      bench.put(...(JSON.parse(read('objects.json')) as { items: RawObject[] }).items);
      const expected = answer.answer.map((line) => fill(line));
      expect(await bench.transfer(zone)).toEqual(expected);
    },
  );
});

async function names(...objects: readonly RawObject[]): Promise<string[]> {
  const lines = await new Bench(5, ['c.test.'])
    .put(namespace('shop'), ...objects)
    .transfer('c.test.');
  // SOA, NS and one address in front, SOA behind.
  return lines?.slice(3, -1) ?? [];
}

test('zones of others are not given, and who is up to date gets the SOA alone', async () => {
  const bench = new Bench(5, ['c.test.']).put(
    namespace('shop'),
    service('web', { clusterIP: '10.96.0.1', ports: [HTTP] }),
  );
  expect(await bench.transfer('d.test.')).toBeUndefined();
  expect(await bench.transfer('c.test.', SERIAL)).toHaveLength(1);
  expect((await bench.transfer('c.test.', 1))?.length).toBeGreaterThan(2);
});

test('services come by name, spelled as the objects are', async () => {
  const lines = await names(
    service('b', { clusterIP: '10.96.0.2', type: 'ClusterIP' }),
    service('B', { clusterIP: '10.96.0.1', type: 'ClusterIP' }),
    service('a', { clusterIP: '10.96.0.3', type: 'NodePort' }),
    service('other/c', { clusterIP: '10.96.0.4', type: 'ClusterIP' }),
    service('untyped', { clusterIP: '10.96.0.5' }),
  );
  expect(lines.filter((line) => line.includes(' A '))).toEqual([
    'B.shop.svc.c.test. 5 IN A 10.96.0.1',
    'a.shop.svc.c.test. 5 IN A 10.96.0.3',
    'b.shop.svc.c.test. 5 IN A 10.96.0.2',
  ]);
});

test.each([
  ['www.test', ['x.shop.svc.c.test. 5 IN CNAME www.test.']],
  ['', ['x.shop.svc.c.test. 5 IN CNAME .']],
  ['192.0.2.1', []],
  ['a..b', []],
])('ExternalName %j', async (externalName, expected) => {
  expect(await names(service('x', { type: 'ExternalName', externalName }))).toEqual(expected);
});

test('names that are too long, and endpoints that are no addresses, are left out', async () => {
  const lines = await names(
    service('hs', { type: 'ClusterIP', clusterIP: 'None' }),
    service('l'.repeat(64), { type: 'ClusterIP', clusterIP: '10.96.0.1' }),
    slice('hs-1', 'hs', ['host.test', { addresses: ['10.0.0.1'], hostname: 'h'.repeat(64) }], {
      ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    }),
  );
  expect(lines).toEqual([
    '_http._tcp.hs.shop.svc.c.test. 5 IN SRV 0 50 80 .',
    'hs.shop.svc.c.test. 5 IN A 10.0.0.1',
  ]);
});

test('names of endpoints may hold dots', async () => {
  const lines = await names(
    service('hs', { type: 'ClusterIP', clusterIP: 'None' }),
    slice('hs-1', 'hs', [{ addresses: ['10.0.0.1'], hostname: 'pod.1' }]),
  );
  expect(lines).toContain('pod.1.hs.shop.svc.c.test. 5 IN A 10.0.0.1');
});

test('multicluster zones are transferred with the serial of the others', async () => {
  const bench = new Bench(5, ['m.test.'], ['m.test.']);
  bench.put(namespace('shop'), serviceImport('hs', { type: 'Headless', ports: [HTTP] }));
  expect((await bench.transfer('m.test.'))?.[0]).toContain(' {SERIAL} ');
});

test('multicluster zones hold imports', async () => {
  const bench = new Bench(5, ['m.test.'], ['m.test.']).put(
    namespace('shop'),
    serviceImport('ip', { type: 'ClusterSetIP', ips: ['10.0.0.1', 'fd00::1'], ports: [HTTP] }),
    serviceImport('hs', { type: 'Headless', ips: [], ports: [HTTP] }),
    slice('hs-1', '', ['10.244.0.1'], {
      labels: { 'multicluster.kubernetes.io/service-name': 'hs' },
    }),
  );
  expect((await bench.transfer('m.test.'))?.slice(3, -1)).toEqual([
    'hs.shop.svc.m.test. 5 IN A 10.244.0.1',
    '10-244-0-1.hs.shop.svc.m.test. 5 IN A 10.244.0.1',
    '_http._tcp.hs.shop.svc.m.test. 5 IN SRV 0 100 8080 10-244-0-1.hs.shop.svc.m.test.',
    'ip.shop.svc.m.test. 5 IN A 10.0.0.1',
    'ip.shop.svc.m.test. 5 IN AAAA fd00::1',
    'ip.shop.svc.m.test. 5 IN SRV 0 100 80 ip.shop.svc.m.test.',
    '_http._tcp.ip.shop.svc.m.test. 5 IN SRV 0 100 80 ip.shop.svc.m.test.',
  ]);
});
