// What is asked: one row a benchmark case, with its query file for dnsperf.

import { type BenchService, reverseName, serviceName } from './cluster.ts';

/** One case. */
export interface BenchCase {
  readonly name: string;
  /** Lines of `NAME TYPE`. */
  readonly queries: readonly string[];
  /** Further words for dnsperf. */
  readonly dnsperf?: readonly string[];
  /** NSD is asked the same; false where it has no like answer. */
  readonly hasPeer?: boolean;
  /** Environment of the Nodens process: cases with another one get a process of their own. */
  readonly env?: Readonly<Record<string, string>>;
}

const EDNS = ['-e', '-b', '4096'];
const RANDOM_NAMES = 100_000;

/** All cases over a cluster. */
export function benchCases(services: readonly BenchService[]): BenchCase[] {
  const plain = services.filter((service) => !service.isHeadless);
  const headless = services.filter((service) => service.isHeadless);
  const a = plain.map((service) => `${serviceName(service)} A`);
  return [
    { name: 'A', queries: a },
    { name: 'A, EDNS', queries: a, dnsperf: EDNS },
    { name: 'A, mixed case', queries: a.map(mixedCase) },
    { name: 'headless A, 3 addresses', queries: headless.map((s) => `${serviceName(s)} A`) },
    { name: 'SRV', queries: plain.map((s) => `_http._tcp.${serviceName(s)} SRV`) },
    { name: 'PTR', queries: plain.map((s) => `${reverseName(s.clusterIp)} PTR`) },
    { name: 'NXDOMAIN, random names', queries: randomNames() },
    { name: 'search walk, ndots:5', queries: plain.slice(0, 500).flatMap(searchWalk) },
    { name: 'A, 5000 q/s', queries: a, dnsperf: ['-Q', '5000'] },
    { name: 'A, 20000 q/s', queries: a, dnsperf: ['-Q', '20000'] },
    {
      name: 'A, TCP, 20 connections',
      queries: a,
      dnsperf: ['-m', 'tcp', '-c', '20', '-q', '400'],
    },
    { name: 'A, dgram', queries: a, env: { NODENS_UDP: 'dgram' } },
  ];
}

function mixedCase(line: string): string {
  const [name = '', type = ''] = line.split(' ');
  return `${[...name].map((c, i) => (i % 2 === 0 ? c.toUpperCase() : c)).join('')} ${type}`;
}

/** Names that do not exist, no two alike: a counter through a multiplier that visits every value once. */
function randomNames(): string[] {
  return Array.from({ length: RANDOM_NAMES }, (_, i) => {
    const label = (Math.imul(i + 1, 0x9e37_79b1) >>> 0).toString(36);
    return `${label}.ns-0.svc.cluster.local. A`;
  });
}

/** What a pod of another namespace asks for a name with the namespace in it, until the answer. */
function searchWalk(service: BenchService): string[] {
  const short = `${service.name}.${service.namespace}`;
  return [`${short}.ns-9.svc.cluster.local.`, `${short}.svc.cluster.local.`].flatMap((name) => [
    `${name} A`,
    `${name} AAAA`,
  ]);
}
