// Metrics of the cache plugin (plugin/cache/metrics.go), and the series of one listener. Queries that local data answers
// are in none of them.

import type { MetricDefinition } from '../../metrics/definition.ts';
import type { Counter, Gauge, MetricsWriter } from '../../metrics/writer.ts';

/** The two stores, as labels name them. */
export type StoreKind = 'success' | 'denial';

const PLACE_LABELS: readonly string[] = ['server', 'zones', 'view'];
const KIND_LABELS: readonly string[] = ['server', 'type', 'zones', 'view'];

export const CACHE_ENTRIES: MetricDefinition = {
  name: 'coredns_cache_entries',
  help: 'The number of elements in the cache.',
  type: 'gauge',
  labels: KIND_LABELS,
};

export const CACHE_REQUESTS: MetricDefinition = {
  name: 'coredns_cache_requests_total',
  help: 'The count of cache requests.',
  type: 'counter',
  labels: PLACE_LABELS,
};

export const CACHE_HITS: MetricDefinition = {
  name: 'coredns_cache_hits_total',
  help: 'The count of cache hits.',
  type: 'counter',
  labels: KIND_LABELS,
};

export const CACHE_MISSES: MetricDefinition = {
  name: 'coredns_cache_misses_total',
  help: 'The count of cache misses. Deprecated, derive misses from cache hits/requests counters.',
  type: 'counter',
  labels: PLACE_LABELS,
};

export const CACHE_PREFETCHES: MetricDefinition = {
  name: 'coredns_cache_prefetch_total',
  help: 'The number of times the cache has prefetched a cached item.',
  type: 'counter',
  labels: PLACE_LABELS,
};

export const CACHE_DROPS: MetricDefinition = {
  name: 'coredns_cache_drops_total',
  help: 'The number responses that are not cached, because the reply is malformed.',
  type: 'counter',
  labels: PLACE_LABELS,
};

export const CACHE_SERVED_STALE: MetricDefinition = {
  name: 'coredns_cache_served_stale_total',
  help: 'The number of requests served from stale cache entries.',
  type: 'counter',
  labels: PLACE_LABELS,
};

export const CACHE_EVICTIONS: MetricDefinition = {
  name: 'coredns_cache_evictions_total',
  help: 'The count of cache evictions.',
  type: 'counter',
  labels: KIND_LABELS,
};

/** Series of one store. */
interface KindSeries {
  hits: Counter | undefined;
  evictions: Counter | undefined;
  entries: Gauge | undefined;
}

function newKindSeries(): KindSeries {
  return { hits: undefined, evictions: undefined, entries: undefined };
}

/** Counts for one listener and view; a series is made when it is first counted in. */
class PlaceMetrics {
  readonly server: string;
  readonly view: string;
  readonly #zones: string;
  readonly #writer: MetricsWriter;
  readonly #counters = new Map<MetricDefinition, Counter>();
  // What each query counts in has a place of its own.
  #requests: Counter | undefined = undefined;
  #misses: Counter | undefined = undefined;
  readonly #success: KindSeries = newKindSeries();
  readonly #denial: KindSeries = newKindSeries();

  constructor(server: string, view: string, zones: string, writer: MetricsWriter) {
    this.server = server;
    this.view = view;
    this.#zones = zones;
    this.#writer = writer;
  }

  /** Counts in a family without a type. */
  add(definition: MetricDefinition): void {
    let counter = this.#counters.get(definition);
    if (counter === undefined) {
      counter = this.#writer.counter(definition, [this.server, this.#zones, this.view]);
      this.#counters.set(definition, counter);
    }
    counter.add();
  }

  addHit(kind: StoreKind): void {
    this.#addRequest();
    const series = this.#of(kind);
    series.hits ??= this.#writer.counter(CACHE_HITS, this.#labels(kind));
    series.hits.add();
  }

  addMiss(): void {
    this.#addRequest();
    this.#misses ??= this.#writer.counter(CACHE_MISSES, [this.server, this.#zones, this.view]);
    this.#misses.add();
  }

  #addRequest(): void {
    this.#requests ??= this.#writer.counter(CACHE_REQUESTS, [this.server, this.#zones, this.view]);
    this.#requests.add();
  }

  addEviction(kind: StoreKind): void {
    const series = this.#of(kind);
    series.evictions ??= this.#writer.counter(CACHE_EVICTIONS, this.#labels(kind));
    series.evictions.add();
  }

  setEntries(kind: StoreKind, count: number): void {
    const series = this.#of(kind);
    series.entries ??= this.#writer.gauge(CACHE_ENTRIES, this.#labels(kind));
    series.entries.set(count);
  }

  #of(kind: StoreKind): KindSeries {
    return kind === 'success' ? this.#success : this.#denial;
  }

  #labels(kind: StoreKind): string[] {
    return [this.server, kind, this.#zones, this.view];
  }
}

/** The series of one handler. */
export class CacheMetrics {
  readonly #writer: MetricsWriter;
  readonly #zones: string;
  readonly #places: PlaceMetrics[] = [];
  /** A query mostly comes by the same listener as the one before. */
  #last: PlaceMetrics | undefined = undefined;

  /** `zones` are those of the handler, for the label. */
  constructor(writer: MetricsWriter, zones: readonly string[]) {
    this.#writer = writer;
    this.#zones = zones.join(',');
  }

  /** The series of a listener and view. */
  at({ server, view }: { readonly server: string; readonly view: string }): PlaceMetrics {
    let place = this.#last;
    if (place !== undefined && place.server === server && place.view === view) return place;
    place = this.#places.find((each) => each.server === server && each.view === view);
    if (place === undefined) {
      place = new PlaceMetrics(server, view, this.#zones, this.#writer);
      this.#places.push(place);
    }
    this.#last = place;
    return place;
  }
}
