// Metrics of acl (CoreDNS: plugin/acl/metrics.go). The label zone is the zone of the stanza that decided.

import type { MetricDefinition } from '../../metrics/definition.ts';

const PLACE_LABELS: readonly string[] = ['server', 'zone', 'view'];

export const ACL_BLOCKED: MetricDefinition = {
  name: 'coredns_acl_blocked_requests_total',
  help: 'Counter of DNS requests being blocked.',
  type: 'counter',
  labels: PLACE_LABELS,
};

export const ACL_FILTERED: MetricDefinition = {
  name: 'coredns_acl_filtered_requests_total',
  help: 'Counter of DNS requests being filtered.',
  type: 'counter',
  labels: PLACE_LABELS,
};

export const ACL_DROPPED: MetricDefinition = {
  name: 'coredns_acl_dropped_requests_total',
  help: 'Counter of DNS requests being dropped.',
  type: 'counter',
  labels: PLACE_LABELS,
};

export const ACL_ALLOWED: MetricDefinition = {
  name: 'coredns_acl_allowed_requests_total',
  help: 'Counter of DNS requests being allowed.',
  type: 'counter',
  labels: ['server', 'view'],
};
