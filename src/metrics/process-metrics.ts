// The process_* families of the Go client, from prom-client's collectors of the same names and HELP texts. Linux only, like
// the Go client's; a value that the system does not give is left out. Runtime metrics are in go-metrics.ts.
import { type Metric, Registry } from 'prom-client';
import collectMemory from 'prom-client/lib/metrics/osMemoryHeap.js';
import collectCpu from 'prom-client/lib/metrics/processCpuTotal.js';
import collectMaxDescriptors from 'prom-client/lib/metrics/processMaxFileDescriptors.js';
import collectOpenDescriptors from 'prom-client/lib/metrics/processOpenFileDescriptors.js';
import collectStartTime from 'prom-client/lib/metrics/processStartTime.js';
import { type MetricFamily, type Series, singleSeries } from './exposition.ts';

/** Our family, and the prom-client metric whose collection fills it in (one may fill several). */
const FILLED_BY: ReadonlyMap<string, string> = new Map([
  ['process_cpu_seconds_total', 'process_cpu_user_seconds_total'],
  ['process_max_fds', 'process_max_fds'],
  ['process_open_fds', 'process_open_fds'],
  ['process_resident_memory_bytes', 'process_resident_memory_bytes'],
  ['process_start_time_seconds', 'process_start_time_seconds'],
  ['process_virtual_memory_bytes', 'process_resident_memory_bytes'],
]);

/** The families for MetricsRegistry.add. CPU time counts from the start of the process. */
export function processMetrics(): MetricFamily[] {
  const registry = new Registry();
  const collectors = [
    collectCpu,
    collectMemory,
    collectMaxDescriptors,
    collectOpenDescriptors,
    collectStartTime,
  ];
  for (const collect of collectors) collect(registry);
  return [...FILLED_BY].flatMap(([name, filler]) => {
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
