// The life of a kubernetes block on the control thread: source, records, table, readiness, and the wait before the DNS sockets open.
// Options are read in setup.ts; queries are answered in kubernetes.ts, in other threads, from the table made here.

import type { RequestReport } from '../../kubernetes/api/client.ts';
import { ClusterRecords } from '../../kubernetes/records/cluster-records.ts';
import type { ObjectSource } from '../../kubernetes/source.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import {
  KUBERNETES_REST_DURATION,
  KUBERNETES_REST_RATE_LIMITER_DURATION,
  KUBERNETES_REST_REQUESTS,
} from '../../metrics/core-metrics.ts';
import type { MetricsWriter } from '../../metrics/writer.ts';
import { createNameTable } from '../../names/buffers.ts';
import { createSharedState, SharedState } from '../../names/shared-state.ts';
import { NameTableWriter } from '../../names/table-writer.ts';
import type { BlockSetup } from '../../plugin/control.ts';
import { type ExternalZone, wishedExternalNames } from '../../plugin/external-names.ts';
import { packRecords } from '../../zone/packed-records.ts';
import type { KubernetesBlock } from './block.ts';
import { localAddresses } from './local-addresses.ts';
import type { KubernetesServingOptions, TransferQuestion } from './options.ts';
import { createSource } from './source.ts';

/** A line says that the start waits, this often. */
const WAIT_LINE_MS = 500;

/** The part of the serving options that the control half makes. */
export type SharedParts = Pick<
  KubernetesServingOptions,
  'table' | 'state' | 'transferChannel' | 'externalChannel'
>;

/** Sets a block up: makes its source and table, and leaves the hooks that start and stop it. Rejects as createSource does. */
export async function startBlock(
  options: KubernetesBlock,
  block: BlockSetup,
  makeSource: typeof createSource = createSource,
): Promise<SharedParts> {
  const { clock, hooks, readiness, controlMetrics: metrics, log, product } = block.instance;
  const ownLog = pluginLogger(log, 'kubernetes');
  const source = await makeSource(options, {
    clock,
    log: ownLog,
    product,
    onRequest: (report) => countRequest(metrics, report),
  });
  const table = createNameTable();
  const buffer = createSharedState();
  const state = new SharedState(buffer);
  const records = new ClusterRecords(
    source,
    {
      namespaces: options.namespaces,
      usesPodNames: options.usesPodNames,
      ignoresEmptyServices: options.ignoresEmptyServices,
      isZonal: options.isZonal,
      keepsClients: block.has('metadata') || block.has('autopath'),
      external: wishedExternalNames(block),
    },
    { table: new NameTableWriter(table), state, clock, log, metrics },
  );
  // Serving threads answer SERVFAIL for unknown names until this is set.
  source.onSynced(() => state.setSynced());
  if (block.has('ready')) readiness.set('kubernetes', () => source.isSynced);
  hooks.startup.push(() => {
    records.setLocalAddresses(localAddresses(block.settings.bindAddresses));
    source.start();
    return new StartupWait(source, options.startupTimeoutMs, block, ownLog).done;
  });
  hooks.shutdown.push(() => source.stop());
  const transferChannel = block.instance.newChannel('kubernetes');
  block.instance.answer(transferChannel, (question) => {
    const wanted = question as TransferQuestion;
    return packRecords(records.zoneRecords({ ...wanted, ttl: options.ttl }));
  });
  const externalChannel = block.instance.newChannel('kubernetes');
  block.instance.answer(externalChannel, (question) => {
    const wanted = question as ExternalZone;
    return packRecords(records.externalZoneRecords({ ...wanted, clusterTtl: options.ttl }));
  });
  return { table, state: buffer, transferChannel, externalChannel };
}

/** Waits until a source is synced or time is up, and says so in CoreDNS's words. */
class StartupWait {
  readonly done: Promise<void>;

  constructor(source: ObjectSource, timeoutMs: number, block: BlockSetup, log: Logger) {
    const { clock } = block.instance;
    this.done = new Promise((resolve) => {
      if (source.isSynced) {
        resolve();
        return;
      }
      // Each line schedules the next one; both timers end with the wait.
      let line = clock.setTimeout(function say() {
        log.info('waiting for Kubernetes API before starting server');
        line = clock.setTimeout(say, WAIT_LINE_MS);
      }, WAIT_LINE_MS);
      const end = clock.setTimeout(() => {
        clock.clearTimeout(line);
        log.warning('starting server with unsynced Kubernetes API');
        resolve();
      }, timeoutMs);
      source.onSynced(() => {
        clock.clearTimeout(line);
        clock.clearTimeout(end);
        resolve();
      });
    });
  }
}

/** Counts a request to the API server; only lists are timed, as by client-go. */
function countRequest(metrics: MetricsWriter, report: RequestReport): void {
  const { code, method, host, verb } = report;
  metrics.counter(KUBERNETES_REST_REQUESTS, [code, method, host]).add();
  if (report.kind !== 'list') return;
  metrics.histogram(KUBERNETES_REST_DURATION, [verb, host]).observe(report.durationMs / 1000);
  metrics
    .histogram(KUBERNETES_REST_RATE_LIMITER_DURATION, [verb, host])
    .observe(report.rateLimiterMs / 1000);
}
