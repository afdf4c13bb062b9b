// Queries that come while the first state of the cluster arrives: services are answered, everything else waits.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { NameTableReader } from '../../../../src/names/table-reader.ts';
import { DirectExchange } from '../../../../src/plugin/direct.ts';
import type { Exchange } from '../../../../src/plugin/exchange.ts';
import { exchangeFor } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { queryPacket } from '../../../support/dns-client.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { KubernetesScenario } from '../../../support/kubernetes-scenario.ts';
import { namespace, service, slice } from '../../../support/record-bench.ts';

const COREFILE = `.:53 {
    kubernetes cluster.local in-addr.arpa {
        startup_timeout 30s
    }
}
`;
const PORTS = [{ name: 'http', port: 80, protocol: 'TCP' }];
const MAX_WAITING = 1000;

let scenario: KubernetesScenario;
let clock: FakeClock;
let isOpen: Promise<void>;

beforeEach(async () => {
  clock = new FakeClock();
  scenario = await KubernetesScenario.load(COREFILE, undefined, new ControlBench(clock));
  isOpen = scenario.run('startup');
  scenario.source.put(namespace('shop'));
  scenario.source.put(service('shop/web', { clusterIPs: ['10.96.0.1'], ports: PORTS }));
  scenario.source.put(service('shop/db', { clusterIPs: ['None'], ports: PORTS }));
  scenario.source.syncServices();
  await isOpen;
});

/** Whether the short path answers an A query by itself. */
function answersDirectly(name: string): boolean {
  const packet = queryPacket(name, 'A');
  const direct = new DirectExchange();
  expect(direct.read(packet, 0, packet.length)).toBe(true);
  direct.begin(new Uint8Array(65_535), 0);
  const { directRole } = scenario.handler;
  return directRole.kind === 'answer' && directRole.answer(direct);
}

/** Asks, and tells whether there is an answer without waiting. */
async function ask(
  name: string,
  type = 'A',
): Promise<{ exchange: Exchange; asking: Promise<void>; isAnswered: boolean }> {
  const exchange = exchangeFor({ name, type });
  let isAnswered = false;
  const asking = scenario.ask(exchange).then(() => {
    isAnswered = true;
  });
  await new Promise(setImmediate);
  return { exchange, asking, isAnswered };
}

function finish(): void {
  scenario.source.put(slice('shop/web-1', 'web', ['10.1.0.1'], { ports: PORTS }));
  scenario.source.put(slice('shop/db-1', 'db', ['10.1.0.2', '10.1.0.3'], { ports: PORTS }));
  scenario.source.sync();
}

describe('what waits', () => {
  test.each([
    ['a headless service', 'db.shop.svc.cluster.local', 'A', Rcode.NOERROR, 2],
    ['an endpoint', '10-1-0-1.web.shop.svc.cluster.local', 'A', Rcode.NOERROR, 1],
    ['an address', '3.0.1.10.in-addr.arpa', 'PTR', Rcode.NOERROR, 1],
    ['a name that does not exist', 'none.shop.svc.cluster.local', 'A', Rcode.NXDOMAIN, 0],
    ['the name servers', 'cluster.local', 'NS', Rcode.NOERROR, 1],
    ['the name server', 'ns.dns.cluster.local', 'A', Rcode.NOERROR, 1],
    ['a type that no name has', 'web.shop.svc.cluster.local', 'MX', Rcode.NOERROR, 0],
  ])('is answered when all is known: %s', async (_what, name, type, rcode, answers) => {
    const { exchange, asking, isAnswered } = await ask(name, type);
    expect(isAnswered).toBe(false);
    finish();
    await asking;
    expect([exchange.reply.rcode, exchange.reply.answer.length]).toEqual([rcode, answers]);
  });

  test('gets SERVFAIL when the start has waited long enough', async () => {
    const { exchange, asking } = await ask('none.shop.svc.cluster.local');
    clock.advance(30_000);
    await asking;
    expect(exchange.reply.rcode).toBe(Rcode.SERVFAIL);
    const later = await ask('none.shop.svc.cluster.local');
    expect([later.isAnswered, later.exchange.reply.rcode]).toEqual([true, Rcode.SERVFAIL]);
  });

  test('is refused with SERVFAIL beyond a thousand', async () => {
    const all = await Promise.all(
      Array.from({ length: MAX_WAITING }, () => ask('none.shop.svc.cluster.local')),
    );
    expect(all.some(({ isAnswered }) => isAnswered)).toBe(false);
    const beyond = await ask('none.shop.svc.cluster.local');
    expect([beyond.isAnswered, beyond.exchange.reply.rcode]).toEqual([true, Rcode.SERVFAIL]);
    finish();
    await Promise.all(all.map(({ asking }) => asking));
    expect(all.every(({ exchange }) => exchange.reply.rcode === Rcode.NXDOMAIN)).toBe(true);
  });
});

test('bug: a start of more than five seconds answered with the endpoints that it knew by then', async () => {
  scenario.source.put(slice('shop/db-1', 'db', ['10.1.0.2'], { ports: PORTS }));
  clock.advance(29_999);
  await new Promise(setImmediate);
  const asked = ['web.shop.svc.cluster.local', 'db.shop.svc.cluster.local'];
  expect(asked.map(answersDirectly)).toEqual([true, false]);
  clock.advance(1);
  await new Promise(setImmediate);
  expect(asked.map(answersDirectly)).toEqual([true, true]);
});

describe('bug: a name was denied when all became known between the look at the table and the answer', () => {
  const name = 'db.shop.svc.cluster.local';
  beforeEach(() => {
    const { find } = NameTableReader.prototype;
    vi.spyOn(NameTableReader.prototype, 'find').mockImplementationOnce(function (
      this: NameTableReader,
      ...key: Parameters<typeof find>
    ) {
      const isFound = find.apply(this, key);
      finish();
      return isFound;
    });
  });
  afterEach(() => vi.restoreAllMocks());

  test('on the short path', () => {
    expect([answersDirectly(name), answersDirectly(name)]).toEqual([false, true]);
  });

  test('on the general path', async () => {
    clock.advance(30_000);
    await new Promise(setImmediate);
    const first = await ask(name);
    const second = await ask(name);
    expect([first.exchange.reply.rcode, second.exchange.reply.rcode]).toEqual([
      Rcode.SERVFAIL,
      Rcode.NOERROR,
    ]);
  });
});

test.each([
  ['A', 1],
  ['AAAA', 0],
  ['SRV', 1],
])('a service with a cluster address is answered at once: %s', async (type, answers) => {
  const { isAnswered, exchange } = await ask('web.shop.svc.cluster.local', type);
  expect([isAnswered, exchange.reply.rcode]).toEqual([true, Rcode.NOERROR]);
  expect(exchange.reply.answer).toHaveLength(answers);
});

test('other zones are not concerned', async () => {
  const { isAnswered } = await ask('www.example.com');
  expect(isAnswered).toBe(true);
});
