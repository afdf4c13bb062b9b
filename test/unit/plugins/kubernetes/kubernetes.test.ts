// What the recorded answers do not ask: chains of hosts, metadata, the root zone, silence of the listener.
import { describe, expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { formatName } from '../../../../src/dns/name.ts';
import { recordText } from '../../../../src/dns/record.ts';
import { Exchange } from '../../../../src/plugin/exchange.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import {
  KubernetesHandler,
  kubernetesServing,
} from '../../../../src/plugins/kubernetes/kubernetes.ts';
import { type AskedQuery, exchangeFor } from '../../../support/chain-doubles.ts';
import { KubernetesScenario, type RawObject } from '../../../support/kubernetes-scenario.ts';
import { namespace, pod, service, slice } from '../../../support/record-bench.ts';

const HTTP = [{ name: 'http', port: 80, protocol: 'TCP' }];
const ENDPOINT = 'endpoint http://127.0.0.1:1';

function external(name: string, externalName: string): RawObject {
  return service(name, { type: 'ExternalName', externalName });
}

async function load(
  zones: string,
  options: readonly string[],
  objects: readonly RawObject[],
  next?: Handler,
): Promise<KubernetesScenario> {
  const lines = [ENDPOINT, ...options].map((line) => `        ${line}`).join('\n');
  const corefile = `.:1053 {\n    kubernetes ${zones} {\n${lines}\n    }\n    metadata\n}\n`;
  const scenario = await KubernetesScenario.load(corefile, next);
  for (const object of [namespace('shop'), ...objects]) scenario.source.put(object);
  scenario.source.sync();
  return scenario;
}

/** Rcode and records, sections divided by `--`. */
async function ask(scenario: KubernetesScenario, query: AskedQuery): Promise<string[]> {
  const exchange = exchangeFor(query);
  await scenario.ask(exchange);
  const { rcode, answer, authority, additional } = exchange.reply;
  const sections = [answer, authority, additional].map((records) => records.map(recordText));
  return [
    String(rcode),
    ...(sections[0] ?? []),
    '--',
    ...(sections[2] ?? []),
    ...(sections[1]?.length ? ['SOA'] : []),
  ];
}

describe('ExternalName chains', () => {
  const zone = 'cluster.local';
  const chain = (length: number): RawObject[] => [
    ...Array.from({ length }, (_, at) => external(`c${at}`, `c${at + 1}.shop.svc.cluster.local`)),
    service(`c${length}`, { clusterIP: '10.96.0.1', ports: HTTP }),
  ];

  test.each([
    [1, 2],
    [11, 12],
    [12, 0],
  ])('of %s hops in the zone give %s records', async (length, count) => {
    const scenario = await load(zone, [], chain(length));
    const exchange = exchangeFor({ name: 'c0.shop.svc.cluster.local' });
    const outcome = scenario.handler.serve(exchange);
    expect(outcome, 'synchronous').toBe(Rcode.NOERROR);
    expect(exchange.reply.answer).toHaveLength(count);
  });

  test('in circles end without records', async () => {
    const objects = [
      external('a', 'b.shop.svc.cluster.local'),
      external('b', 'a.shop.svc.cluster.local'),
    ];
    const scenario = await load(
      zone,
      [],
      [...objects, external('self', 'x.self.shop.svc.cluster.local')],
    );
    expect(await ask(scenario, { name: 'a.shop.svc.cluster.local' })).toEqual(['0', '--', 'SOA']);
    expect(await ask(scenario, { name: 'self.shop.svc.cluster.local' })).toEqual([
      '0',
      '--',
      'SOA',
    ]);
  });

  test('to a name that is not there are dropped', async () => {
    const scenario = await load(zone, [], [external('a', 'gone.shop.svc.cluster.local')]);
    expect(await ask(scenario, { name: 'a.shop.svc.cluster.local' })).toEqual(['0', '--', 'SOA']);
  });

  test('wait for the listener, in order, and carry truncation on', async () => {
    const next: Handler = {
      name: 'forward',
      serve: async (exchange) => {
        exchange.reply.isTruncated = true;
        return exchange.reply.write(Rcode.NOERROR);
      },
    };
    const hosts = slice('s', 'db', ['a.test', '10.1.0.1', 'b.test'], { ports: HTTP });
    const scenario = await load(zone, [], [service('db', { clusterIP: 'None' }), hosts], next);
    const exchange = exchangeFor({ name: 'db.shop.svc.cluster.local' });
    await scenario.ask(exchange);
    expect(exchange.reply.isTruncated).toBe(true);
    expect(exchange.reply.answer.map(recordText)).toEqual([
      'db.shop.svc.cluster.local. 5 IN CNAME a.test.',
      'db.shop.svc.cluster.local. 5 IN A 10.1.0.1',
      'db.shop.svc.cluster.local. 5 IN CNAME b.test.',
    ]);
    expect(scenario.lookups).toHaveLength(2);
  });

  test('give nothing when the listener stays silent', async () => {
    const scenario = await load(zone, [], [external('a', 'x.test')]);
    const ignored = () => undefined;
    const context = { readerIndex: 1, lookup: ignored, subscribe: ignored, onClose: ignored };
    const next: Handler = { name: 'next', serve: () => Rcode.REFUSED };
    const handler = kubernetesServing.create(scenario.options, next, context as never);
    const exchange = exchangeFor({ name: 'a.shop.svc.cluster.local' });
    expect(await handler.serve(exchange)).toBe(Rcode.NOERROR);
    expect(exchange.reply.answer).toEqual([]);
    expect(exchange.reply.authority).toHaveLength(1);
  });

  test('answer CNAME queries without being followed', async () => {
    const scenario = await load(zone, [], [external('a', 'X.Test')]);
    const cname = { name: 'A.shop.svc.cluster.local', type: 'CNAME' };
    expect(await ask(scenario, cname)).toEqual([
      '0',
      'A.shop.svc.cluster.local. 5 IN CNAME X.Test.',
      '--',
    ]);
    const underscores = { name: '_._.a.shop.svc.cluster.local', type: 'CNAME' };
    expect(await ask(scenario, underscores)).toHaveLength(3);
    expect(scenario.lookups).toEqual([]);
  });
});

