// The control thread's side of the metrics: knows where every thread's series are, sums equal ones
// over the threads, keeps the counts of threads that ended, and hands the families to
// exposition.ts. It reads slots with plain loads: a scrape may be one query behind.
import type { MetricDefinition } from './definition.ts';
import type { MetricFamily, Series } from './family.ts';
import { goFloat } from './go-float.ts';
import { type SeriesAnnouncement, slotsOf } from './writer.ts';

/** The registry's end of one thread's slots. */
export interface MetricsSource {
  /** Takes a series that the thread announced. */
  announce(series: SeriesAnnouncement): void;
  /** Call when the thread has ended: its counts stay in the sums, its gauges go. */
  retire(): void;
}

interface Place {
  readonly slots: Float64Array;
  readonly index: number;
}

/** One label set of a family: where its living writers are, and what the dead ones left. */
interface SlotSeries {
  readonly labels: readonly string[];
  readonly kept: Float64Array;
  places: Place[];
}

class SlotFamily implements MetricFamily {
  readonly definition: MetricDefinition;
  readonly #series = new Map<string, SlotSeries>();

  constructor(definition: MetricDefinition) {
    this.definition = definition;
    // A metric without labels has its one series from the start; whether that shows is decided in
    // collect().
    if (definition.labels.length === 0) this.#seriesOf([]);
  }

  get name(): string {
    return this.definition.name;
  }

  get help(): string {
    return this.definition.help;
  }

  get type(): MetricDefinition['type'] {
    return this.definition.type;
  }

  add(labels: readonly string[], place: Place): void {
    this.#seriesOf(labels).places.push(place);
  }

  /** Lets go of the slots of a writer, after keeping its counts. */
  release(slots: Float64Array): void {
    for (const series of this.#series.values()) {
      for (const place of series.places) {
        if (place.slots === slots && this.type !== 'gauge') addSlots(series.kept, place);
      }
      series.places = series.places.filter((place) => place.slots !== slots);
    }
  }

  collect(): Series[] {
    const result: Series[] = [];
    for (const series of this.#series.values()) {
      const sums = this.#sums(series);
      if (sums !== undefined) result.push(this.#exposed(series.labels, sums));
    }
    return result;
  }

  /**
   * The sums over all writers; undefined for a series that has not been observed and is not always
   * exported.
   */
  #sums(series: SlotSeries): Float64Array | undefined {
    const sums = Float64Array.from(series.kept);
    let isSet = false;
    for (const place of series.places) {
      if (Number.isNaN(place.slots[place.index])) continue;
      isSet = true;
      addSlots(sums, place);
    }
    const isObserved = this.type === 'gauge' ? isSet : sums.some((value) => value !== 0);
    return isObserved || this.definition.isAlwaysExported === true ? sums : undefined;
  }

  #exposed(values: readonly string[], sums: Float64Array): Series {
    const labels = this.definition.labels.map((name, at) => [name, values[at] ?? ''] as const);
    if (this.type !== 'histogram') return { labels, samples: [{ labels, value: sums[0] ?? 0 }] };
    const bounds = [...(this.definition.buckets ?? []), Number.POSITIVE_INFINITY];
    let count = 0;
    const samples = bounds.map((bound, at) => {
      count += sums[at] ?? 0;
      const withBound = [...labels, ['le', goFloat(bound)] as const];
      return { suffix: '_bucket', labels: withBound, value: count } as const;
    });
    const sum = { suffix: '_sum', labels, value: sums[bounds.length] ?? 0 } as const;
    return { labels, samples: [...samples, sum, { suffix: '_count', labels, value: count }] };
  }

  #seriesOf(labels: readonly string[]): SlotSeries {
    const key = labels.join('\0');
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, kept: new Float64Array(slotsOf(this.definition)), places: [] };
      this.#series.set(key, series);
    }
    return series;
  }
}

function addSlots(sums: Float64Array, place: Place): void {
  for (let at = 0; at < sums.length; at++)
    sums[at] = (sums[at] ?? 0) + (place.slots[place.index + at] ?? 0);
}

/** All metrics of the process. */
export class MetricsRegistry {
  readonly #slotFamilies = new Map<string, SlotFamily>();
  readonly #otherFamilies: MetricFamily[] = [];
  readonly #laterFamilies: (() => Promise<Iterable<MetricFamily>>)[] = [];

  /** Makes families known before anything is counted: those always exported then show as 0. */
  define(definitions: Iterable<MetricDefinition>): void {
    for (const definition of definitions) this.#family(definition);
  }

  /** Adds families that have their own samples (process and runtime). */
  add(families: Iterable<MetricFamily>): void {
    this.#otherFamilies.push(...families);
  }

  /** Adds families that are loaded with the first scrape. */
  addLater(load: () => Promise<Iterable<MetricFamily>>): void {
    this.#laterFamilies.push(load);
  }

  /**
   * Attaches the slots of one writer (createMetricSlots). Attach them again after retire() for a
   * successor.
   */
  attachWriter(slots: SharedArrayBuffer): MetricsSource {
    const view = new Float64Array(slots);
    return {
      announce: ({ definition, labels, slotIndex }) =>
        this.#family(definition).add(labels, { slots: view, index: slotIndex }),
      retire: () => {
        for (const family of this.#slotFamilies.values()) family.release(view);
      },
    };
  }

  /** The text of /metrics (Content-Type: EXPOSITION_CONTENT_TYPE). */
  async expose(): Promise<string> {
    const { expositionText } = await import('./exposition.ts');
    for (const load of this.#laterFamilies.splice(0)) this.add(await load());
    return expositionText([...this.#slotFamilies.values(), ...this.#otherFamilies]);
  }

  /** The family of a name; the first definition of a name stays. */
  #family(definition: MetricDefinition): SlotFamily {
    let family = this.#slotFamilies.get(definition.name);
    if (family === undefined) {
      family = new SlotFamily(definition);
      this.#slotFamilies.set(definition.name, family);
    }
    return family;
  }
}
