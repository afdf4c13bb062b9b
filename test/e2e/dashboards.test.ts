// What the well-known dashboards and alerts ask of CoreDNS's metrics, as names and labels, and that each finds data after a
// mixed load: coredns-mixin, the rules and the dashboard of kube-prometheus-stack, Grafana 12539 and 15762, OpenShift's.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Rcode } from '../../src/dns/codes/rcode.ts';
import type { Message } from '../../src/dns/message.ts';
import { formatName } from '../../src/dns/name.ts';
import { ask } from '../support/dns-client.ts';
import { askHttp } from '../support/http-ask.ts';
import { record } from '../support/record-lines.ts';
import { boot, freePort, type ServerProcess } from '../support/server.ts';
import { deadPort, replyTo, StubUpstream } from '../support/stub-upstream.ts';

/** One selector of a query: a series name, labels that it groups by or filters on, and values that it filters for. */
interface Wanted {
  readonly name: string;
  readonly labels?: readonly string[];
  readonly where?: Readonly<Record<string, string>>;
  /** False: a zero is data, too (counters of what went wrong, and what this load does not use). */
  readonly isPositive?: boolean;
}

const SERVER = ['server', 'zone', 'view'];
const SIZES = ['coredns_dns_request_size_bytes', 'coredns_dns_response_size_bytes'];

/** coredns-mixin and kube-prometheus-stack: latency, errors, forward, health; and the dashboards' panels on requests. */
const QUERIES: readonly Wanted[] = [
  { name: 'coredns_dns_requests_total', labels: [...SERVER, 'proto', 'family', 'type'] },
  { name: 'coredns_dns_requests_total', where: { proto: 'udp', type: 'A' } },
  { name: 'coredns_dns_requests_total', where: { proto: 'tcp', type: 'AAAA' } },
  { name: 'coredns_dns_do_requests_total', labels: SERVER },
  { name: 'coredns_dns_request_duration_seconds_bucket', labels: [...SERVER, 'le'] },
  { name: 'coredns_dns_request_duration_seconds_bucket', where: { le: '+Inf', zone: '.' } },
  { name: 'coredns_dns_request_duration_seconds_count', labels: SERVER },
  { name: 'coredns_dns_request_duration_seconds_sum', labels: SERVER },
  ...SIZES.flatMap((name): Wanted[] => [
    { name: `${name}_bucket`, labels: SERVER, where: { proto: 'udp', le: '+Inf' } },
    { name: `${name}_bucket`, labels: SERVER, where: { proto: 'tcp', le: '+Inf' } },
    { name: `${name}_bucket`, where: { le: '100' } },
    { name: `${name}_sum`, where: { proto: 'udp' } },
    { name: `${name}_count`, where: { proto: 'udp' } },
  ]),
  { name: 'coredns_dns_responses_total', labels: [...SERVER, 'rcode', 'plugin'] },
  { name: 'coredns_dns_responses_total', where: { rcode: 'NOERROR' } },
  { name: 'coredns_dns_responses_total', where: { rcode: 'NXDOMAIN' } },
  { name: 'coredns_dns_responses_total', where: { rcode: 'SERVFAIL' } },
];

const CACHE: readonly Wanted[] = [
  {
    name: 'coredns_cache_entries',
    labels: ['server', 'zones', 'view'],
    where: { type: 'success' },
  },
  { name: 'coredns_cache_entries', where: { type: 'denial' } },
  {
    name: 'coredns_cache_hits_total',
    labels: ['server', 'zones', 'view'],
    where: { type: 'success' },
  },
  { name: 'coredns_cache_hits_total', where: { type: 'denial' } },
  { name: 'coredns_cache_misses_total', labels: ['server', 'zones', 'view'] },
  { name: 'coredns_cache_requests_total', labels: ['server', 'zones', 'view'] },
];

