// The proxy_* metrics of CoreDNS (plugin/pkg/proxy/metrics.go): one set of series an upstream, kept so that a query
// costs an addition.

import { rcodeName } from '../dns/codes/rcode.ts';
import { TIME_BUCKETS } from '../metrics/core-metrics.ts';
import type { MetricDefinition } from '../metrics/definition.ts';
import type { Counter, Histogram, MetricsWriter } from '../metrics/writer.ts';

export const PROXY_REQUEST_DURATION: MetricDefinition = {
  name: 'coredns_proxy_request_duration_seconds',
  help: 'Histogram of the time each request took.',
  type: 'histogram',
  labels: ['proxy_name', 'to', 'rcode'],
  buckets: TIME_BUCKETS,
};

export const PROXY_HEALTHCHECK_FAILURES: MetricDefinition = {
  name: 'coredns_proxy_healthcheck_failures_total',
  help: 'Counter of the number of failed healthchecks.',
  type: 'counter',
  labels: ['proxy_name', 'to'],
};

export const PROXY_CONN_CACHE_HITS: MetricDefinition = {
  name: 'coredns_proxy_conn_cache_hits_total',
  help: 'Counter of connection cache hits per upstream and protocol.',
  type: 'counter',
  labels: ['proxy_name', 'to', 'proto'],
};

export const PROXY_CONN_CACHE_MISSES: MetricDefinition = {
  name: 'coredns_proxy_conn_cache_misses_total',
  help: 'Counter of connection cache misses per upstream and protocol.',
  type: 'counter',
  labels: ['proxy_name', 'to', 'proto'],
};

/** The series of one upstream. They show from their first value on, as CoreDNS's do. */
export class ProxyMetrics {
  readonly #writer: MetricsWriter;
  readonly #proxyName: string;
  readonly #to: string;
  readonly #durations = new Map<number, Histogram>();
  /** By network; reused connections and new ones. */
  readonly #hits = new Map<string, Counter>();
  readonly #misses = new Map<string, Counter>();

  /** `proxyName` is the plugin's word, `to` the upstream's address. */
  constructor(writer: MetricsWriter, proxyName: string, to: string) {
    this.#writer = writer;
    this.#proxyName = proxyName;
    this.#to = to;
  }

  /** A reply came after `seconds`. */
  observe(rcode: number, seconds: number): void {
    let histogram = this.#durations.get(rcode);
    if (histogram === undefined) {
      const labels = [this.#proxyName, this.#to, rcodeLabel(rcode)];
      histogram = this.#writer.histogram(PROXY_REQUEST_DURATION, labels);
      this.#durations.set(rcode, histogram);
    }
    histogram.observe(seconds);
  }

  /** A query took a connection that was there, or opened one. */
  countUse(network: 'udp' | 'tcp' | 'tcp-tls', isReused: boolean): void {
    const uses = isReused ? this.#hits : this.#misses;
    let counter = uses.get(network);
    if (counter === undefined) {
      const definition = isReused ? PROXY_CONN_CACHE_HITS : PROXY_CONN_CACHE_MISSES;
      counter = this.#writer.counter(definition, [this.#proxyName, this.#to, network]);
      uses.set(network, counter);
    }
    counter.add();
  }

  /** A health check failed; rare enough to look the series up. */
  countHealthFailure(): void {
    this.#writer.counter(PROXY_HEALTHCHECK_FAILURES, [this.#proxyName, this.#to]).add();
  }
}

/** The word of a response code; codes without one are plain numbers here. */
export function rcodeLabel(rcode: number): string {
  const word = rcodeName(rcode);
  return word.startsWith('RCODE') ? String(rcode) : word;
}
