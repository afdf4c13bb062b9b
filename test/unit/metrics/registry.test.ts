import { expect, test } from 'vitest';
import {
  ALWAYS_EXPORTED,
  BUILD_INFO,
  DNS_REQUEST_SIZE,
  DNS_REQUESTS,
  PLUGIN_ENABLED,
} from '../../../src/metrics/core-metrics.ts';
import type { MetricDefinition } from '../../../src/metrics/definition.ts';
import { MetricsRegistry, type MetricsSource } from '../../../src/metrics/registry.ts';
import { createMetricSlots, MetricsWriter } from '../../../src/metrics/writer.ts';

interface Thread {
  readonly slots: SharedArrayBuffer;
  readonly source: MetricsSource;
  readonly writer: MetricsWriter;
}

function threadOf(registry: MetricsRegistry, slots = createMetricSlots(1024)): Thread {
  const source = registry.attachWriter(slots);
  // structuredClone stands for the message from the thread.
  const writer = new MetricsWriter(slots, (series) => source.announce(structuredClone(series)));
  return { slots, source, writer };
}

const HITS: MetricDefinition = {
  name: 'hits_total',
  help: 'Hits.',
  type: 'counter',
  labels: ['b', 'a'],
};
const ENTRIES: MetricDefinition = { name: 'entries', help: 'Entries.', type: 'gauge', labels: [] };
const TIMES: MetricDefinition = {
  name: 'times',
  help: 'Times.',
  type: 'histogram',
  labels: ['z'],
  buckets: [0.00025, 2],
};

test('an empty registry exposes nothing', async () => {
  expect(await new MetricsRegistry().expose()).toBe('');
});

test('sums a series over threads, sorts families, series and labels', async () => {
  const registry = new MetricsRegistry();
  const [one, two] = [threadOf(registry), threadOf(registry)];
  one.writer.counter(HITS, ['x', 'y']).add(2);
  two.writer.counter(HITS, ['x', 'y']).add(3);
  two.writer.counter(HITS, ['a', 'z']).add();
  two.writer.counter(HITS, ['z', 'a']).add();
  one.writer.gauge(ENTRIES, []).set(4);
  two.writer.gauge(ENTRIES, []).set(5);
  expect(await registry.expose()).toBe(
    '# HELP entries Entries.\n# TYPE entries gauge\nentries 9\n' +
      '# HELP hits_total Hits.\n# TYPE hits_total counter\n' +
      'hits_total{a="a",b="z"} 1\nhits_total{a="y",b="x"} 5\nhits_total{a="z",b="a"} 1\n',
  );
});

test('a histogram has cumulative buckets, le last, then sum and count', async () => {
  const registry = new MetricsRegistry();
  const { writer } = threadOf(registry);
  const times = writer.histogram(TIMES, ['.']);
  for (const value of [0.0002, 1, 1.5, 9]) times.observe(value);
  expect(await registry.expose()).toBe(
    '# HELP times Times.\n# TYPE times histogram\n' +
      'times_bucket{z=".",le="0.00025"} 1\ntimes_bucket{z=".",le="2"} 3\ntimes_bucket{z=".",le="+Inf"} 4\n' +
      'times_sum{z="."} 11.5002\ntimes_count{z="."} 4\n',
  );
});

test('large numbers are written as the Go client writes them: floats with exponent, counts whole', async () => {
  const registry = new MetricsRegistry();
  const { writer } = threadOf(registry);
  writer.counter(HITS, ['a b', 'c']).add(12_345_678);
  const times = writer.histogram({ ...TIMES, buckets: [] }, ['.']);
  for (let n = 0; n < 1_000_001; n++) times.observe(1);
  const text = await registry.expose();
  expect(text).toContain('hits_total{a="c",b="a b"} 1.2345678e+07\n');
  expect(text).toContain('times_bucket{z=".",le="+Inf"} 1000001\n');
  expect(text).toContain('times_sum{z="."} 1.000001e+06\ntimes_count{z="."} 1000001\n');
});

test('what was not observed is absent, unless it is always exported', async () => {
  const registry = new MetricsRegistry();
  const { writer } = threadOf(registry);
  writer.counter(HITS, ['a', 'b']);
  writer.histogram(TIMES, ['.']);
  writer.gauge(ENTRIES, []);
  expect(await registry.expose()).toBe('');
  writer.counter({ ...HITS, name: 'shed_total', isAlwaysExported: true }, ['query', 'x']);
  registry.define([{ ...ENTRIES, name: 'loaded', isAlwaysExported: true }, BUILD_INFO]);
  expect(await registry.expose()).toBe(
    '# HELP loaded Entries.\n# TYPE loaded gauge\nloaded 0\n' +
      '# HELP shed_total Hits.\n# TYPE shed_total counter\nshed_total{a="x",b="query"} 0\n',
  );
});

