// Metrics of the forward plugin itself (plugin/forward/metrics.go); those of its upstreams are in
// upstream/proxy-metrics.ts. The same figures are kept once more under the names that they had before CoreDNS 1.11, because
// public dashboards and alert rules still ask for them.

import { TIME_BUCKETS } from '../../metrics/core-metrics.ts';
import type { MetricDefinition } from '../../metrics/definition.ts';
import type { Counter, Histogram, MetricsWriter } from '../../metrics/writer.ts';
import { rcodeLabel } from '../../upstream/proxy-metrics.ts';
import type { UpstreamObserver } from '../../upstream/upstream.ts';

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

export const FORWARD_REQUESTS: MetricDefinition = {
  name: 'coredns_forward_requests_total',
  help: 'Counter of requests made per upstream.',
  type: 'counter',
  labels: ['to'],
};

export const FORWARD_RESPONSES: MetricDefinition = {
  name: 'coredns_forward_responses_total',
  help: 'Counter of responses received per upstream.',
  type: 'counter',
  labels: ['rcode', 'to'],
};

export const FORWARD_REQUEST_DURATION: MetricDefinition = {
  name: 'coredns_forward_request_duration_seconds',
  help: 'Histogram of the time each request took.',
  type: 'histogram',
  labels: ['to', 'rcode'],
  buckets: TIME_BUCKETS,
};

export const FORWARD_HEALTHCHECK_FAILURES: MetricDefinition = {
  name: 'coredns_forward_healthcheck_failures_total',
  help: 'Counter of the number of failed healthchecks.',
  type: 'counter',
  labels: ['to'],
};

/** Series of one upstream and response code. */
interface ReplySeries {
  readonly responses: Counter;
  readonly durations: Histogram;
}

/** The older family of one upstream. As in CoreDNS, a request counts when its reply is there. */
export class OlderMetrics implements UpstreamObserver {
  readonly #writer: MetricsWriter;
  readonly #to: string;
  readonly #byRcode = new Map<number, ReplySeries>();
  #requests: Counter | undefined = undefined;

  /** `to` is the upstream's address, `IP:port`. */
  constructor(writer: MetricsWriter, to: string) {
    this.#writer = writer;
    this.#to = to;
  }

  observe(rcode: number, seconds: number): void {
    const series = this.#byRcode.get(rcode) ?? this.#newSeries(rcode);
    series.responses.add();
    series.durations.observe(seconds);
    this.#requests ??= this.#writer.counter(FORWARD_REQUESTS, [this.#to]);
    this.#requests.add();
  }

  countHealthFailure(): void {
    this.#writer.counter(FORWARD_HEALTHCHECK_FAILURES, [this.#to]).add();
  }

  #newSeries(rcode: number): ReplySeries {
    const word = rcodeLabel(rcode);
    const series: ReplySeries = {
      responses: this.#writer.counter(FORWARD_RESPONSES, [word, this.#to]),
      durations: this.#writer.histogram(FORWARD_REQUEST_DURATION, [this.#to, word]),
    };
    this.#byRcode.set(rcode, series);
    return series;
  }
}
