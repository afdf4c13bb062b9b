// Turns the kernel's count of datagrams that one UDP socket lost into a metric. Read now and then, never while a query is
// answered.

import { UDP_KERNEL_DROPS } from '../metrics/core-metrics.ts';
import type { Counter, MetricsWriter } from '../metrics/writer.ts';

/** The drops of one listener's socket; a socket that takes its place gets another object. */
export class KernelDrops {
  readonly #metrics: MetricsWriter;
  readonly #server: string;
  #counter: Counter | undefined;
  #seen = 0;

  /** `server` is the listener's label. The series begins with the first count that is known. */
  constructor(metrics: MetricsWriter, server: string) {
    this.#metrics = metrics;
    this.#server = server;
  }

  /** `total` is what the kernel has counted since the socket was opened, modulo 2^32; undefined changes nothing. */
  note(total: number | undefined): void {
    if (total === undefined) return;
    this.#counter ??= this.#metrics.counter(UDP_KERNEL_DROPS, [this.#server]);
    this.#counter.add((total - this.#seen) >>> 0);
    this.#seen = total;
  }
}
