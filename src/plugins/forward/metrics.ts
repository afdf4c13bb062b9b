// Metrics of the forward plugin itself (plugin/forward/metrics.go); those of its upstreams are in
// upstream/proxy-metrics.ts.

import type { MetricDefinition } from '../../metrics/definition.ts';

export const FORWARD_HEALTHCHECK_BROKEN: MetricDefinition = {
  name: 'coredns_forward_healthcheck_broken_total',
  help: 'Counter of the number of complete failures of the healthchecks.',
  type: 'counter',
  labels: [],
  isAlwaysExported: true,
};

export const FORWARD_MAX_CONCURRENT_REJECTS: MetricDefinition = {
  name: 'coredns_forward_max_concurrent_rejects_total',
  help: 'Counter of the number of queries rejected because the concurrent queries were at maximum.',
  type: 'counter',
  labels: [],
  isAlwaysExported: true,
};
