// Metrics of the hosts plugin (plugin/hosts/metrics.go), set by the control thread.

import type { MetricDefinition } from '../../metrics/definition.ts';

export const HOSTS_ENTRIES: MetricDefinition = {
  name: 'coredns_hosts_entries',
  help: 'The combined number of entries in hosts and Corefile.',
  type: 'gauge',
  labels: ['hostsfile'],
};

export const HOSTS_RELOAD_TIMESTAMP: MetricDefinition = {
  name: 'coredns_hosts_reload_timestamp_seconds',
  help: 'The timestamp of the last reload of hosts file.',
  type: 'gauge',
  labels: [],
  isAlwaysExported: true,
};