test('a removed gauge series disappears and comes back', async () => {
  const registry = new MetricsRegistry();
  const { writer } = threadOf(registry);
  writer.gauge(PLUGIN_ENABLED, ['dns://:53', '.', '', 'errors']).set(1);
  writer.gauge(PLUGIN_ENABLED, ['dns://:53', '.', '', 'log']).set(1);
  writer.removeAll(PLUGIN_ENABLED);
  expect(await registry.expose()).toBe('');
  writer.gauge(PLUGIN_ENABLED, ['dns://:53', '.', '', 'errors']).set(1);
  expect(await registry.expose()).toContain(
    'coredns_plugin_enabled{name="errors",server="dns://:53",view="",zone="."} 1\n',
  );
});

test('a retired thread leaves its counts, not its gauges, also for a successor on its slots', async () => {
  const registry = new MetricsRegistry();
  const { slots, source, writer } = threadOf(registry);
  writer.counter(HITS, ['a', 'b']).add(7);
  writer.histogram(TIMES, ['.']).observe(1);
  writer.gauge(ENTRIES, []).set(3);
  source.retire();
  source.retire();
  const successor = threadOf(registry, slots);
  successor.writer.counter(HITS, ['a', 'b']).add();
  const text = await registry.expose();
  expect(text).toContain('hits_total{a="b",b="a"} 8\n');
  expect(text).toContain('times_count{z="."} 1\n');
  expect(text).not.toContain('entries');
});

test('the first definition of a name stays', async () => {
  const registry = new MetricsRegistry();
  registry.define([{ ...ENTRIES, help: 'First.', isAlwaysExported: true }, ENTRIES]);
  expect(await registry.expose()).toContain('# HELP entries First.\n');
});

test('escapes label values', async () => {
  const registry = new MetricsRegistry();
  threadOf(registry).writer.counter(HITS, ['a"b\\c\nd', '']).add();
  expect(await registry.expose()).toContain('hits_total{a="",b="a\\"b\\\\c\\nd"} 1\n');
});

test('prints lines as recorded from CoreDNS (golden/http/metrics)', async () => {
  const registry = new MetricsRegistry();
  const { writer } = threadOf(registry);
  writer.counter(DNS_REQUESTS, ['dns://:1053', 'refuse.test.', '', 'udp', '1', 'A']).add();
  const sizes = writer.histogram(DNS_REQUEST_SIZE, ['dns://:1053', '.', '', 'tcp']);
  sizes.observe(44);
  sizes.observe(40);
  const lines = (await registry.expose()).split('\n');
  expect(lines).toContain(
    'coredns_dns_requests_total{family="1",proto="udp",server="dns://:1053",type="A",view="",zone="refuse.test."} 1',
  );
  for (const [le, count] of [
    ['0', 0],
    ['100', 2],
    ['8291', 2],
    ['64000', 2],
    ['+Inf', 2],
  ])
    expect(lines).toContain(
      `coredns_dns_request_size_bytes_bucket{proto="tcp",server="dns://:1053",view="",zone=".",le="${le}"} ${count}`,
    );
  expect(lines).toContain(
    'coredns_dns_request_size_bytes_sum{proto="tcp",server="dns://:1053",view="",zone="."} 84',
  );
  expect(lines).toContain(
    'coredns_dns_request_size_bytes_count{proto="tcp",server="dns://:1053",view="",zone="."} 2',
  );
});

test('the families that CoreDNS always exports show as 0', async () => {
  const registry = new MetricsRegistry();
  registry.define(ALWAYS_EXPORTED);
  const types = (await registry.expose()).split('\n').filter((line) => line.startsWith('# TYPE'));
  expect(types).toEqual([
    '# TYPE coredns_forward_healthcheck_broken_total counter',
    '# TYPE coredns_forward_max_concurrent_rejects_total counter',
    '# TYPE coredns_health_request_duration_seconds histogram',
    '# TYPE coredns_health_request_failures_total counter',
    '# TYPE coredns_hosts_reload_timestamp_seconds gauge',
    '# TYPE coredns_local_localhost_requests_total counter',
    '# TYPE coredns_panics_total counter',
    '# TYPE coredns_reload_failed_total counter',
  ]);
});
