// The life of a kubernetes block on the control thread: source, records, table, readiness, and when the DNS sockets open.
// Options are read in setup.ts; queries are answered in kubernetes.ts, in other threads, from the table made here.

import { Milestone } from '../../base/milestone.ts';
import type { RequestReport } from '../../kubernetes/api/client.ts';
import { ClusterRecords } from '../../kubernetes/records/cluster-records.ts';
import { pluginLogger } from '../../log/logger.ts';
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
import { StartupWait } from './startup-wait.ts';

/** The part of the serving options that the control half makes. */
export type SharedParts = Pick<
  KubernetesServingOptions,
  'table' | 'state' | 'filledChannel' | 'transferChannel' | 'externalChannel'
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
  // For the name servers, which nobody is told before. Some sandboxes do not tell; all other names are there without.
  const findOwnAddresses = (): void => {
    try {
      records.setLocalAddresses(localAddresses(block.settings.bindAddresses));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      ownLog.error(`no addresses of this machine for NS records: ${reason}`);
    }
  };
  source.onSynced(() => {
    findOwnAddresses();
    // Serving threads answer SERVFAIL for unknown names until this is set.
    state.setSynced();
  });
  if (block.has('ready')) readiness.set('kubernetes', () => source.isSynced);
  const filledChannel = block.instance.newChannel('kubernetes');
  hooks.startup.push(() => {
    const opensEarly = mayOpenEarly(block);
    // What comes after services takes the processor from the threads that open the sockets.
    const isOpen = new Milestone();
    if (opensEarly) hooks.started.push(() => isOpen.reach());
    source.start(opensEarly ? isOpen : undefined);
    if (source.isSynced) return undefined;
    const timeoutMs = options.startupTimeoutMs;
    const wait = new StartupWait(source, { timeoutMs, opensEarly, clock, log: ownLog });
    hooks.shutdown.push(() => wait.stop());
    // The end of the process waits for answers that are under way.
    hooks.finalShutdown.push(() => wait.stop());
    if (opensEarly) state.setFilling();
    void wait.isOver.then(() => {
      if (!source.isSynced) findOwnAddresses();
      records.release();
      state.endFilling();
      if (opensEarly) block.instance.publish(filledChannel, true);
    });
    return wait.mayOpen;
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
  return { table, state: buffer, filledChannel, transferChannel, externalChannel };
}

/** Plugins that look at the table beside the handler, where nothing waits for the rest of it. */
const ONLOOKERS = ['autopath', 'k8s_external', 'metadata', 'transfer'];

/**
 * Whether the DNS sockets open as soon as services are known, and queries for the rest wait: at the start of the process, when nobody
 * else answers. A reload goes on with the old instance instead.
 */
function mayOpenEarly(block: BlockSetup): boolean {
  return block.instance.isFirst && !ONLOOKERS.some((plugin) => block.has(plugin));
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
