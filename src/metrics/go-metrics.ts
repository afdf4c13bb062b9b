// The go_* families that dashboards for CoreDNS read, filled with what comes nearest in Node: no
// goroutines or Go heap here, but tasks that the event loop waits for and V8's heap. Names, HELP
// texts and types are the Go client's.
import { readFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { type MetricFamily, type Sample, type Series, singleSeries } from './family.ts';

/** Linux says there how many threads the process has. */
const STATUS_FILE = '/proc/self/status';
/** Pauses that the quantiles look back on, as many as Go's debug.GCStats keeps. */
const KEPT_PAUSES = 256;
const QUANTILES = [0, 0.25, 0.5, 0.75, 1] as const;

/** Garbage collection pauses of the control thread, in seconds. Observes until the process ends. */
export class GcPauses {
  readonly #recent: number[] = [];
  #sum = 0;
  #count = 0;

  /** Begins to observe V8's collections. */
  observe(): void {
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.add(entry.duration / 1000);
    });
    observer.observe({ entryTypes: ['gc'] });
  }

  /** Counts one pause. */
  add(seconds: number): void {
    this.#recent[this.#count % KEPT_PAUSES] = seconds;
    this.#count++;
    this.#sum += seconds;
  }

  /** A summary: quantiles of the last 256 pauses, sum and count of all. */
  series(): Series {
    const sorted = this.#recent.toSorted((a, b) => a - b);
    const quantiles = QUANTILES.map((quantile): Sample => {
      const value = sorted[Math.round(quantile * (sorted.length - 1))] ?? 0;
      return { labels: [['quantile', String(quantile)]], value };
    });
    const sum: Sample = { suffix: '_sum', labels: [], value: this.#sum };
    return {
      labels: [],
      samples: [...quantiles, sum, { suffix: '_count', labels: [], value: this.#count }],
    };
  }
}

/** The families for MetricsRegistry.add. */
export function goMetrics(pauses: GcPauses, statusFile: string = STATUS_FILE): MetricFamily[] {
  const version = `node${process.versions.node}`;
  return [
    {
      name: 'go_gc_duration_seconds',
      help: 'A summary of the wall-time pause (stop-the-world) duration in garbage collection cycles.',
      type: 'summary',
      collect: () => [pauses.series()],
    },
    gauge(
      'go_goroutines',
      'Number of goroutines that currently exist.',
      () => process.getActiveResourcesInfo().length,
    ),
    {
      name: 'go_info',
      help: 'Information about the Go environment.',
      type: 'gauge',
      collect: () => [singleSeries([['version', version]], 1)],
    },
    gauge(
      'go_memstats_alloc_bytes',
      'Number of bytes allocated in heap and currently in use. Equals to /memory/classes/heap/objects:bytes.',
      () => process.memoryUsage().heapUsed,
    ),
    gauge(
      'go_memstats_heap_inuse_bytes',
      'Number of heap bytes that are in use. Equals to /memory/classes/heap/objects:bytes + /memory/classes/heap/unused:bytes',
      () => process.memoryUsage().heapTotal,
    ),
    gauge(
      'go_memstats_sys_bytes',
      'Number of bytes obtained from system. Equals to /memory/classes/total:byte.',
      () => process.memoryUsage.rss(),
    ),
    gauge('go_threads', 'Number of OS threads created.', () => threadCount(statusFile)),
  ];
}

function gauge(name: string, help: string, read: () => number): MetricFamily {
  return { name, help, type: 'gauge', collect: () => [singleSeries([], read())] };
}

/** Threads of the process; 1 where the system does not say. */
function threadCount(statusFile: string): number {
  try {
    return Number(/^Threads:\s*(\d+)$/m.exec(readFileSync(statusFile, 'latin1'))?.[1] ?? 1);
  } catch {
    return 1;
  }
}
