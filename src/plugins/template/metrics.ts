// Metrics of the template plugin (plugin/template/metrics.go).

import type { MetricDefinition } from '../../metrics/definition.ts';

/** Queries that a stanza answered or tried to. */
export const TEMPLATE_MATCHES: MetricDefinition = {
  name: 'coredns_template_matches_total',
  help: 'Counter of template regex matches.',
  type: 'counter',
  labels: ['server', 'zone', 'view', 'class', 'type'],
};

/** Templates that failed while they ran. */
export const TEMPLATE_FAILURES: MetricDefinition = {
  name: 'coredns_template_template_failures_total',
  help: 'Counter of go template failures.',
  type: 'counter',
  labels: ['server', 'zone', 'view', 'class', 'type', 'section', 'template'],
};

/** Templates that made no record. */
export const TEMPLATE_RECORD_FAILURES: MetricDefinition = {
  name: 'coredns_template_rr_failures_total',
  help: 'Counter of mis-templated RRs.',
  type: 'counter',
  labels: ['server', 'zone', 'view', 'class', 'type', 'section', 'template'],
};
