// The metrics of the server core and of the kubernetes room, with CoreDNS's names, HELP texts and
// buckets (CoreDNS plugin/metrics/vars, plugin/kubernetes/metrics.go). Metrics of other plugins are
// defined in their folders. Definitions only; who counts makes series from them (writer.ts).
import { exponentialBuckets, type MetricDefinition } from './definition.ts';

/** Seconds: 0.25 ms to 8.192 s (CoreDNS plugin.TimeBuckets). */
export const TIME_BUCKETS: readonly number[] = exponentialBuckets(0.00025, 2, 16);
/** Seconds: 0.25 ms to 2.5 s in five steps (CoreDNS plugin.SlimTimeBuckets). */
export const SLIM_TIME_BUCKETS: readonly number[] = [0.00025, 0.0025, 0.025, 0.25, 2.5];
/** Octets of a message. */
export const SIZE_BUCKETS: readonly number[] = [
  0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291, 16000, 32000, 48000, 64000,
];
/** The Go client's default bounds, in seconds. */
export const DEFAULT_BUCKETS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

export const BUILD_INFO: MetricDefinition = {
  name: 'coredns_build_info',
  help: "A metric with a constant '1' value labeled by version, revision, and goversion from which CoreDNS was built.",
  type: 'gauge',
  labels: ['version', 'revision', 'goversion'],
};

export const PANICS: MetricDefinition = {
  name: 'coredns_panics_total',
  help: 'A metrics that counts the number of panics.',
  type: 'counter',
  labels: [],
  isAlwaysExported: true,
};

/** Gauge 1 for each handler of a block; all are removed on a reload. */
export const PLUGIN_ENABLED: MetricDefinition = {
  name: 'coredns_plugin_enabled',
  help: 'A metric that indicates whether a plugin is enabled on per server and zone basis.',
  type: 'gauge',
  labels: ['server', 'zone', 'view', 'name'],
};

export const DNS_REQUESTS: MetricDefinition = {
  name: 'coredns_dns_requests_total',
  help: 'Counter of DNS requests made per zone, protocol and family.',
  type: 'counter',
  labels: ['server', 'zone', 'view', 'proto', 'family', 'type'],
};

export const DNS_REQUEST_DURATION: MetricDefinition = {
  name: 'coredns_dns_request_duration_seconds',
  help: 'Histogram of the time (in seconds) each request took per zone.',
  type: 'histogram',
  labels: ['server', 'zone', 'view'],
  buckets: TIME_BUCKETS,
};

export const DNS_REQUEST_SIZE: MetricDefinition = {
  name: 'coredns_dns_request_size_bytes',
  help: 'Size of the EDNS0 UDP buffer in bytes (64K for TCP) per zone and protocol.',
  type: 'histogram',
  labels: ['server', 'zone', 'view', 'proto'],
  buckets: SIZE_BUCKETS,
};

export const DNS_RESPONSE_SIZE: MetricDefinition = {
  name: 'coredns_dns_response_size_bytes',
  help: 'Size of the returned response in bytes.',
  type: 'histogram',
  labels: ['server', 'zone', 'view', 'proto'],
  buckets: SIZE_BUCKETS,
};

export const DNS_DO_REQUESTS: MetricDefinition = {
  name: 'coredns_dns_do_requests_total',
  help: 'Counter of DNS requests with DO bit set per zone.',
  type: 'counter',
  labels: ['server', 'zone', 'view'],
};

export const DNS_RESPONSES: MetricDefinition = {
  name: 'coredns_dns_responses_total',
  help: 'Counter of response status codes.',
  type: 'counter',
  labels: ['server', 'zone', 'view', 'rcode', 'plugin'],
};

/** Ours: CoreDNS leaves that to the kernel's own counters. Labelled with the listener, such as `dns://:53`. */
export const UDP_KERNEL_DROPS: MetricDefinition = {
  name: 'nodens_udp_kernel_drops_total',
  help: 'Counter of UDP datagrams that the kernel dropped because the receive buffer was full.',
  type: 'counter',
  labels: ['server'],
  isAlwaysExported: true,
};

/** Observed per endpoint change that carries its trigger time. */
export const KUBERNETES_PROGRAMMING_DURATION: MetricDefinition = {
  name: 'coredns_kubernetes_dns_programming_duration_seconds',
  help: 'Histogram of the time (in seconds) it took to program a dns instance.',
  type: 'histogram',
  labels: ['service_kind'],
  buckets: exponentialBuckets(0.001, 2, 20),
};

export const KUBERNETES_REST_REQUESTS: MetricDefinition = {
  name: 'coredns_kubernetes_rest_client_requests_total',
  help: 'Number of HTTP requests, partitioned by status code, method, and host.',
  type: 'counter',
  labels: ['code', 'method', 'host'],
};

export const KUBERNETES_REST_DURATION: MetricDefinition = {
  name: 'coredns_kubernetes_rest_client_request_duration_seconds',
  help: 'Request latency in seconds. Broken down by verb and host.',
  type: 'histogram',
  labels: ['verb', 'host'],
  buckets: DEFAULT_BUCKETS,
};

export const KUBERNETES_REST_RATE_LIMITER_DURATION: MetricDefinition = {
  name: 'coredns_kubernetes_rest_client_rate_limiter_duration_seconds',
  help: 'Client side rate limiter latency in seconds. Broken down by verb and host.',
  type: 'histogram',
  labels: ['verb', 'host'],
  buckets: DEFAULT_BUCKETS,
};

/**
 * Families that CoreDNS exports as 0 although their plugin is in no block; define them in the
 * registry at start. A plugin that is built defines its metric with the same name.
 */
export const ALWAYS_EXPORTED: readonly MetricDefinition[] = [
  PANICS,
  zeroCounter(
    'coredns_forward_healthcheck_broken_total',
    'Counter of the number of complete failures of the healthchecks.',
  ),
  zeroCounter(
    'coredns_forward_max_concurrent_rejects_total',
    'Counter of the number of queries rejected because the concurrent queries were at maximum.',
  ),
  {
    name: 'coredns_health_request_duration_seconds',
    help: 'Histogram of the time (in seconds) each request took.',
    type: 'histogram',
    labels: [],
    buckets: SLIM_TIME_BUCKETS,
    isAlwaysExported: true,
  },
  zeroCounter(
    'coredns_health_request_failures_total',
    'The number of times the health check failed.',
  ),
  zeroCounter('coredns_reload_failed_total', 'Counter of the number of failed reload attempts.'),
  {
    name: 'coredns_hosts_reload_timestamp_seconds',
    help: 'The timestamp of the last reload of hosts file.',
    type: 'gauge',
    labels: [],
    isAlwaysExported: true,
  },
  zeroCounter('coredns_local_localhost_requests_total', 'Counter of localhost.<domain> requests.'),
];

function zeroCounter(name: string, help: string): MetricDefinition {
  return { name, help, type: 'counter', labels: [], isAlwaysExported: true };
}
