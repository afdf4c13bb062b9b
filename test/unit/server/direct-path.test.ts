// Which server blocks have the short path: those of the distributions' Corefiles, for cluster names.

import { expect, test } from 'vitest';
import { decodeMessage } from '../../../src/dns/message.ts';
import { DirectBench, KUBEADM_CHAIN } from '../../support/direct-bench.ts';
import { queryPacket } from '../../support/dns-client.ts';

const CLUSTER = `kubernetes cluster.local in-addr.arpa ip6.arpa {
      endpoint http://127.0.0.1:1
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
      ttl 30
    }`;

/** The lines that all of them have. */
const COMMON = `errors
    health {
      lameduck 5s
    }
    ready
    prometheus :9153
    forward . 127.0.0.1:1 {
      max_concurrent 1000
    }
    loop
    reload
    loadbalance
    ${CLUSTER}`;

const HOSTS = `hosts {
      192.168.49.1 host.minikube.internal
      fallthrough
    }`;

const SHORT: Readonly<Record<string, string>> = {
  kubeadm: `cache 30 {
      disable success cluster.local
      disable denial cluster.local
    }`,
  'the deployment of the project, Helm, EKS, AKS': 'cache 30',
  'k3s, minikube without log': `cache 30\n${HOSTS}`,
  'kops of a gossip cluster': `cache 30
    hosts /etc/nothing k8s.local {
      ttl 30
      fallthrough
    }`,
  'kops with IPv6 alone': 'cache 30\ndns64',
  kubespray: `cache 30
    rewrite name exact foo.example.org web.shop.svc.cluster.local
    k8s_external example.org
    ${HOSTS}`,
  'minikube, which logs each query': `cache 30\nlog\n${HOSTS}`,
  'log of errors alone': `cache 30
    log . {
      class error
    }`,
  'a template for another zone, and bufsize': `cache 30
    bufsize 1232
    template ANY ANY example.net {
      rcode NXDOMAIN
    }`,
};

const GENERAL: Readonly<Record<string, string>> = {
  'a log of metadata': 'metadata\nlog . "{name} {/kubernetes/kind}"',
  'a log of one class of answers': 'log {\nclass success\n}',
  'autopath, which asks for other names': 'cache 30\nautopath @kubernetes',
  'acl, which looks at the client': 'acl {\nallow net 10.0.0.0/8\n}',
  'a rewrite by an expression': 'rewrite name regex (.*)\\.old {1}.new',
  'a cache with TTLs that local data exceeds': 'cache 10',
};

async function direct(
  lines: string,
  name = 'web.shop.svc.cluster.local.',
): Promise<string | undefined> {
  const bench = await DirectBench.load(`.:53 {\n${lines}\n${COMMON}\n}\n`);
  const replies = bench.ask(queryPacket(name, 'A'));
  if (replies.direct !== undefined) expect(replies.direct).toBe(replies.general);
  return replies.direct;
}

test.each(Object.entries(SHORT))('%s: cluster names take the short path', async (_about, lines) => {
  expect(await direct(lines)).toBeDefined();
});

test.each([
  ['kubeadm', true],
  ['the deployment of the project, Helm, EKS, AKS', false],
])('%s: names with capitals, too: %s', async (about, isShort) => {
  const name = 'Web.Shop.svc.cluster.local.';
  expect((await direct(SHORT[about] ?? '', name)) !== undefined).toBe(isShort);
});

test.each(Object.entries(GENERAL))('%s: no short path', async (_about, lines) => {
  expect(await direct(lines)).toBeUndefined();
});

test('bug: of two addresses, resolvers that ask for A and AAAA in turn saw the same one first', async () => {
  const bench = await DirectBench.load(KUBEADM_CHAIN);
  const firsts = new Set<string>();
  for (let turn = 0; turn < 600; turn++) {
    const { direct: short } = bench.ask(queryPacket('big.shop.svc.cluster.local.', 'A'), true);
    const reply = decodeMessage(Buffer.from(short ?? '', 'hex'));
    firsts.add(String(reply?.answer[0]?.rdata));
    bench.ask(queryPacket('big.shop.svc.cluster.local.', 'AAAA'), true);
  }
  expect(firsts.size).toBe(60);
});

test('bug: a block with a view answered what its view does not take', async () => {
  expect(await direct("view v {\nexpr type() == 'AAAA'\n}")).toBeUndefined();
});

test.each([
  [0x4000, true],
  [0x0040, false],
])('a query with the EDNS flags %i goes the general way: %s', async (otherFlags, isGeneral) => {
  const bench = await DirectBench.load(`.:53 {\n${CLUSTER}\n}\n`);
  const edns = { udpSize: 1232, version: 0, isDnssecOk: true, extendedRcode: 0, options: [] };
  const query = queryPacket('web.shop.svc.cluster.local.', 'A', { edns: { ...edns, otherFlags } });
  const { direct: short, general } = bench.ask(query);
  expect(short).toBe(isGeneral ? undefined : general);
  expect(general?.slice(-8)).toBe(isGeneral ? 'c0000000' : '80000000');
});
