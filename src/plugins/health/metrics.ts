// What the self-check of health counts (CoreDNS: plugin/health/overloaded.go). Both families are exported as 0 even
// without the plugin: metrics/core-metrics.ts has them in its list, under the same names.

import { SLIM_TIME_BUCKETS } from '../../metrics/core-metrics.ts';
import type { MetricDefinition } from '../../metrics/definition.ts';

/** Seconds that a self-check took, failed ones too. */
export const HEALTH_REQUEST_DURATION: MetricDefinition = {
  name: 'coredns_health_request_duration_seconds',
  help: 'Histogram of the time (in seconds) each request took.',
  type: 'histogram',
  labels: [],
  buckets: SLIM_TIME_BUCKETS,
  isAlwaysExported: true,
};

/** Self-checks without an answer. */
export const HEALTH_REQUEST_FAILURES: MetricDefinition = {
  name: 'coredns_health_request_failures_total',
  help: 'The number of times the health check failed.',
  type: 'counter',
  labels: [],
  isAlwaysExported: true,
};
