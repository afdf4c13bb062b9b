// The metrics of reload (CoreDNS: plugin/reload/metrics.go).

import type { MetricDefinition } from '../../metrics/definition.ts';

/** Reloads that did not come about; exported as 0 from the start. */
export const RELOAD_FAILED: MetricDefinition = {
  name: 'coredns_reload_failed_total',
  help: 'Counter of the number of failed reload attempts.',
  type: 'counter',
  labels: [],
  isAlwaysExported: true,
};

/** 1 for the configuration that was tried last. */
export const RELOAD_VERSION_INFO: MetricDefinition = {
  name: 'coredns_reload_version_info',
  help: "A metric with a constant '1' value labeled by hash, and value which type of hash generated.",
  type: 'gauge',
  labels: ['hash', 'value'],
};
