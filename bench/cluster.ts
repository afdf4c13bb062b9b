// The cluster that benchmarks run on: services with endpoints, the same for every server, and the master files that
// give NSD the same records.

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

/** Master files of the cluster's zone and of 10.in-addr.arpa, with the records that Nodens answers with. */
export function masterFiles(services: readonly BenchService[]): { zone: string; reverse: string } {
  const head = (origin: string): string[] => [
    `$ORIGIN ${origin}`,
    `@ ${TTL_SECONDS} IN SOA ns.dns.${ZONE}. hostmaster.${ZONE}. 1 7200 1800 86400 ${TTL_SECONDS}`,
    `@ ${TTL_SECONDS} IN NS ns.dns.${ZONE}.`,
  ];
  const forward = services.flatMap(forwardRecords);
  const reverse = services
    .filter((service) => !service.isHeadless)
    .map(
      (service) =>
        `${reverseName(service.clusterIp)} ${TTL_SECONDS} IN PTR ${serviceName(service)}`,
    );
  return {
    zone: [
      ...head(`${ZONE}.`),
      `ns.dns.${ZONE}. ${TTL_SECONDS} IN A 10.96.0.10`,
      ...forward,
      '',
    ].join('\n'),
    reverse: [...head('10.in-addr.arpa.'), ...reverse, ''].join('\n'),
  };
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
