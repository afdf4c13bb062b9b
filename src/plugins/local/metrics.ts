// Metrics of local (CoreDNS: plugin/local/metrics.go).

import type { MetricDefinition } from '../../metrics/definition.ts';

export const LOCALHOST_REQUESTS: MetricDefinition = {
  name: 'coredns_local_localhost_requests_total',
  help: 'Counter of localhost.<domain> requests.',
  type: 'counter',
  labels: [],
  isAlwaysExported: true,
};