describe('insecure pod names', () => {
  test.each([
    ['10-0-0-1', ['0', '10-0-0-1.shop.pod.cluster.local. 5 IN A 10.0.0.1', '--']],
    // Escaped dots within one label, which CoreDNS does not take for an address.
    ['10\\.0\\.0\\.1', ['3', '--', 'SOA']],
    ['1-2-3-4-5-6-1\\.2\\.3\\.4', ['3', '--', 'SOA']],
  ])('spell an address: %s', async (label, expected) => {
    const scenario = await load('cluster.local', ['pods insecure'], []);
    expect(await ask(scenario, { name: `${label}.shop.pod.cluster.local` })).toEqual(expected);
  });
});

describe('the root as zone', () => {
  test('has services, name servers and reverse names', async () => {
    const scenario = await load('.', [], [service('web', { clusterIP: '10.96.0.1', ports: HTTP })]);
    await Promise.race([scenario.run('startup')]);
    expect(await ask(scenario, { name: 'web.shop.svc.', type: 'SRV' })).toEqual([
      '0',
      'web.shop.svc. 5 IN SRV 0 100 80 web.shop.svc.',
      '--',
      'web.shop.svc. 5 IN A 10.96.0.1',
    ]);
    expect(await ask(scenario, { name: '1.0.96.10.in-addr.arpa.', type: 'PTR' })).toEqual([
      '0',
      '1.0.96.10.in-addr.arpa. 5 IN PTR web.shop.svc.',
      '--',
    ]);
    expect(await ask(scenario, { name: '.', type: 'A' })).toEqual(['0', '--', 'SOA']);
    expect(await ask(scenario, { name: 'dns-version.', type: 'TXT' })).toEqual([
      '0',
      'dns-version. 28800 IN TXT "1.1.0"',
      '--',
    ]);
  });
});

describe('IPv6 reverse names', () => {
  const nibbles = `${'1.'}${'0.'.repeat(27)}0.0.d.f.ip6.arpa.`;
  const objects = [service('web', { clusterIPs: ['fd00::1'], ports: HTTP })];

  test.each([
    [nibbles, 1],
    [nibbles.toUpperCase(), 1],
    [`x.y.z.${nibbles}`, 1],
    [`w.x.y.z.${nibbles}`, 0],
    [nibbles.slice(2), 0],
    [`g${nibbles.slice(1)}`, 0],
    [`${'a.'.repeat(80)}ip6.arpa.`, 0],
  ])('%s has %s records', async (name, count) => {
    const scenario = await load('cluster.local ip6.arpa', [], objects);
    const exchange = exchangeFor({ name, type: 'PTR' });
    await scenario.ask(exchange);
    expect(exchange.reply.answer).toHaveLength(count);
  });

  test('of a mapped address are those of the IPv4 address', async () => {
    const mapped = `1.0.0.0.0.6.a.0.f.f.f.f.${'0.'.repeat(20)}ip6.arpa.`;
    const v4 = [service('web', { clusterIP: '10.96.0.1', ports: HTTP })];
    const scenario = await load('cluster.local ip6.arpa', [], v4);
    expect(await ask(scenario, { name: mapped, type: 'PTR' })).toHaveLength(3);
  });
});

