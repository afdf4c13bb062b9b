// The short path answers what the general path answers, to the octet, or leaves the query to it.

import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { RRClass } from '../../src/dns/codes/rr-class.ts';
import { rrTypeCode } from '../../src/dns/codes/rr-type.ts';
import type { Edns } from '../../src/dns/edns.ts';
import { QueryServer } from '../../src/server/query-server.ts';
import { Router } from '../../src/server/router.ts';
import { queryPacket } from '../support/dns-client.ts';
import { KubernetesScenario } from '../support/kubernetes-scenario.ts';
import { namespace, service, slice } from '../support/record-bench.ts';
import { clientOf, ThreadBench } from '../support/serving-bench.ts';

const COREFILE = `.:53 {
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        endpoint http://127.0.0.1:1
        pods insecure
        fallthrough in-addr.arpa
        ttl 30
    }
}
`;

const NAMES = [
  'web.shop.svc.cluster.local.',
  'db.shop.svc.cluster.local.',
  'big.shop.svc.cluster.local.',
  'ext.shop.svc.cluster.local.',
  'empty.shop.svc.cluster.local.',
  '_http._tcp.web.shop.svc.cluster.local.',
  'http.tcp.web.shop.svc.cluster.local.',
  '_sql._tcp.db.shop.svc.cluster.local.',
  '_http._udp.web.shop.svc.cluster.local.',
  'db-0.db.shop.svc.cluster.local.',
  'nope.db.shop.svc.cluster.local.',
  'web.nope.svc.cluster.local.',
  'shop.svc.cluster.local.',
  'nope.svc.cluster.local.',
  'svc.cluster.local.',
  'cluster.local.',
  'ns.dns.cluster.local.',
  'dns-version.cluster.local.',
  'example.com.cluster.local.',
  'www.example.com.shop.svc.cluster.local.',
  '10-0-0-1.shop.pod.cluster.local.',
  'shop.pod.cluster.local.',
  '1.0.96.10.in-addr.arpa.',
  '9.9.96.10.in-addr.arpa.',
  '01.0.96.10.in-addr.arpa.',
  '96.10.in-addr.arpa.',
  '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa.',
  '2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa.',
  'example.org.',
  '.',
];
const TYPES = [
  'A',
  'A',
  'AAAA',
  'SRV',
  'SRV',
  'PTR',
  'PTR',
  'TXT',
  'CNAME',
  'NS',
  'SOA',
  'HTTPS',
  'ANY',
];

let server: QueryServer;

beforeAll(async () => {
  const scenario = await KubernetesScenario.load(COREFILE);
  const waiting = scenario.bench.run('startup');
  const ports = [{ name: 'http', port: 80, protocol: 'TCP' }];
  const objects = [
    namespace('shop'),
    service('shop/web', { clusterIPs: ['10.96.0.1', 'fd00::1'], ports }),
    service('shop/db', {
      clusterIPs: ['None'],
      ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
    }),
    service('shop/big', { clusterIPs: ['None'], ports }),
    service('shop/empty', { clusterIPs: ['None'], ports }),
    service('shop/ext', { type: 'ExternalName', externalName: 'example.com' }),
    slice('shop/db-1', 'db', ['10.0.0.1', '10.0.0.2', '10.0.0.3'], {
      ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
    }),
    slice(
      'shop/big-1',
      'big',
      Array.from({ length: 60 }, (_, i) => `10.1.0.${i + 1}`),
    ),
  ];
  for (const object of objects) scenario.source.put(object);
  scenario.source.sync();
  await waiting;
  const { handler } = scenario;
  const block = {
    chain: { first: handler, byName: new Map([['kubernetes', handler]]), handlers: [handler] },
    isDebug: false,
    hasStacktrace: false,
    acceptsOtherClasses: false,
  };
  const bench = new ThreadBench();
  server = new QueryServer(
    'dns://:53',
    new Router([{ zone: new Uint8Array(1), label: '.', block }]),
    {
      log: bench.log,
      clock: bench.clock,
      dropped: undefined,
      countPanic: bench.countPanic,
    },
  );
});

/** Both paths' replies in hex; undefined where the short path leaves the query to the general one. */
function replies(packet: Uint8Array, isTcp: boolean, family: 1 | 2): [string | undefined, string] {
  const out = new Uint8Array(70_000);
  const place = { packet, length: packet.length, out, outOffset: 7, isTcp, family };
  const length = server.answerDirect(place);
  const direct =
    length === 0 ? undefined : Buffer.from(out.subarray(7, 7 + length)).toString('hex');
  let general = '';
  const client = clientOf(isTcp ? 'tcp' : 'udp', family === 1 ? '127.0.0.1' : '::1');
  const late = server.serve(packet, client, (reply) => {
    general = Buffer.from(reply).toString('hex');
  });
  expect(late, 'nothing here may come late').toBeUndefined();
  return [direct, general];
}

function spelled(name: string, capitals: number): string {
  return [...name]
    .map((c, i) => (((capitals >> (i % 16)) & 1) === 1 ? c.toUpperCase() : c))
    .join('');
}

const edns = fc.option(
  fc.record({
    udpSize: fc.constantFrom(0, 400, 512, 1232, 1400, 4096, 65_535),
    version: fc.constantFrom(0, 0, 0, 1),
    isDnssecOk: fc.boolean(),
    extendedRcode: fc.constant(0),
    options: fc.constantFrom([], [], [{ code: 10, data: new Uint8Array(8) }]),
  }),
  { nil: undefined },
);

describe('the short path', () => {
  test('answers nothing else than the general path', () => {
    let answered = 0;
    fc.assert(
      fc.property(
        fc.record({
          name: fc.constantFrom(...NAMES),
          type: fc.constantFrom(...TYPES),
          capitals: fc.constantFrom(0, 0, 0x5aa5),
          opt: edns,
          isTcp: fc.boolean(),
          family: fc.constantFrom(1 as const, 2 as const),
          flags: fc.nat(255),
        }),
        ({ name, type, capitals, opt, isTcp, family, flags }) => {
          const options = opt === undefined ? {} : { edns: opt as Edns };
          const packet = queryPacket(spelled(name, capitals), type, options);
          // RD, AD, CD and Z as they come; opcode and QR stay a query's.
          packet[2] = flags & 1;
          packet[3] = flags & 0x70;
          const [direct, general] = replies(packet, isTcp, family);
          if (direct === undefined) return;
          answered += 1;
          expect(direct).toBe(general);
        },
      ),
      { numRuns: 3000 },
    );
    expect(answered).toBeGreaterThan(300);
  });

  test.each(['web', 'db', '_sql._tcp.db', 'nope', 'db-0.db'])(
    'takes part for plain queries of %s',
    (prefix) => {
      const packet = queryPacket(
        `${prefix}.shop.svc.cluster.local.`,
        prefix.startsWith('_') ? 'SRV' : 'A',
      );
      const [direct, general] = replies(packet, false, 1);
      expect(direct).toBe(general);
    },
  );

  test('leaves odd packets alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (packet, isTcp) => {
        const [direct, general] = replies(packet, isTcp, 1);
        if (direct !== undefined) expect(direct).toBe(general);
      }),
      { numRuns: 2000 },
    );
  });

  test('gives up a query of class CH', () => {
    const packet = queryPacket('web.shop.svc.cluster.local.', 'A', { class: RRClass.CH });
    expect(rrTypeCode('A')).toBe(1);
    expect(replies(packet, false, 1)[0]).toBeUndefined();
  });
});
