// A serving thread's worker: carries orders from the control thread to the ServingThread. Knows the serving halves of all
// plugins and nothing of Kubernetes, YAML or Prometheus text.

import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../base/clock.ts';
import { LineRingWriter } from '../log/line-ring.ts';
import { RingLogger } from '../log/ring-logger.ts';
import { PANICS } from '../metrics/core-metrics.ts';
import { MetricsWriter } from '../metrics/writer.ts';
import { RequestMetrics } from '../plugin/request-metrics.ts';
import type { ServingPlugin } from '../plugin/serving.ts';
import { loadServingPlugins } from '../plugins/registry-serving.ts';
import {
  type FromServing,
  pluginsOf,
  type ServingOrder,
  type ThreadBuffers,
  type ToServing,
} from '../server/serving-config.ts';
import { ServingThread } from '../server/serving-thread.ts';
import { ThreadQuestions } from '../server/thread-questions.ts';
import { loadListening } from '../transport/tcp.ts';
import { recordCode } from './code-cache.ts';

const port = parentPort;
if (port === null) throw new Error('serving-thread is the entry of a worker thread');

const buffers = workerData as ThreadBuffers;
const post = (message: FromServing): void => port.postMessage(message);
const log = new RingLogger(new LineRingWriter(buffers.log), buffers.logLayout, systemClock);
const metrics = new MetricsWriter(
  buffers.metrics,
  (announcement) => post({ kind: 'series', announcement }),
  (fault) => log.error(fault.message),
);
const questions = new ThreadQuestions(post);
const panics = metrics.counter(PANICS, []);
const registry = new Map<string, ServingPlugin>();
const thread = new ServingThread(
  {
    registry,
    log,
    clock: systemClock,
    metrics,
    dropped: new RequestMetrics(metrics),
    readerIndex: buffers.readerIndex,
    countPanic: () => panics.add(),
    questions,
  },
  post,
);

// Orders are carried out one after the other, in the order in which they came. Answers do not queue: an order may wait
// for the replies that they make possible. Nor do probes: they ask whether this thread runs at all.
let last: Promise<void> = Promise.resolve();
port.on('message', (order: ToServing) => {
  if (order.kind === 'answer') questions.settle(order);
  else if (order.kind === 'probe') thread.probe();
  else if (order.kind === 'load') last = last.then(() => loadAhead(order.plugins));
  else last = last.then(() => carryOut(order));
});

/** Loads what `prepare` will need while the control thread is still busy. */
async function loadAhead(plugins: readonly string[]): Promise<void> {
  await loadServingPlugins(plugins, registry);
  loadListening();
}

async function carryOut(order: ServingOrder): Promise<void> {
  // A successor of a thread that died is not told before.
  if (order.kind === 'prepare') await loadServingPlugins(pluginsOf(order.config), registry);
  if (order.kind === 'stop') recordCode();
  await thread.handle(order);
}
