// The cluster that benchmarks run on: services with endpoints, the same for every server, and the master files that
// give NSD the same records.

import type { ZoneText } from './nsd.ts';
import type { KnownAnswer } from './peers.ts';

/** What to make. */
export interface ClusterSize {
  readonly services: number;
  readonly endpoints: number;
  readonly namespaces: number;
}

/** A service of the cluster: every tenth one is headless. */
export interface BenchService {
  readonly name: string;
  readonly namespace: string;
  readonly isHeadless: boolean;
  readonly clusterIp: string;
  readonly endpoints: readonly string[];
}

const ZONE = 'cluster.local';
const REVERSE_ZONE = '10.in-addr.arpa';
const TTL_SECONDS = 30;
const HTTP_PORT = 80;
const HEADLESS_EVERY = 10;

/** The services, with addresses counted up. */
export function benchServices(size: ClusterSize): BenchService[] {
  return Array.from({ length: size.services }, (_, i) => ({
    name: `svc-${i}`,
    namespace: `ns-${i % size.namespaces}`,
    isHeadless: i % HEADLESS_EVERY === 0,
    clusterIp: address(10, 96, i + 1),
    endpoints: Array.from({ length: size.endpoints }, (_, j) =>
      address(10, 128, i * size.endpoints + j + 1),
    ),
  }));
}

function address(a: number, b: number, i: number): string {
  return [a, b + (i >> 16), (i >> 8) & 255, i & 255].join('.');
}

/** The name of a service below the cluster's zone, absolute. */
export function serviceName(service: BenchService): string {
  return `${service.name}.${service.namespace}.svc.${ZONE}.`;
}

/** A Kubernetes object as the API server holds it. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  readonly [field: string]: unknown;
}

/** Namespaces, Services and EndpointSlices of the cluster. */
export function apiObjects(services: readonly BenchService[]): ApiObject[] {
  const namespaces = [...new Set(services.map((service) => service.namespace))];
  return [
    ...namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...services.map(serviceObject),
    ...services.map(sliceObject),
  ];
}

function serviceObject({ name, namespace, isHeadless, clusterIp }: BenchService): ApiObject {
  const ip = isHeadless ? 'None' : clusterIp;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      type: 'ClusterIP',
      clusterIP: ip,
      clusterIPs: [ip],
      selector: { app: name },
      ports: [{ name: 'http', protocol: 'TCP', port: HTTP_PORT, targetPort: HTTP_PORT }],
    },
  };
}

function sliceObject({ name, namespace, endpoints }: BenchService): ApiObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-1`,
      namespace,
      labels: { 'kubernetes.io/service-name': name },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', protocol: 'TCP', port: HTTP_PORT }],
    endpoints: endpoints.map((ip, i) => ({
      addresses: [ip],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: `node-${i}`,
      targetRef: { kind: 'Pod', namespace, name: `${name}-${i}` },
    })),
  };
}

/** The cluster's zone and 10.in-addr.arpa as master files, with the records that Nodens answers with. */
export function clusterZones(services: readonly BenchService[]): ZoneText[] {
  const plain = services.filter((service) => !service.isHeadless);
  const forward = [
    ...zoneHead(`${ZONE}.`),
    `ns.dns.${ZONE}. ${TTL_SECONDS} IN A 10.96.0.10`,
    ...services.flatMap(forwardRecords),
  ];
  const reverse = [...zoneHead(`${REVERSE_ZONE}.`), ...plain.map(reverseRecord)];
  return [
    { name: ZONE, text: `${forward.join('\n')}\n` },
    { name: REVERSE_ZONE, text: `${reverse.join('\n')}\n` },
  ];
}

function zoneHead(origin: string): string[] {
  return [
    `$ORIGIN ${origin}`,
    `@ ${TTL_SECONDS} IN SOA ns.dns.${ZONE}. hostmaster.${ZONE}. 1 7200 1800 86400 ${TTL_SECONDS}`,
    `@ ${TTL_SECONDS} IN NS ns.dns.${ZONE}.`,
  ];
}

function reverseRecord(service: BenchService): string {
  return `${reverseName(service.clusterIp)} ${TTL_SECONDS} IN PTR ${serviceName(service)}`;
}

/** The address of the last ClusterIP service, which a server knows when it has read all of them. */
export function knownAnswer(services: readonly BenchService[]): KnownAnswer {
  const last = services.findLast((service) => !service.isHeadless);
  if (last === undefined) throw new Error('a cluster without ClusterIP services');
  return { name: serviceName(last), address: last.clusterIp };
}

/** `4.3.2.10.in-addr.arpa.` */
export function reverseName(ip: string): string {
  return `${ip.split('.').toReversed().join('.')}.in-addr.arpa.`;
}

function forwardRecords(service: BenchService): string[] {
  const name = serviceName(service);
  const srv = (weight: number, target: string): string =>
    `_http._tcp.${name} ${TTL_SECONDS} IN SRV 0 ${weight} ${HTTP_PORT} ${target}`;
  if (!service.isHeadless) {
    return [`${name} ${TTL_SECONDS} IN A ${service.clusterIp}`, srv(100, name)];
  }
  const weight = Math.floor(100 / service.endpoints.length);
  return service.endpoints.flatMap((ip) => {
    const target = `${ip.replaceAll('.', '-')}.${name}`;
    return [
      `${name} ${TTL_SECONDS} IN A ${ip}`,
      `${target} ${TTL_SECONDS} IN A ${ip}`,
      srv(weight, target),
    ];
  });
}