const FORWARD: readonly Wanted[] = [
  { name: 'coredns_forward_requests_total', labels: ['to'] },
  { name: 'coredns_forward_responses_total', labels: ['to'], where: { rcode: 'NOERROR' } },
  { name: 'coredns_forward_responses_total', labels: ['to'], where: { rcode: 'NXDOMAIN' } },
  { name: 'coredns_forward_responses_total', labels: ['to'], where: { rcode: 'SERVFAIL' } },
  {
    name: 'coredns_forward_request_duration_seconds_bucket',
    labels: ['to', 'rcode', 'le'],
    where: { le: '+Inf' },
  },
  { name: 'coredns_forward_request_duration_seconds_count', labels: ['to', 'rcode'] },
  { name: 'coredns_forward_healthcheck_failures_total', labels: ['to'] },
  { name: 'coredns_forward_healthcheck_broken_total' },
  { name: 'coredns_forward_max_concurrent_rejects_total', isPositive: false },
  {
    name: 'coredns_proxy_request_duration_seconds_bucket',
    labels: ['to', 'rcode'],
    where: { proxy_name: 'forward', le: '+Inf' },
  },
  {
    name: 'coredns_proxy_request_duration_seconds_count',
    where: { rcode: 'NOERROR', proxy_name: 'forward' },
  },
  {
    name: 'coredns_proxy_request_duration_seconds_count',
    where: { rcode: 'SERVFAIL', proxy_name: 'forward' },
  },
  {
    name: 'coredns_proxy_healthcheck_failures_total',
    labels: ['to'],
    where: { proxy_name: 'forward' },
  },
  {
    name: 'coredns_proxy_conn_cache_hits_total',
    labels: ['to'],
    where: { proxy_name: 'forward', proto: 'udp' },
  },
  {
    name: 'coredns_proxy_conn_cache_misses_total',
    labels: ['to'],
    where: { proxy_name: 'forward', proto: 'udp' },
  },
];

const PROCESS: readonly Wanted[] = [
  { name: 'coredns_build_info', labels: ['version', 'revision', 'goversion'] },
  { name: 'coredns_panics_total', isPositive: false },
  { name: 'coredns_reload_failed_total', isPositive: false },
  { name: 'coredns_plugin_enabled', labels: SERVER, where: { name: 'kubernetes' } },
  { name: 'coredns_plugin_enabled', where: { name: 'cache' } },
  { name: 'coredns_health_request_duration_seconds_bucket', where: { le: '+Inf' } },
  { name: 'coredns_health_request_duration_seconds_count' },
  { name: 'coredns_health_request_failures_total', isPositive: false },
  {
    name: 'coredns_kubernetes_dns_programming_duration_seconds_bucket',
    where: { service_kind: 'headless_with_selector', le: '+Inf' },
  },
  {
    name: 'coredns_kubernetes_dns_programming_duration_seconds_count',
    where: { service_kind: 'cluster_ip' },
  },
  {
    name: 'coredns_kubernetes_dns_programming_duration_seconds_bucket',
    where: { service_kind: 'cluster_ip', le: '+Inf' },
  },
  { name: 'process_resident_memory_bytes' },
  { name: 'process_virtual_memory_bytes' },
  { name: 'process_cpu_seconds_total' },
  { name: 'process_start_time_seconds' },
  { name: 'process_open_fds' },
  { name: 'process_max_fds' },
  { name: 'go_goroutines' },
  { name: 'go_threads' },
  { name: 'go_info', labels: ['version'] },
  { name: 'go_gc_duration_seconds', labels: ['quantile'], isPositive: false },
  { name: 'go_gc_duration_seconds_count', isPositive: false },
  { name: 'go_memstats_alloc_bytes' },
  { name: 'go_memstats_heap_inuse_bytes' },
  { name: 'go_memstats_sys_bytes' },
];

const ALL: readonly Wanted[] = [...QUERIES, ...CACHE, ...FORWARD, ...PROCESS];

/** A line of the exposition. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** By series name. */
function parseSamples(text: string): Map<string, Sample[]> {
  const samples = new Map<string, Sample[]>();
  for (const line of text.split('\n')) {
    const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (match === null) continue;
    const [, name = '', inner = '', value = ''] = match;
    const pairs = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
    const labels = Object.fromEntries(pairs.map(([, label = '', word = '']) => [label, word]));
    samples.set(name, [...(samples.get(name) ?? []), { labels, value: Number(value) }]);
  }
  return samples;
}

/** What is missing of a selector; undefined when it finds data. */
function fault(
  { name, labels = [], where = {}, isPositive = true }: Wanted,
  from: ReadonlyMap<string, readonly Sample[]>,
): string | undefined {
  const found = (from.get(name) ?? []).filter(
    (sample) =>
      labels.every((label) => label in sample.labels) &&
      Object.entries(where).every(([label, value]) => sample.labels[label] === value),
  );
  if (found.length === 0) return `no ${name} with its labels`;
  const isFound = !isPositive || found.some(({ value }) => value > 0);
  return isFound ? undefined : `${name} is not above 0`;
}

/** The slices say when their change was noted, as the endpoints controller does. */
const slice = (name: string, at: string): string => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: ${name}-1
  labels: {kubernetes.io/service-name: ${name}}
  annotations: {endpoints.kubernetes.io/last-change-trigger-time: "${at}"}
