// Makes what a serving thread needs: its slots for metrics, its ring for log lines, its index among the readers of
// name tables. These outlive the thread, so a successor goes on where it stopped.

import type { Clock } from '../base/clock.ts';
import type { LineOutput } from '../log/line-output.ts';
import { createLineRing } from '../log/line-ring.ts';
import type { Logger, LogLayout } from '../log/logger.ts';
import { RingDrain } from '../log/ring-drain.ts';
import { PANICS } from '../metrics/core-metrics.ts';
import type { MetricsRegistry, MetricsSource } from '../metrics/registry.ts';
import { type Counter, createMetricSlots, type MetricsWriter } from '../metrics/writer.ts';
import type { QuestionDesk, ThreadQuestion } from '../server/question-desk.ts';
import type { FromServing, ThreadBuffers } from '../server/serving-config.ts';
import type { ThreadMaker } from '../server/serving-threads.ts';

/** What the threads write to on the control side. */
export interface ThreadOutputs {
  readonly output: LineOutput;
  readonly log: Logger;
  readonly logLayout: LogLayout;
  readonly metrics: MetricsRegistry;
  readonly controlMetrics: MetricsWriter;
  readonly clock: Clock;
  readonly desk: QuestionDesk;
}

interface ThreadState {
  readonly buffers: ThreadBuffers;
  readonly drain: RingDrain;
  source: MetricsSource;
}

/** Keeps the buffers of all serving threads. */
export class ServingThreadMaker implements ThreadMaker {
  readonly entry: string;
  readonly clock: Clock;
  readonly #outputs: ThreadOutputs;
  readonly #states: ThreadState[] = [];
  readonly #panics: Counter;

  constructor(entry: string, outputs: ThreadOutputs) {
    this.entry = entry;
    this.clock = outputs.clock;
    this.#outputs = outputs;
    this.#panics = outputs.controlMetrics.counter(PANICS, []);
  }

  makeBuffers(index: number): ThreadBuffers {
    const state = this.#states[index];
    if (state === undefined) return this.#create(index).buffers;
    state.source.retire();
    state.source = this.#outputs.metrics.attachWriter(state.buffers.metrics);
    return state.buffers;
  }

  onMessage(index: number, message: FromServing): void {
    if (message.kind === 'series') this.#states[index]?.source.announce(message.announcement);
  }

  ask(question: ThreadQuestion): Promise<unknown> {
    return this.#outputs.desk.ask(question);
  }

  /** The thread could not count its own end. */
  onCrash(index: number, error: Error | undefined): void {
    this.#panics.add();
    const reason = error === undefined ? 'no reason' : (error.stack ?? error.message);
    this.#outputs.log.error(`serving thread ${index} ended and is replaced: ${reason}`);
  }

  onRestoreFailure(index: number, reason: string): void {
    this.#outputs.log.error(`serving thread ${index} does not serve and is tried again: ${reason}`);
  }

  onSilence(index: number, isSilent: boolean): void {
    const { log } = this.#outputs;
    if (isSilent) log.error(`serving thread ${index} has not answered for 5s`);
    else log.info(`serving thread ${index} answers again`);
  }

  /** Writes out the lines that are left, at the end of the process. */
  drain(): void {
    for (const { drain } of this.#states) drain.stop();
  }

  #create(index: number): ThreadState {
    const { output, log, logLayout, metrics, clock } = this.#outputs;
    const buffers = {
      metrics: createMetricSlots(),
      log: createLineRing(),
      readerIndex: index,
      logLayout,
    };
    const drain = new RingDrain(buffers.log, output, clock, (lines) =>
      log.warning(`${lines} log lines dropped: standard output is too slow`),
    );
    drain.start();
    const state = { buffers, drain, source: metrics.attachWriter(buffers.metrics) };
    this.#states[index] = state;
    return state;
  }
}
