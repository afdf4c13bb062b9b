// The text of /metrics, as Prometheus's Go client writes it: families by name, series by label
// values, labels by name, `le` last. prom-client writes the lines; this file brings samples in
// order before and numbers in Go's form after. It knows nothing of slots or threads: a family is
// anything that has samples when asked. Loaded with the first scrape: prom-client costs a start 40 ms.
import { type Metric, Registry } from 'prom-client';
import type { MetricFamily, Sample, Series } from './family.ts';
import { goFloat } from './go-float.ts';

/** The whole text for the families given. */
export async function expositionText(families: Iterable<MetricFamily>): Promise<string> {
  const ordered = [...families].sort((a, b) => compare(a.name, b.name));
  const texts: string[] = [];
  for (const family of ordered) {
    const series = await family.collect();
    if (series.length > 0) texts.push(await familyText(family, series));
  }
  return texts.join('');
}

async function familyText(family: MetricFamily, series: readonly Series[]): Promise<string> {
  const registry = new Registry();
  const values = [...series]
    .sort(compareSeries)
    .flatMap((one) => one.samples.map((sample) => promValue(family, sample)));
  const metric = {
    name: family.name,
    help: family.help,
    type: family.type,
    get: () => Promise.resolve({ name: family.name, help: family.help, type: family.type, values }),
  };
  // prom-client asks a registered metric for no more than this; its type names its own classes only.
  registry.registerMetric(metric as unknown as Metric);
  const text = await registry.getSingleMetricAsString(family.name);
  return `${text.split('\n').map(goLine).join('\n')}\n`;
}

function promValue(
  family: MetricFamily,
  sample: Sample,
): { metricName: string; labels: Record<string, string>; value: number } {
  // `le` and `quantile` come last, as the Go client puts them.
  const rank = (name: string): string => (name === 'le' || name === 'quantile' ? '\uffff' : name);
  const labels = [...sample.labels].sort((a, b) => compare(rank(a[0]), rank(b[0])));
  return {
    metricName: family.name + (sample.suffix ?? ''),
    labels: Object.fromEntries(labels),
    value: sample.value,
  };
}

/**
 * A line with its number in Go's form; counts of buckets and observations are whole numbers there
 * too.
 */
function goLine(line: string): string {
  if (line.startsWith('#')) return line;
  const space = line.lastIndexOf(' ');
  const value = Number(line.slice(space + 1));
  const isCount = /^\w+_(?:bucket|count)(?:\{| )/.test(line);
  return Number.isNaN(value) || isCount ? line : `${line.slice(0, space)} ${goFloat(value)}`;
}

/** By the values in the order of their sorted label names, as the Go client orders series. */
function compareSeries(a: Series, b: Series): number {
  return compare(sortedValues(a), sortedValues(b));
}

/** NUL sorts before everything else, so joined values compare like the lists. */
function sortedValues(series: Series): string {
  const sorted = [...series.labels].sort((a, b) => compare(a[0], b[0]));
  return sorted.map(([, value]) => value).join('\0');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