addressType: IPv4
ports: [{name: http, port: 80, protocol: TCP}]
endpoints: [{addresses: [10.244.0.9], conditions: {ready: true}}]
`;
const service = (name: string, clusterIp: string): string => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {clusterIP: ${clusterIp}, ports: [{name: http, port: 80}]}
`;
const MANIFESTS = [
  service('web', '10.96.0.20'),
  service('db', 'None'),
  slice('web', '2026-01-01T00:00:00Z'),
  slice('db', '2026-01-01T00:00:00Z'),
].join('');

function answer(query: Message): Message {
  const name = formatName(query.questions[0]?.name ?? new Uint8Array(1));
  if (name.startsWith('missing.')) {
    const soa = record('test. 60 IN SOA ns.test. host.test. 1 2 3 4 60');
    return replyTo(query, { rcode: Rcode.NXDOMAIN, authority: [soa] });
  }
  if (name.startsWith('broken.')) return replyTo(query, { rcode: Rcode.SERVFAIL });
  return replyTo(query, { answer: [record(`${name} 60 IN A 192.0.2.1`)] });
}

const stub = new StubUpstream(answer);
let server: ServerProcess | undefined;
let samples = new Map<string, Sample[]>();

/** What the load asks, and the response code of each. */
const LOAD: readonly (readonly [name: string, rcode: number])[] = [
  ['web.default.svc.cluster.local.', Rcode.NOERROR],
  ['no.default.svc.cluster.local.', Rcode.NXDOMAIN],
  ['a.test.', Rcode.NOERROR],
  ['missing.test.', Rcode.NXDOMAIN],
  ['broken.test.', Rcode.SERVFAIL],
];

/** How long a query, and what shows up late, may take on a machine that is busy with other things. */
const QUERY_MS = 15_000;
const LATE_MS = 60_000;

/** Names of the cluster, of the upstream (twice: cache hits), errors; both transports, with DO. */
async function sendLoad(port: number): Promise<void> {
  const edns = { udpSize: 1232, version: 0, isDnssecOk: true, extendedRcode: 0, options: [] };
  const common = { port, timeoutMs: QUERY_MS };
  for (const [name, rcode] of [...LOAD, ...LOAD]) {
    expect((await ask(name, 'A', common))?.rcode, name).toBe(rcode);
    expect((await ask(name, 'AAAA', { ...common, isTcp: true }))?.rcode, name).toBe(rcode);
  }
  expect((await ask('b.test.', 'A', { ...common, edns }))?.rcode).toBe(Rcode.NOERROR);
}

/** The metrics, when those that take a while (health's self-check, the probes, their verdict) are there, or time is up. */
async function scrape(port: number, metricsPort: number): Promise<Map<string, Sample[]>> {
  const end = Date.now() + LATE_MS;
  for (let turn = 0; ; turn++) {
    const { body } = await askHttp(metricsPort, '/metrics');
    const found = parseSamples(body.toString());
    if (ALL.every((wanted) => fault(wanted, found) === undefined) || Date.now() > end) return found;
    // An upstream that is gone counts when it is asked.
    const reply = await ask(`n${turn}.dead.test.`, 'A', { port, timeoutMs: QUERY_MS });
    expect(reply?.rcode).toBe(Rcode.SERVFAIL);
  }
}

beforeAll(async () => {
  const [port, metrics, health] = [await freePort(), await freePort(), await freePort()];
  await stub.start();
  server = await boot(
    `.:${port} {
      bind 127.0.0.1
      errors
      health 127.0.0.1:${health}
      prometheus 127.0.0.1:${metrics}
      kubernetes cluster.local {
        manifests cluster.yaml
      }
      cache 30
      forward dead.test 127.0.0.1:${await deadPort()} {
        max_fails 1
        health_check 20ms
      }
      forward . 127.0.0.1:${stub.port}
    }\n`,
    { files: { 'cluster.yaml': MANIFESTS } },
  );
  await sendLoad(port);
  samples = await scrape(port, metrics);
}, 2 * LATE_MS);

afterAll(async () => {
  await server?.stop();
  await stub.stop();
});

const title = ({ name, labels = [], where = {} }: Wanted): string =>
  `${name}{${[...labels, ...Object.entries(where).map(([label, value]) => `${label}=${value}`)].join(', ')}}`;
const rows = (wanted: readonly Wanted[]): (readonly [string, Wanted])[] =>
  wanted.map((each) => [title(each), each] as const);

describe('dashboards and alerts find data for', () => {
  test.each(rows(ALL))('%s', (_title, wanted) => {
    expect(fault(wanted, samples)).toBeUndefined();
  });
});
