// What is asked: one row a benchmark case, with its queries for dnsperf.

import { type BenchService, reverseName, serviceName } from './cluster.ts';
import { cachedQueries, uncachedQueries } from './external-zone.ts';

/** One case. */
export interface BenchCase {
  readonly name: string;
  /** Lines of `NAME TYPE` for a server with these services. */
  readonly queries: (services: readonly BenchService[]) => readonly string[];
  /** Further words for dnsperf. */
  readonly words?: readonly string[];
  /** Queries a second; as many as the server takes when absent. */
  readonly rate?: number;
}

const EDNS = ['-c', '20', '-e', '-b', '4096'];
const TCP = ['-m', 'tcp', '-c', '20', '-q', '400'];
const RANDOM_NAMES = 100_000;
const WALKED_SERVICES = 500;

const addresses: BenchCase['queries'] = (services) => plainNames(services, 'A');

/** The address of each ClusterIP service. */
export const ADDRESS_CASE: BenchCase = { name: 'A', queries: addresses };

/** Names of the cluster, asked for in all ways. */
export const CLUSTER_CASES: readonly BenchCase[] = [
  ADDRESS_CASE,
  { name: 'A, EDNS', queries: addresses, words: EDNS },
  { name: 'A, mixed case', queries: (services) => addresses(services).map(mixedCase) },
  { name: 'headless A', queries: headlessNames },
  { name: 'SRV', queries: (services) => plainNames(services, 'SRV', '_http._tcp.') },
  { name: 'PTR', queries: reverseNames },
  { name: 'NXDOMAIN, random names', queries: randomNames },
  { name: 'search walk, ndots:5', queries: searchWalks },
  { name: 'A, 5000 q/s', queries: addresses, rate: 5000 },
  { name: 'A, 20000 q/s', queries: addresses, rate: 20_000 },
  { name: 'A, TCP, 20 connections', queries: addresses, words: TCP },
];

/** Names that another server knows. */
export const FORWARD_CASES: readonly BenchCase[] = [
  { name: 'forward, cached', queries: cachedQueries },
  { name: 'forward, not cached', queries: uncachedQueries },
];

function plainNames(services: readonly BenchService[], type: string, prefix = ''): string[] {
  return plain(services).map((service) => `${prefix}${serviceName(service)} ${type}`);
}

function headlessNames(services: readonly BenchService[]): string[] {
  const headless = services.filter((service) => service.isHeadless);
  return headless.map((service) => `${serviceName(service)} A`);
}

function reverseNames(services: readonly BenchService[]): string[] {
  return plain(services).map((service) => `${reverseName(service.clusterIp)} PTR`);
}

function plain(services: readonly BenchService[]): BenchService[] {
  return services.filter((service) => !service.isHeadless);
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

function searchWalks(services: readonly BenchService[]): string[] {
  return plain(services).slice(0, WALKED_SERVICES).flatMap(searchWalk);
}

/** What a pod of another namespace asks for a name with the namespace in it, until the answer. */
function searchWalk(service: BenchService): string[] {
  const short = `${service.name}.${service.namespace}`;
  return [`${short}.ns-9.svc.cluster.local.`, `${short}.svc.cluster.local.`].flatMap((name) => [
    `${name} A`,
    `${name} AAAA`,
  ]);
}