describe('metadata', () => {
  async function values(
    name: string,
    options: readonly string[] = [],
    objects: readonly RawObject[] = [],
    zones = 'cluster.local',
  ): Promise<Record<string, string>> {
    const scenario = await load(zones, options, objects);
    const exchange = exchangeFor({ name });
    const metadata = new Map<string, () => string>();
    (scenario.handler as KubernetesHandler).addMetadata(exchange, metadata);
    return Object.fromEntries(
      [...metadata].map(([key, value]) => [key.replace('kubernetes/', ''), value()]),
    );
  }
  const NONE = {
    'port-name': '',
    protocol: '',
    endpoint: '',
    service: '',
    namespace: '',
    kind: '',
  };
  const SVC = { ...NONE, kind: 'svc', namespace: 'shop', service: 'web' };
  const MULTI = ['multicluster cluster.local'];

  test.each([
    ['cluster.local', [], NONE],
    ['svc.cluster.local', [], NONE],
    ['shop.pod.cluster.local', [], { ...NONE, kind: 'pod', namespace: 'shop' }],
    ['Web.shop.svc.cluster.local', [], SVC],
    ['e.web.shop.svc.cluster.local', [], { ...SVC, endpoint: 'e' }],
    ['_http.tcp.web.shop.svc.cluster.local', [], { ...SVC, 'port-name': 'http', protocol: 'tcp' }],
    ['a.b.c.web.shop.svc.cluster.local', [], { 'parse-error': 'invalid query name' }],
    ['x.cluster.local', [], { 'parse-error': 'invalid query name' }],
    ['other.test', [], {}],
    ['e.c.web.shop.svc.cluster.local', MULTI, { ...SVC, endpoint: 'e', cluster: 'c' }],
    [
      '_e.c.web.shop.svc.cluster.local',
      MULTI,
      { ...SVC, 'port-name': 'e', protocol: 'c', cluster: '' },
    ],
    ['a.b.pin._zone.web.shop.svc.cluster.local', ['zonal'], { ...SVC, zone: 'a.b' }],
    [
      'a.b.pin._zone.web.shop.pod.cluster.local',
      ['zonal'],
      { 'parse-error': 'invalid query name' },
    ],
    [
      'a.b.keep._zone.web.shop.svc.cluster.local',
      ['zonal'],
      { 'parse-error': 'invalid query name' },
    ],
  ])('of %s with %s', async (name, options, expected) => {
    expect(await values(name, options)).toEqual(expected);
  });

  test('of the pod that asks', async () => {
    const found = await values(
      'other.test',
      ['pods verified'],
      [pod('client', '127.0.0.1', { app: 'x' })],
    );
    expect(found).toEqual({
      'client-namespace': 'shop',
      'client-pod-name': 'client',
      'client-label/app': 'x',
    });
  });
});

describe('search path', () => {
  async function path(
    options: readonly string[],
    name: string,
    zones = 'cluster.local',
    from = '127.0.0.1',
  ) {
    const objects = options.length === 0 ? [] : [pod('client', from)];
    const { handler } = await load(zones, options, objects);
    return (handler as KubernetesHandler)
      .searchPath(exchangeFor({ name }))
      ?.map((each) => formatName(each));
  }

  test('is that of the pod that asks', async () => {
    const found = await path(['pods verified'], 'a.cluster.local');
    expect(found?.slice(0, 3)).toEqual([
      'shop.svc.cluster.local.',
      'svc.cluster.local.',
      'cluster.local.',
    ]);
    expect(found?.at(-1)).toBe('.');
  });

  test('works for the root zone', async () => {
    expect((await path(['pods verified'], 'a.', '.'))?.slice(0, 3)).toEqual([
      'shop.svc.',
      'svc.',
      '.',
    ]);
  });

  test('is unknown outside of the zones, without verified pods, and for other clients', async () => {
    expect(await path(['pods verified'], 'a.test')).toBeUndefined();
    expect(await path([], 'a.cluster.local')).toBeUndefined();
    expect(
      await path(['pods verified'], 'a.cluster.local', 'cluster.local', '10.1.0.1'),
    ).toBeUndefined();
  });
});

test('zone transfers are left to the transfer plugin', async () => {
  const scenario = await load('cluster.local', [], []);
  for (const type of ['AXFR', 'IXFR']) {
    const exchange = exchangeFor({ name: 'cluster.local', type });
    expect(scenario.handler.serve(exchange)).toBe(Rcode.REFUSED);
    expect(exchange.reply.isWritten).toBe(false);
  }
  expect(scenario.handler).toBeInstanceOf(KubernetesHandler);
  expect(exchangeFor({ name: '.' })).toBeInstanceOf(Exchange);
});
