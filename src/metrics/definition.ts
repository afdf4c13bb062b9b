// What a metric is: name, HELP, type, labels, buckets. Plain data, so that a serving thread can
// announce it to the control thread. No values here: they are in slots of shared memory (writer.ts)
// and are summed by registry.ts.

/** One metric family. Names are whole (`coredns_...`), HELP texts are CoreDNS's. */
export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Label names in the order in which values are given; the exposition sorts them. */
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, ascending, without +Inf. */
  readonly buckets?: readonly number[];
  /** Exported as 0 before the first observation; else a series shows from its first one on. */
  readonly isAlwaysExported?: boolean;
}

/**
 * `count` bounds: start, start * factor, start * factor^2 ... as the Go client computes them, by
 * repeated product.
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  const bounds: number[] = [];
  for (let bound = start; bounds.length < count; bound *= factor) bounds.push(bound);
  return bounds;
}
