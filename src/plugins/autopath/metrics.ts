// Metrics of autopath (CoreDNS: plugin/autopath/metrics.go).

import type { MetricDefinition } from '../../metrics/definition.ts';

export const AUTOPATH_SUCCESS: MetricDefinition = {
  name: 'coredns_autopath_success_total',
  help: 'Counter of requests that did autopath.',
  type: 'counter',
  labels: ['server'],
};
