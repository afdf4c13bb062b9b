// The process_* families of the Go client, from prom-client's collectors of the same names and HELP
// texts. Linux only, like the Go client's; a value that the system does not give is left out.
// Runtime metrics are in go-metrics.ts. Loaded with the first scrape, as exposition.ts is.
import { type Metric, Registry } from 'prom-client';
import collectMemory from 'prom-client/lib/metrics/osMemoryHeap.js';
import collectMaxDescriptors from 'prom-client/lib/metrics/processMaxFileDescriptors.js';
import collectOpenDescriptors from 'prom-client/lib/metrics/processOpenFileDescriptors.js';
import collectStartTime from 'prom-client/lib/metrics/processStartTime.js';
import { type MetricFamily, type Series, singleSeries } from './family.ts';

/** Our family, and the prom-client metric whose collection fills it in (one may fill several). */
const FILLED_BY: ReadonlyMap<string, string> = new Map([
  ['process_max_fds', 'process_max_fds'],
  ['process_open_fds', 'process_open_fds'],
  ['process_resident_memory_bytes', 'process_resident_memory_bytes'],
  ['process_start_time_seconds', 'process_start_time_seconds'],
  ['process_virtual_memory_bytes', 'process_resident_memory_bytes'],
]);

/**
 * Ours: prom-client's counts from when it was asked first, the Go client's from the start of the
 * process.
 */
const CPU_SECONDS: MetricFamily = {
  name: 'process_cpu_seconds_total',
  help: 'Total user and system CPU time spent in seconds.',
  type: 'counter',
  collect: () => {
    const { user, system } = process.cpuUsage();
    return [singleSeries([], (user + system) / 1e6)];
  },
};

/** The families for MetricsRegistry.add. */
export function processMetrics(): MetricFamily[] {
  const registry = new Registry();
  const collectors = [
    collectMemory,
    collectMaxDescriptors,
    collectOpenDescriptors,
    collectStartTime,
  ];
  for (const collect of collectors) collect(registry);
  const families = [...FILLED_BY].flatMap(([name, filler]) => {
    const metric = registry.getSingleMetric(name);
    return metric === undefined
      ? []
      : [
          processFamily(metric as CollectedMetric, name, async () => {
            await registry.getSingleMetric(filler)?.get();
            return (await metric.get()).values;
          }),
        ];
  });
  return [CPU_SECONDS, ...families];
}

/** What every prom-client metric has, although its types do not say so. */
type CollectedMetric = Metric & Pick<MetricFamily, 'help' | 'type'>;

function processFamily(
  { help, type }: CollectedMetric,
  name: string,
  read: () => Promise<readonly { value: number }[]>,
): MetricFamily {
  const collect = async (): Promise<Series[]> =>
    (await read()).map(({ value }) => singleSeries([], value));
  return { name, help, type, collect };
}
