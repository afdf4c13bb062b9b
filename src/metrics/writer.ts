// One thread's side of the metrics: plain adds into Float64 slots of shared memory that only this
// thread writes. A series gets its slots when it is first asked for, which allocates: ask once,
// keep the Counter, add to it per query. Summing and text are the control thread's (registry.ts).
//
//   slot 0          next free slot (survives the thread, so that a successor writes behind it)
//   slot 1          series that found no slot
//   slot 2 ..       a counter or gauge: 1 slot; a histogram of n bounds: n + 1 counts (the last one is +Inf), then the sum
//
// A gauge that is not set holds NaN. Aligned 64-bit stores do not tear on the processors that Node
// 26 supports.
import { RuntimeFault } from '../base/runtime-error.ts';
import type { MetricDefinition } from './definition.ts';

const NEXT_SLOT = 0;
const LOST_SERIES = 1;
const FIRST_SLOT = 2;

/** Reserves the slots of one thread; untouched ones cost no memory (default 8 MiB of address space). */
export function createMetricSlots(slots: number = 1024 * 1024): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(slots * Float64Array.BYTES_PER_ELEMENT);
  new Float64Array(buffer)[NEXT_SLOT] = FIRST_SLOT;
  return buffer;
}

/** The number of slots that a series of this definition takes. */
export function slotsOf(definition: MetricDefinition): number {
  return definition.type === 'histogram' ? (definition.buckets?.length ?? 0) + 2 : 1;
}

/** Tells the control thread where a new series is. Structured-clonable. */
export interface SeriesAnnouncement {
  readonly definition: MetricDefinition;
  /** Values in the order of definition.labels. */
  readonly labels: readonly string[];
  readonly slotIndex: number;
}

/** A number that only grows. */
export class Counter {
  readonly #slots: Float64Array;
  readonly #index: number;

  constructor(slots: Float64Array, index: number) {
    this.#slots = slots;
    this.#index = index;
  }

  add(n: number = 1): void {
    this.#slots[this.#index] = (this.#slots[this.#index] ?? 0) + n;
  }
}

/** A number that is set. Set by several threads, the exposition shows the sum. */
export class Gauge {
  readonly #slots: Float64Array;
  readonly #index: number;

  constructor(slots: Float64Array, index: number) {
    this.#slots = slots;
    this.#index = index;
  }

  set(value: number): void {
    this.#slots[this.#index] = value;
  }

  /** Takes the series out of the exposition until it is set again. */
  remove(): void {
    this.#slots[this.#index] = Number.NaN;
  }
}

/** Counts by bucket, and the sum. */
export class Histogram {
  readonly #slots: Float64Array;
  readonly #index: number;
  readonly #bounds: Float64Array;

  constructor(slots: Float64Array, index: number, bounds: readonly number[]) {
    this.#slots = slots;
    this.#index = index;
    this.#bounds = Float64Array.from(bounds);
  }

  /** Counts one observation in the first bucket whose bound is not below it. */
  observe(value: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket++;
    const slots = this.#slots;
    const at = this.#index + bucket;
    slots[at] = (slots[at] ?? 0) + 1;
    const sum = this.#index + bounds.length + 1;
    slots[sum] = (slots[sum] ?? 0) + value;
  }
}

/** Makes the series of one thread. The same definition name and labels give the same slots again. */
export class MetricsWriter {
  readonly #slots: Float64Array;
  readonly #announce: (series: SeriesAnnouncement) => void;
  readonly #reportFull: (fault: RuntimeFault) => void;
  /** By metric name, then by label values. */
  readonly #series = new Map<string, Map<string, number>>();

  /**
   * Writes behind what an earlier writer left in `slots`. `announce` is called once a series;
   * `reportFull` when a series finds no slot (METRIC_SLOTS_FULL): it then works, but is not
   * exported.
   */
  constructor(
    slots: SharedArrayBuffer,
    announce: (series: SeriesAnnouncement) => void,
    reportFull: (fault: RuntimeFault) => void = () => {},
  ) {
    this.#slots = new Float64Array(slots);
    this.#announce = announce;
    this.#reportFull = reportFull;
  }

  counter(definition: MetricDefinition, labels: readonly string[]): Counter {
    const index = this.#slotIndex(definition, labels);
    return index < 0 ? new Counter(new Float64Array(1), 0) : new Counter(this.#slots, index);
  }

  gauge(definition: MetricDefinition, labels: readonly string[]): Gauge {
    const index = this.#slotIndex(definition, labels);
    return index < 0 ? new Gauge(new Float64Array(1), 0) : new Gauge(this.#slots, index);
  }

  histogram(definition: MetricDefinition, labels: readonly string[]): Histogram {
    const bounds = definition.buckets ?? [];
    const index = this.#slotIndex(definition, labels);
    return index < 0
      ? new Histogram(new Float64Array(slotsOf(definition)), 0, bounds)
      : new Histogram(this.#slots, index, bounds);
  }

  /** Takes all series of a gauge out of the exposition (coredns_plugin_enabled on a reload). */
  removeAll(definition: MetricDefinition): void {
    for (const index of this.#series.get(definition.name)?.values() ?? [])
      this.#slots[index] = Number.NaN;
  }

  /** The slot of a series, made and announced if it is new; -1 if there is none left. */
  #slotIndex(definition: MetricDefinition, labels: readonly string[]): number {
    let family = this.#series.get(definition.name);
    if (family === undefined) {
      family = new Map();
      this.#series.set(definition.name, family);
    }
    const key = labels.join('\0');
    const known = family.get(key);
    if (known !== undefined) return known;
    const index = this.#reserve(definition, labels);
    if (index >= 0) family.set(key, index);
    return index;
  }

  #reserve(definition: MetricDefinition, labels: readonly string[]): number {
    const slotIndex = this.#slots[NEXT_SLOT] ?? FIRST_SLOT;
    const size = slotsOf(definition);
    if (slotIndex + size > this.#slots.length) {
      this.#slots[LOST_SERIES] = (this.#slots[LOST_SERIES] ?? 0) + 1;
      const text = `no metric slot left for ${definition.name}{${labels.join(',')}}`;
      this.#reportFull(new RuntimeFault('METRIC_SLOTS_FULL', text));
      return -1;
    }
    this.#slots[NEXT_SLOT] = slotIndex + size;
    if (definition.type === 'gauge') this.#slots[slotIndex] = Number.NaN;
    this.#announce({ definition, labels: [...labels], slotIndex });
    return slotIndex;
  }
}
