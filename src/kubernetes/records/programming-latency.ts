// The metric coredns_kubernetes_dns_programming_duration_seconds: from the change that the endpoints controller noted in a slice
// to the moment when it is served here (plugin/kubernetes/object/metrics.go).

import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../log/logger.ts';
import { KUBERNETES_PROGRAMMING_DURATION } from '../../metrics/core-metrics.ts';
import type { MetricsWriter } from '../../metrics/writer.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import type { ServiceObject } from '../objects/service.ts';
import type { Store } from '../objects/store.ts';

/** RFC 3339 with any number of fraction digits. */
const TIME_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** What the observations need from outside. */
export interface LatencyContext {
  readonly clock: Clock;
  /** Without plugin prefix: CoreDNS's line has none either. */
  readonly log: Logger;
  readonly metrics: MetricsWriter;
}

/** Observes a slice whose records have just been written; only slices of known services count. */
export function observeLatency(
  slice: EndpointSliceObject,
  services: Pick<Store<ServiceObject>, 'get'>,
  { clock, log, metrics }: LatencyContext,
): void {
  const text = slice.lastChangeTriggerTime;
  if (text === '') return;
  const changedMs = TIME_FORM.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(changedMs)) {
    const place = `${slice.namespace}/${slice.name}`;
    log.warning(
      `DnsProgrammingLatency cannot be calculated for Endpoints '${place}'; invalid "endpoints.kubernetes.io/last-change-trigger-time" annotation RFC3339 value of "${text}"`,
    );
    return;
  }
  const service = services.get(slice.namespace, slice.service);
  if (service === undefined) return;
  const kind = service.clusterIPs[0] === 'None' ? 'headless_with_selector' : 'cluster_ip';
  const seconds = (clock.epochMs() - changedMs) / 1000;
  metrics.histogram(KUBERNETES_PROGRAMMING_DURATION, [kind]).observe(seconds);
}
