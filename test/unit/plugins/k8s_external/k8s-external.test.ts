// External names from objects to replies, through records, name table and handler: CoreDNS's recorded answers, then what these
// do not hold. No sockets, no threads.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rcodeName } from '../../../../src/dns/codes/rcode.ts';
import { recordText } from '../../../../src/dns/record.ts';
import {
  ClusterRecords,
  type RecordOptions,
} from '../../../../src/kubernetes/records/cluster-records.ts';
import { createNameTable } from '../../../../src/names/buffers.ts';
import { createSharedState, SharedState } from '../../../../src/names/shared-state.ts';
import { NameTableWriter } from '../../../../src/names/table-writer.ts';
import type { ExternalNamesOwner, ExternalZone } from '../../../../src/plugin/external-names.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { ExternalHandler } from '../../../../src/plugins/k8s_external/k8s-external.ts';
import {
  defaultExternalBlock,
  type ExternalBlock,
} from '../../../../src/plugins/k8s_external/options.ts';
import { defaultBlock } from '../../../../src/plugins/kubernetes/block.ts';
import { ExternalTable } from '../../../../src/plugins/kubernetes/external-table.ts';
import type { KubernetesServingOptions } from '../../../../src/plugins/kubernetes/options.ts';
import { packRecords } from '../../../../src/zone/packed-records.ts';
import { type AskedQuery, exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import {
  fill,
  ObjectsSource,
  type RawObject,
  StubUpstream,
} from '../../../support/kubernetes-scenario.ts';
import { namespace, service, slice } from '../../../support/record-bench.ts';
import { name } from '../../../support/record-lines.ts';

const HTTP = [{ name: 'http', port: 80, protocol: 'TCP' }];
const CLUSTER_TTL = 5;

/** A reply in words. */
interface Answer {
  readonly rcode: string;
  readonly aa: boolean;
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
}

/** A cluster with plugin k8s_external in front. */
class Bench {
  readonly source = new ObjectsSource(defaultBlock());
  readonly handler: ExternalHandler;
  readonly clock = new FakeClock();
  readonly #plugins: PluginBench = new PluginBench(this.clock);

  constructor(
    options: Partial<ExternalBlock & { readonly zones: readonly string[] }> = {},
    next: Handler = { name: 'next', serve: () => 5 },
    recordOptions: Partial<RecordOptions> = {},
  ) {
    const { hasHeadless, ...block } = { ...defaultExternalBlock(), ...options };
    const table = createNameTable({ arenaBytes: 1 << 20, readers: 1 });
    const state = createSharedState();
    const records = new ClusterRecords(
      this.source,
      {
        namespaces: [],
        usesPodNames: false,
        ignoresEmptyServices: false,
        isZonal: false,
        keepsClients: false,
        external: { hasHeadless },
        ...recordOptions,
      },
      {
        table: new NameTableWriter(table),
        state: new SharedState(state),
        clock: this.clock,
        log: this.#plugins.log,
        metrics: this.#plugins.metrics,
      },
    );
    records.setLocalAddresses([fill('{LOCAL4}')]);
    this.#plugins
      .block([])
      .instance.answer('external', (wanted) =>
        packRecords(
          records.externalZoneRecords({ ...(wanted as ExternalZone), clusterTtl: CLUSTER_TTL }),
        ),
      );
    const context = this.#plugins.context();
    const serving = { ttl: CLUSTER_TTL, table, state, externalChannel: 'external' };
    const kubernetes: Handler & ExternalNamesOwner = {
      name: 'kubernetes',
      serve: () => 5,
      externalNames: new ExternalTable(serving as KubernetesServingOptions, context),
    };
    this.#plugins.handlers = [kubernetes];
    this.#plugins.first = next;
    const zones = options.zones ?? ['ext.test.', '100.51.198.in-addr.arpa.'];
    this.handler = new ExternalHandler({ ...block, zones }, next, context);
  }

  put(...objects: readonly RawObject[]): this {
    for (const object of objects) this.source.put(object);
    return this;
  }

  async ask(query: AskedQuery): Promise<Answer> {
    const exchange = exchangeFor(query);
    const outcome = await this.handler.serve(exchange);
    const { reply } = exchange;
    if (!reply.isWritten) reply.write(outcome);
    return {
      rcode: rcodeName(reply.rcode),
      aa: reply.isAuthoritative,
      answer: reply.answer.map(recordText),
      authority: reply.authority.map(recordText),
      additional: reply.additional.map(recordText),
    };
  }

  async transfer(zone: string, serial = 0): Promise<string[] | undefined> {
    const records = await this.handler.transfer(name(zone), serial);
    return records?.map(recordText);
  }
}

const CORPUS = join(import.meta.dirname, '../../../../../shared/golden/k8s_external');
const SCENARIOS: Readonly<Record<string, Partial<ExternalBlock>>> = {
  plain: {},
  options: { apex: 'names', ttl: 30, hasHeadless: true },
  fallthrough: { fallthrough: [] },
};

interface Case {
  readonly id: string;
  readonly query: AskedQuery;
  readonly answer: Omit<Answer, 'aa'> & { readonly flags: readonly string[] };
}

describe.runIf(existsSync(CORPUS))('as CoreDNS recorded it', () => {
  test('knows every scenario', () => {
    expect(readdirSync(CORPUS).sort()).toEqual(Object.keys(SCENARIOS).sort());
  });

  test.each(Object.entries(SCENARIOS))('%s', async (scenario, options) => {
    const read = (file: string): string => readFileSync(join(CORPUS, scenario, file), 'utf8');
    const bench = new Bench(options, new StubUpstream(read('upstream.zone')));
    bench.put(...(JSON.parse(fill(read('objects.json'))) as { items: RawObject[] }).items);
    const cases = JSON.parse(fill(read('cases.json'))) as { cases: Case[] } | Case[];
    const list = Array.isArray(cases) ? cases : cases.cases;
    const own = list.filter(({ query }) =>
      /(?:ext\.test|100\.51\.198\.in-addr\.arpa)\.$/i.test(query.name),
    );
    expect(own.length).toBeGreaterThan(50);
    for (const { id, query, answer } of own) {
      const { flags, rcode, answer: records, authority, additional } = answer;
      const expected = { rcode, aa: flags.includes('aa'), answer: records, authority, additional };
      expect(await bench.ask(query), id).toEqual(expected);
    }
  });
});

const SOA = (serial: number): string =>
  `ext.test. 5 IN SOA ns1.dns.ext.test. hostmaster.dns.ext.test. ${serial} 7200 1800 86400 5`;
const LB = service('lb', {
  type: 'LoadBalancer',
  clusterIPs: ['10.96.0.1'],
  ports: HTTP,
  externalIPs: ['198.51.100.1'],
});

describe('names', () => {
  test('follow the objects', async () => {
    const bench = new Bench().put(namespace('shop'), LB);
    const ask = async (): Promise<readonly string[]> =>
      (await bench.ask({ name: 'lb.shop.ext.test.' })).answer;
    expect(await ask()).toEqual(['lb.shop.ext.test. 5 IN A 198.51.100.1']);
    bench.put(
      service('lb', { clusterIPs: ['10.96.0.1'], ports: HTTP, externalIPs: ['198.51.100.2'] }),
    );
    expect(await ask()).toEqual(['lb.shop.ext.test. 5 IN A 198.51.100.2']);
    expect(await bench.ask({ name: 'ext.test.', type: 'SOA' })).toMatchObject({
      answer: [SOA(1_700_000_000)],
    });
    bench.source.delete({ res: 'v1/services', key: 'shop/lb' });
    expect(await bench.ask({ name: 'lb.shop.ext.test.' })).toMatchObject({ rcode: 'NXDOMAIN' });
  });

  test.each([
    ['_http._tcp.lb.shop.ext.test.', 'NOERROR'],
    ['http.tcp.lb.shop.ext.test.', 'NOERROR'],
    ['_._.lb.shop.ext.test.', 'NOERROR'],
    ['_._udp.lb.shop.ext.test.', 'NXDOMAIN'],
    ['any.lb.shop.ext.test.', 'NOERROR'],
    ['a.b.c.lb.shop.ext.test.', 'NXDOMAIN'],
    ['shop.ext.test.', 'NOERROR'],
    ['lb.none.ext.test.', 'NXDOMAIN'],
  ])('%s: %s', async (asked, rcode) => {
    const bench = new Bench().put(namespace('shop'), LB);
    expect(await bench.ask({ name: asked })).toMatchObject({ rcode });
  });

  test('what no query or reply can spell has none', async () => {
    const bench = new Bench().put(
      namespace('shop'),
      service('Caps', { clusterIPs: ['10.96.0.1'], ports: HTTP, externalIPs: ['198.51.100.3'] }),
      service('bad', { clusterIPs: ['10.96.0.2'], ports: HTTP, externalIPs: ['a..b'] }),
    );
    expect(await bench.ask({ name: 'caps.shop.ext.test.' })).toMatchObject({ rcode: 'NXDOMAIN' });
    expect(await bench.ask({ name: 'bad.shop.ext.test.' })).toMatchObject({ rcode: 'NXDOMAIN' });
  });

  test('without ports there is an address, and no SRV record', async () => {
    const bench = new Bench().put(
      namespace('shop'),
      service('p', { clusterIPs: ['10.96.0.1'], externalIPs: ['198.51.100.4'] }),
    );
    expect((await bench.ask({ name: 'p.shop.ext.test.' })).answer).toHaveLength(1);
    expect(await bench.ask({ name: 'p.shop.ext.test.', type: 'SRV' })).toMatchObject({
      rcode: 'NOERROR',
      answer: [],
    });
  });
});

describe('headless services', () => {
  const objects = [
    namespace('shop'),
    service('hs', { clusterIP: 'None', ports: HTTP }),
    service('web', { clusterIP: '10.96.0.9', ports: HTTP }),
    slice('hs-2', 'hs', ['10.244.0.2', 'fd00::2']),
    slice('hs-1', 'hs', [{ addresses: ['10.244.0.1'], hostname: 'One' }]),
    slice('web-1', 'web', ['10.244.0.3']),
    slice('orphan', '', ['10.244.0.4']),
  ];

  test.each([
    ['hs.shop.ext.test.', ['10.244.0.1', '10.244.0.2']],
    ['_.hs.shop.ext.test.', ['10.244.0.1', '10.244.0.2']],
    ['one.hs.shop.ext.test.', ['10.244.0.1']],
    ['_one.hs.shop.ext.test.', ['10.244.0.1']],
    ['10-244-0-3.web.shop.ext.test.', ['10.244.0.3']],
    ['web.shop.ext.test.', []],
  ])('%s has %j', async (asked, addresses) => {
    const bench = new Bench({ hasHeadless: true }).put(...objects);
    const { answer } = await bench.ask({ name: asked });
    expect(answer).toEqual(addresses.map((address) => `${asked} 5 IN A ${address}`));
  });

  test('follow their slices', async () => {
    const bench = new Bench({ hasHeadless: true }).put(...objects);
    const ask = async (): Promise<number> =>
      (await bench.ask({ name: 'hs.shop.ext.test.' })).answer.length;
    bench.source.delete({ res: 'discovery.k8s.io/v1/endpointslices', key: 'shop/hs-2' });
    expect(await ask()).toBe(1);
    bench.put(slice('hs-1', 'web', ['10.244.0.1']));
    expect(await ask()).toBe(0);
  });
});

describe('addresses', () => {
  test('name all their services, in the first zone', async () => {
    const bench = new Bench().put(
      namespace('shop'),
      LB,
      service('two', {
        clusterIPs: ['10.96.0.2'],
        ports: HTTP,
        externalIPs: ['198.51.100.1', '198.51.100.1'],
      }),
    );
    const { answer } = await bench.ask({ name: '1.100.51.198.in-addr.arpa.', type: 'PTR' });
    expect(answer).toEqual([
      '1.100.51.198.in-addr.arpa. 5 IN PTR lb.shop.ext.test.',
      '1.100.51.198.in-addr.arpa. 5 IN PTR two.shop.ext.test.',
    ]);
  });

  test('of namespaces that are not shown have no names', async () => {
    const bench = new Bench({}, undefined, { namespaces: ['shop'] }).put(LB);
    const ask = (): Promise<Answer> =>
      bench.ask({ name: '1.100.51.198.in-addr.arpa.', type: 'PTR' });
    expect(await ask()).toMatchObject({ rcode: 'NXDOMAIN' });
    bench.put(namespace('shop'));
    expect(await ask()).toMatchObject({ rcode: 'NOERROR' });
  });
});

describe('transfers', () => {
  test('hold services and, if wanted, endpoints of headless ones, with CoreDNS’s repetitions', async () => {
    const bench = new Bench({ hasHeadless: true }).put(
      namespace('shop'),
      service('lb', {
        clusterIPs: ['10.96.0.1'],
        ports: HTTP,
        externalIPs: ['198.51.100.1', 'lb.host.test'],
      }),
      service('hs', { clusterIP: 'None', ports: HTTP }),
      slice('hs-1', 'hs', ['10.244.0.1', 'fd00::1', 'not-an-address'], {
        ports: [
          { name: 'http', port: 80, protocol: 'TCP' },
          { name: '', port: 81, protocol: 'TCP' },
        ],
      }),
    );
    const lines = (await bench.transfer('ext.test.')) ?? [];
    expect(lines.slice(0, 3)).toEqual([
      SOA(0),
      'ext.test. 5 IN NS ns1.dns.ext.test.',
      `ns1.dns.ext.test. 5 IN A ${fill('{LOCAL4}')}`,
    ]);
    expect(lines.at(-1)).toBe(SOA(0));
    expect(lines.slice(3, 8)).toEqual([
      'lb.shop.ext.test. 5 IN A 198.51.100.1',
      'lb.shop.ext.test. 5 IN SRV 0 100 80 lb.shop.ext.test.',
      '_http._tcp.lb.shop.ext.test. 5 IN SRV 0 100 80 lb.shop.ext.test.',
      'lb.shop.ext.test. 5 IN CNAME lb.host.test.',
      'lb.shop.ext.test. 5 IN CNAME lb.host.test.',
    ]);
    expect(lines.slice(8, 14)).toEqual([
      'hs.shop.ext.test. 5 IN A 10.244.0.1',
      'hs.shop.ext.test. 5 IN AAAA fd00::1',
      'hs.shop.ext.test. 5 IN SRV 0 25 80 10-244-0-1.hs.shop.ext.test.',
      'hs.shop.ext.test. 5 IN SRV 0 25 81 10-244-0-1.hs.shop.ext.test.',
      'hs.shop.ext.test. 5 IN SRV 0 25 80 fd00--1.hs.shop.ext.test.',
      'hs.shop.ext.test. 5 IN SRV 0 25 81 fd00--1.hs.shop.ext.test.',
    ]);
    expect(lines).toContain(
      '_http._tcp.hs.shop.ext.test. 5 IN SRV 0 50 80 10-244-0-1.hs.shop.ext.test.',
    );
  });

  test('spell names of endpoints with dots as several labels', async () => {
    const bench = new Bench({ hasHeadless: true }).put(
      namespace('shop'),
      service('hs', { clusterIP: 'None', ports: HTTP }),
      slice('hs-1', 'hs', [{ addresses: ['10.244.0.1'], hostname: 'pod.1' }]),
    );
    const lines = await bench.transfer('ext.test.');
    expect(lines).toContain('pod.1.hs.shop.ext.test. 5 IN A 10.244.0.1');
  });

  test('are of whole zones only, and short for who is up to date', async () => {
    const bench = new Bench().put(namespace('shop'), LB);
    expect(await bench.transfer('shop.ext.test.')).toBeUndefined();
    expect(await bench.transfer('other.test.')).toBeUndefined();
    expect(await bench.transfer('ext.test.', 1)).toEqual([SOA(0)]);
  });
});

test('hosts that are looked up one after the other keep their order', async () => {
  const upstream: Handler = {
    name: 'slow',
    serve: async ({ reply, askedName }) => {
      await Promise.resolve();
      reply.isTruncated = true;
      reply.answer.push({
        name: askedName,
        type: 1,
        class: 1,
        ttl: 1,
        rdata: Uint8Array.of(192, 0, 2, 1),
      });
      return reply.write(0);
    },
  };
  const bench = new Bench({}, upstream).put(
    namespace('shop'),
    service('h', { clusterIPs: ['10.96.0.1'], ports: HTTP, externalIPs: ['a.test', 'b.test'] }),
  );
  const { answer } = await bench.ask({ name: 'h.shop.ext.test.' });
  expect(answer).toEqual([
    'h.shop.ext.test. 5 IN CNAME a.test.',
    'a.test. 1 IN A 192.0.2.1',
    'h.shop.ext.test. 5 IN CNAME b.test.',
    'b.test. 1 IN A 192.0.2.1',
  ]);
  expect((await bench.ask({ name: 'h.shop.ext.test.', type: 'SRV' })).additional).toHaveLength(4);
});

test('zones whose made-up names are none are left out, the root is not', async () => {
  const bench = new Bench({ apex: 'a..b' }).put(namespace('shop'), LB);
  expect(await bench.ask({ name: 'lb.shop.ext.test.' })).toMatchObject({ rcode: 'REFUSED' });
  const root = new Bench({ zones: ['.'] }).put(namespace('shop'), LB);
  expect((await root.ask({ name: 'lb.shop.' })).answer).toEqual(['lb.shop. 5 IN A 198.51.100.1']);
});

test('without plugin kubernetes there is no handler', () => {
  const context = new PluginBench(new FakeClock()).context();
  const options = { ...defaultExternalBlock(), zones: ['ext.test.'] };
  const next: Handler = { name: 'next', serve: () => 0 };
  expect(() => new ExternalHandler(options, next, context)).toThrow('kubernetes plugin not loaded');
  const other = { ...context, handler: () => next };
  expect(() => new ExternalHandler(options, next, other)).toThrow('kubernetes plugin not loaded');
});
