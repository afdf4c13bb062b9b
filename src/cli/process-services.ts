// Builds the long-lived pieces of a server process and ties them together: output, logger, metrics, serving threads,
// supervisor.

import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { ControlLogger } from '../log/control-logger.ts';
import { descriptorWrite, LineOutput } from '../log/line-output.ts';
import type { LogLayout } from '../log/logger.ts';
import { ALWAYS_EXPORTED, BUILD_INFO } from '../metrics/core-metrics.ts';
import { GcPauses, goMetrics } from '../metrics/go-metrics.ts';
import { MetricsRegistry } from '../metrics/registry.ts';
import { createMetricSlots, MetricsWriter } from '../metrics/writer.ts';
import { CONTROL_REGISTRY, DIRECTIVES } from '../plugins/registry-control.ts';
import type { CorefileText, LoaderContext } from '../server/corefile-loader.ts';
import type { InstanceServices } from '../server/instance.ts';
import { QuestionDesk } from '../server/question-desk.ts';
import { ServingThreads } from '../server/serving-threads.ts';
import { Supervisor } from '../server/supervisor.ts';
import { fileReader } from './file-reader.ts';
import { ServingThreadMaker } from './thread-maker.ts';
import { PRODUCT, REVISION, VERSION } from './version.ts';

/** What decides about a process. */
export interface ProcessOptions {
  readonly corefilePath: string;
  readonly defaultPort: string;
  readonly logLayout: LogLayout;
  /** Writes nothing to standard output (tools that bring a server of their own). */
  readonly isSilent?: boolean;
  readonly readCorefile: () => CorefileText;
}

/** The pieces that the serve command uses. */
export interface ProcessServices {
  readonly log: ControlLogger;
  readonly supervisor: Supervisor;
  /** Begins to count the pauses of garbage collections; what this needs of Node is not loaded before. */
  observePauses(): void;
  /** Writes a line to standard output as it is. */
  print(line: string): void;
  /** Writes out every line that waits. */
  flush(): void;
}

/** Longest wait for standard output to take the last lines. */
const FLUSH_MS = 1000;

/** Extension of this file: `.ts` when run from sources, `.js` in dist/. */
const EXTENSION = import.meta.filename.endsWith('.ts') ? 'ts' : 'js';

/** What parsing a Corefile needs, for serving and for checking. */
export function loaderContext(defaultPort: string, warn: (text: string) => void): LoaderContext {
  return { reader: fileReader(), env: process.env, defaultPort, directives: DIRECTIVES, warn };
}

/** Makes everything; nothing runs yet but the drains of the log rings. */
export function createProcessServices(options: ProcessOptions): ProcessServices {
  const clock = systemClock;
  const output = new LineOutput(
    options.isSilent ? (lines) => lines.length : descriptorWrite(1),
    clock,
  );
  const log = new ControlLogger(output, options.logLayout);
  const metrics = new MetricsRegistry();
  metrics.define(ALWAYS_EXPORTED);
  const pauses = new GcPauses();
  metrics.add(goMetrics(pauses));
  metrics.addLater(async () => (await import('../metrics/process-metrics.ts')).processMetrics());
  const desk = new QuestionDesk();
  const ownMetrics = controlMetrics(metrics, log);
  const maker = new ServingThreadMaker(join(import.meta.dirname, `serving-thread.${EXTENSION}`), {
    output,
    log,
    logLayout: options.logLayout,
    metrics,
    controlMetrics: ownMetrics,
    clock,
    desk,
  });
  const threads = new ServingThreads(maker);
  const services: Omit<InstanceServices, 'configuration'> = {
    log,
    clock,
    metrics,
    controlMetrics: ownMetrics,
    threadsAnswer: () => threads.areAnswering,
    registry: CONTROL_REGISTRY,
    directives: DIRECTIVES,
    corefilePath: options.corefilePath,
    product: PRODUCT,
    publish: (generation, channel, data) => threads.publish(generation, channel, data),
    desk,
  };
  const supervisor = new Supervisor({
    services,
    threads,
    loader: loaderContext(options.defaultPort, (text) => log.warning(text)),
    readCorefile: options.readCorefile,
  });
  return {
    log,
    supervisor,
    observePauses: () => pauses.observe(),
    print: (line) => output.write(Buffer.from(`${line}\n`)),
    flush: () => {
      maker.drain();
      output.flush(FLUSH_MS);
    },
  };
}

function controlMetrics(metrics: MetricsRegistry, log: ControlLogger): MetricsWriter {
  const slots = createMetricSlots();
  const source = metrics.attachWriter(slots);
  const writer = new MetricsWriter(
    slots,
    (series) => source.announce(series),
    (fault) => log.error(fault.message),
  );
  writer.gauge(BUILD_INFO, [VERSION, REVISION, `node${process.versions.node}`]).set(1);
  return writer;
}
