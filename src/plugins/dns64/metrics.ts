// Metrics of dns64 (CoreDNS: plugin/dns64/metrics.go).

import type { MetricDefinition } from '../../metrics/definition.ts';

export const DNS64_TRANSLATED: MetricDefinition = {
  name: 'coredns_dns64_requests_translated_total',
  help: 'Counter of DNS requests translated by dns64.',
  type: 'counter',
  labels: ['server'],
};
