// The short path answers what the general path answers, to the octet, or leaves the query to it.

import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { RRClass } from '../../src/dns/codes/rr-class.ts';
import type { Edns } from '../../src/dns/edns.ts';
import { DirectBench } from '../support/direct-bench.ts';
import { queryPacket } from '../support/dns-client.ts';

const KUBERNETES = `kubernetes cluster.local in-addr.arpa ip6.arpa {
        endpoint http://127.0.0.1:1
        pods insecure
        fallthrough ip6.arpa
        ttl 30
    }`;

/** Each plugin that may stand in front, with something to do for some of the names. */
const SCREENS: Readonly<Record<string, string>> = {
  metadata: 'metadata',
  bufsize: 'bufsize 1232',
  log: `log db.Shop.svc.cluster.local
    log . {
        class error
    }`,
  'log of everything': 'log',
  'log in formats of our own': `log db.shop.svc.cluster.local "{/kubernetes/kind} {name}"
    log web.shop.svc.cluster.local "{combined} {class} {local} \u00fc {unknown} }" {
        class all denial
    }
    log big.shop.svc.cluster.local {
        class success
    }
    log 10.in-addr.arpa "no placeholder"
    log . "{name}{type}{duration}{"`,
  local: 'local',
  dns64: 'dns64',
  any: 'any',
  rewrite: `rewrite name exact alias.shop.svc.cluster.local web.shop.svc.cluster.local
    rewrite continue name suffix .old.cluster.local .svc.cluster.local
    rewrite stop name substring -eb. eb.
    rewrite name substring \\001. eb.
    rewrite type PTR A
    rewrite ttl prefix empty. 5`,
  template: `template IN ANY tpl.cluster.local {
        answer "{{ .Name }} 60 IN A 192.0.2.1"
    }
    template IN AAAA shop.svc.cluster.local {
        match ^big
        rcode NXDOMAIN
        fallthrough
    }
    template CH ANY cluster.local {
        rcode REFUSED
    }`,
  hosts: `hosts {
        192.0.2.2 hosted.shop.svc.cluster.local ext.shop.svc.cluster.local
        10.0.0.2 other.test
        no_reverse
        fallthrough
    }`,
  'hosts with reverse names and zones': `hosts /etc/nothing shop.svc.cluster.local {
        10.0.0.2 hosted.shop.svc.cluster.local
        fallthrough db.shop.svc.cluster.local
    }`,
  cache: 'cache 30',
  'cache that stores nothing of the cluster': `cache 30 {
        disable success cluster.local
        disable denial cluster.local 10.in-addr.arpa
    }`,
  k8s_external: 'k8s_external example.org shop.external.cluster.local',
};

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
  '2.0.0.10.in-addr.arpa.',
  '96.10.in-addr.arpa.',
  '1.0.0.127.in-addr.arpa.',
  '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa.',
  '2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa.',
  'alias.shop.svc.cluster.local.',
  'below.alias.shop.svc.cluster.local.',
  'web.shop.old.cluster.local.',
  'w-eb.shop.svc.cluster.local.',
  'w\\001.shop.svc.cluster.local.',
  'hosted.shop.svc.cluster.local.',
  'a.tpl.cluster.local.',
  'web.shop.external.cluster.local.',
  'localhost.',
  'localhost.shop.svc.cluster.local.',
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

const query = fc.record({
  name: fc.constantFrom(...NAMES),
  type: fc.constantFrom(...TYPES),
  capitals: fc.constantFrom(0, 0, 0x5aa5),
  opt: edns,
  isTcp: fc.boolean(),
  family: fc.constantFrom(1 as const, 2 as const),
  flags: fc.nat(255),
});

function withoutDuration(line: string): string {
  return line.replaceAll(/[\d.]+s/g, 'TIME');
}

/** Compares both paths over random queries; the number that the short path answered. */
function compare(bench: DirectBench, numRuns: number): number {
  let answered = 0;
  fc.assert(
    fc.property(query, ({ name, type, capitals, opt, isTcp, family, flags }) => {
      const options = opt === undefined ? {} : { edns: opt as Edns };
      const packet = queryPacket(spelled(name, capitals), type, options);
      // RD, AD, CD and Z as they come; opcode and QR stay a query's.
      packet[2] = flags & 1;
      packet[3] = flags & 0x70;
      const { direct, general, directLines, generalLines } = bench.ask(packet, isTcp, family);
      if (direct === undefined) {
        expect(directLines).toEqual([]);
        return;
      }
      answered += 1;
      expect(direct).toBe(general);
      expect(directLines.map(withoutDuration)).toEqual(generalLines.map(withoutDuration));
    }),
    { numRuns },
  );
  return answered;
}

describe('the short path', () => {
  let bench: DirectBench;
  beforeAll(async () => {
    bench = await DirectBench.load(`.:53 {\n${KUBERNETES}\n}\n`);
  });

  test('answers nothing else than the general path', () => {
    expect(compare(bench, 3000)).toBeGreaterThan(300);
  });

  test.each(['web', 'db', '_sql._tcp.db', 'nope', 'db-0.db'])(
    'takes part for plain queries of %s',
    (prefix) => {
      const packet = queryPacket(
        `${prefix}.shop.svc.cluster.local.`,
        prefix.startsWith('_') ? 'SRV' : 'A',
      );
      const { direct, general } = bench.ask(packet);
      expect(direct).toBe(general);
    },
  );

  test('leaves odd packets alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (packet, isTcp) => {
        const { direct, general } = bench.ask(packet, isTcp);
        if (direct !== undefined) expect(direct).toBe(general);
      }),
      { numRuns: 2000 },
    );
  });

  test('gives up a query of class CH', () => {
    const packet = queryPacket('web.shop.svc.cluster.local.', 'A', { class: RRClass.CH });
    expect(bench.ask(packet).direct).toBeUndefined();
  });
});

describe('the short path behind', () => {
  test.each(Object.entries(SCREENS))('%s', async (_word, lines) => {
    const bench = await DirectBench.load(`.:53 {\n${lines}\n${KUBERNETES}\n}\n`);
    expect(compare(bench, 2000)).toBeGreaterThan(50);
  });

  test('all of them', async () => {
    const lines = Object.entries(SCREENS).map(([word, text]) => (word.includes(' ') ? '' : text));
    const bench = await DirectBench.load(`.:53 {\n${lines.join('\n')}\n${KUBERNETES}\n}\n`);
    expect(compare(bench, 3000)).toBeGreaterThan(40);
    const { direct, general } = bench.ask(queryPacket('web.shop.svc.cluster.local.', 'A'));
    expect(direct).toBe(general);
  });
});
