import { expect, test, vi } from 'vitest';
import { memoryTools } from '../../../src/cli/memory-keeper.ts';
import { GcPauses, goMetrics } from '../../../src/metrics/go-metrics.ts';
import { processMetrics } from '../../../src/metrics/process-metrics.ts';
import { MetricsRegistry } from '../../../src/metrics/registry.ts';

async function valuesOf(registry: MetricsRegistry): Promise<Map<string, number>> {
  const lines = (await registry.expose())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

test('the process families of the Go client have plausible values', async () => {
  const registry = new MetricsRegistry();
  registry.add(processMetrics());
  const values = await valuesOf(registry);
  expect([...values.keys()]).toEqual([
    'process_cpu_seconds_total',
    'process_max_fds',
    'process_open_fds',
    'process_resident_memory_bytes',
    'process_start_time_seconds',
    'process_virtual_memory_bytes',
  ]);
  expect(values.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  expect(values.get('process_virtual_memory_bytes')).toBeGreaterThan(1e8);
  expect(values.get('process_open_fds')).toBeGreaterThan(2);
  expect(values.get('process_start_time_seconds')).toBeGreaterThan(1.7e9);
});

test('CPU time grows by what was used', async () => {
  const registry = new MetricsRegistry();
  registry.add(processMetrics());
  const first = (await valuesOf(registry)).get('process_cpu_seconds_total') ?? 0;
  const before = process.cpuUsage();
  for (let burn = 0; burn < 2e7; burn++) Math.sqrt(burn);
  const used = process.cpuUsage(before);
  const second = (await valuesOf(registry)).get('process_cpu_seconds_total') ?? 0;
  expect(first, 'counts from the start of the process').toBeGreaterThan(0.05);
  expect(second - first).toBeGreaterThanOrEqual((used.user + used.system) / 1e6 - 0.001);
});

test('the runtime families are there under their Go names', async () => {
  const registry = new MetricsRegistry();
  registry.add(goMetrics(new GcPauses()));
  const values = await valuesOf(registry);
  expect(values.get(`go_info{version="node${process.versions.node}"}`)).toBe(1);
  expect(values.get('go_threads')).toBeGreaterThan(1);
  expect(values.get('go_goroutines')).toBeGreaterThanOrEqual(0);
  const allocated = values.get('go_memstats_alloc_bytes') ?? 0;
  expect(allocated).toBeGreaterThan(1e6);
  expect(values.get('go_memstats_heap_inuse_bytes')).toBeGreaterThanOrEqual(allocated / 2);
  expect(values.get('go_memstats_sys_bytes')).toBeGreaterThan(1e6);
  expect(values.get('go_gc_duration_seconds{quantile="0.5"}')).toBe(0);
  expect(values.get('go_gc_duration_seconds_count')).toBe(0);
});

test('a system that does not tell its threads shows one', async () => {
  const registry = new MetricsRegistry();
  registry.add(goMetrics(new GcPauses(), '/nowhere/status'));
  expect((await valuesOf(registry)).get('go_threads')).toBe(1);
});

test('pauses give quantiles of the last 256, sum and count of all', async () => {
  const pauses = new GcPauses();
  for (let n = 0; n < 300; n++) pauses.add(n < 44 ? 100 : n - 44 + 1);
  const registry = new MetricsRegistry();
  registry.add(goMetrics(pauses));
  const values = await valuesOf(registry);
  expect(values.get('go_gc_duration_seconds{quantile="0"}')).toBe(1);
  expect(values.get('go_gc_duration_seconds{quantile="1"}')).toBe(256);
  expect(values.get('go_gc_duration_seconds_count')).toBe(300);
  expect(values.get('go_gc_duration_seconds_sum')).toBe(4400 + (256 * 257) / 2);
});

test('observes collections of this thread', async () => {
  const pauses = new GcPauses();
  pauses.observe();
  memoryTools(undefined).collect();
  await vi.waitFor(() => expect(pauses.series().samples.at(-1)?.value).toBeGreaterThan(0));
});
