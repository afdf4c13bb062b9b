// Counting of queries and replies.
import { beforeEach, expect, test } from 'vitest';
import { MetricsRegistry } from '../../../src/metrics/registry.ts';
import { createMetricSlots, MetricsWriter } from '../../../src/metrics/writer.ts';
import { RequestMetrics, type RequestSample } from '../../../src/plugin/request-metrics.ts';

let registry: MetricsRegistry;
let metrics: RequestMetrics;
let seriesCount: number;

beforeEach(() => {
  registry = new MetricsRegistry();
  seriesCount = 0;
  const slots = createMetricSlots(8192);
  const source = registry.attachWriter(slots);
  metrics = new RequestMetrics(
    new MetricsWriter(slots, (series) => {
      seriesCount++;
      source.announce(series);
    }),
  );
});

const SAMPLE: RequestSample = {
  server: 'dns://:53',
  zone: '.',
  view: '',
  protocol: 'udp',
  family: 1,
  type: 1,
  rcode: 0,
  plugin: 'errors',
  requestSize: 30,
  responseSize: 101,
  isDnssecOk: false,
  durationSeconds: 0.0003,
};

async function lines(pattern: RegExp): Promise<string[]> {
  return (await registry.expose()).split('\n').filter((line) => pattern.test(line));
}

test('one query makes one series of each family', async () => {
  metrics.observe(SAMPLE);
  expect(await lines(/^coredns_dns_(requests|responses|do)|_(sum|count)\{/)).toEqual([
    'coredns_dns_request_duration_seconds_sum{server="dns://:53",view="",zone="."} 0.0003',
    'coredns_dns_request_duration_seconds_count{server="dns://:53",view="",zone="."} 1',
    'coredns_dns_request_size_bytes_sum{proto="udp",server="dns://:53",view="",zone="."} 30',
    'coredns_dns_request_size_bytes_count{proto="udp",server="dns://:53",view="",zone="."} 1',
    'coredns_dns_requests_total{family="1",proto="udp",server="dns://:53",type="A",view="",zone="."} 1',
    'coredns_dns_response_size_bytes_sum{proto="udp",server="dns://:53",view="",zone="."} 101',
    'coredns_dns_response_size_bytes_count{proto="udp",server="dns://:53",view="",zone="."} 1',
    'coredns_dns_responses_total{plugin="errors",rcode="NOERROR",server="dns://:53",view="",zone="."} 1',
  ]);
  const bucket = await lines(/request_duration_seconds_bucket.*le="0\.000(25|5)"/);
  expect(bucket.map((line) => line.at(-1))).toEqual(['0', '1']);
});

test('protocol, family and type are labels', async () => {
  const changes: readonly Partial<RequestSample>[] = [
    {},
    { protocol: 'tcp' },
    { family: 2 },
    { protocol: 'tcp', family: 2 },
    { type: 28 },
    { type: 255 },
    { type: 65_280 },
    { type: 99 },
    { type: 0 },
  ];
  for (const change of changes) metrics.observe({ ...SAMPLE, ...change });
  const found = await lines(/^coredns_dns_requests_total/);
  expect(
    found.map((line) =>
      line.replace(/^.*family="(\d)",proto="(\w+)".*type="(\w+)".* (\d+)$/, '$1 $2 $3 $4'),
    ),
  ).toEqual([
    '1 tcp A 1',
    '1 udp A 1',
    '1 udp AAAA 1',
    '1 udp ANY 1',
    '1 udp other 3',
    '2 tcp A 1',
    '2 udp A 1',
  ]);
});

test('DO is counted where it is set', async () => {
  metrics.observe(SAMPLE);
  metrics.observe({ ...SAMPLE, isDnssecOk: true });
  metrics.observe({ ...SAMPLE, isDnssecOk: true });
  expect(await lines(/^coredns_dns_do_requests_total/)).toEqual([
    'coredns_dns_do_requests_total{server="dns://:53",view="",zone="."} 2',
  ]);
});

test('replies are counted by code and plugin', async () => {
  const changes: readonly Partial<RequestSample>[] = [
    { rcode: 3 },
    { rcode: 2, plugin: '' },
    { rcode: 3841 },
    { rcode: 3 },
  ];
  for (const change of changes) metrics.observe({ ...SAMPLE, ...change });
  const found = await lines(/^coredns_dns_responses_total/);
  expect(
    found.map((line) => line.replace(/^.*plugin="(\w*)",rcode="(\w+)".* (\d+)$/, '$1 $2 $3')),
  ).toEqual([' SERVFAIL 1', 'errors NXDOMAIN 2', 'errors RCODE3841 1']);
});

test('servers, zones and views are apart, and known ones make nothing new', async () => {
  const places: readonly Partial<RequestSample>[] = [
    {},
    { zone: 'dropped' },
    { server: 'tls://:853' },
    { view: 'inside' },
  ];
  for (const place of places) metrics.observe({ ...SAMPLE, ...place });
  const made = seriesCount;
  for (let round = 0; round < 3; round++) {
    for (const place of places) metrics.observe({ ...SAMPLE, ...place });
  }
  expect(seriesCount).toBe(made);
  const found = await lines(/^coredns_dns_requests_total/);
  expect(found).toHaveLength(4);
  for (const line of found) expect(line).toMatch(/ 4$/);
});
