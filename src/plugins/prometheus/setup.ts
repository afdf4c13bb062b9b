// Control half of prometheus: reads the options, opens one endpoint an address, and says which plugins the block has
// (CoreDNS: plugin/metrics/setup.go). Counting happens in the serving half.

import type { Dispenser } from '../../corefile/dispenser.ts';
import { PLUGIN_ENABLED } from '../../metrics/core-metrics.ts';
import type { BlockSetup, ControlPlugin, Instance } from '../../plugin/control.ts';
import { joinHostPort } from '../../plugin/host-port.ts';
import { readListenArgument } from '../../plugin/listen-argument.ts';
import { type OptionRow, readOptions } from '../../plugin/options.ts';
import { readOnce } from '../../plugin/single-use.ts';
import { type EndpointOptions, MetricsEndpoint } from './endpoint.ts';

const DEFAULT_ADDRESS = 'localhost:9153';

/** The options while they are read. */
interface PrometheusBlock {
  address: string;
  tlsFile: string;
}

/** Options of the block. */
export const prometheusRows: readonly OptionRow<PrometheusBlock>[] = [
  {
    name: 'runtime_metrics',
    args: '',
    parse() {
      // The runtime's metrics that we have are always exported.
    },
    doc: 'accepted; there is no Go runtime to tell more about.',
  },
  {
    name: 'tls',
    args: 'FILE',
    parse(block, [file = ''], dispenser) {
      if (block.tlsFile !== '') throw dispenser.err('tls block already specified');
      block.tlsFile = file;
    },
    doc: 'serves HTTPS as this web configuration file of Prometheus exporters says.',
  },
];

/** One handler without options, which counts. */
export const prometheusControl: ControlPlugin = {
  name: 'prometheus',
  isHandler: true,
  setup(dispenser, block) {
    const options = readOnce(dispenser, () => readBlock(dispenser));
    const endpoints = sharedEndpoints(block.instance);
    if (!endpoints.has(options.address)) {
      endpoints.set(options.address, attach(options, block.instance));
    }
    const { hooks } = block.instance;
    hooks.startup.push(() => exportPlugins(block));
    hooks.restartFailed.push(() => exportPlugins(block));
    return [{}];
  },
};

function readBlock(dispenser: Dispenser): PrometheusBlock {
  const block: PrometheusBlock = {
    address: readListenArgument(dispenser, DEFAULT_ADDRESS),
    tlsFile: '',
  };
  readOptions(dispenser, prometheusRows, block, (at) => at.err(`unknown option: ${at.value}`));
  return block;
}

/** The endpoints of an instance by address, in `Instance.shared` under `prometheus`. */
export type SharedEndpoints = Map<string, MetricsEndpoint>;

function sharedEndpoints(instance: Instance): SharedEndpoints {
  const known = instance.shared.get('prometheus');
  if (known !== undefined) return known as SharedEndpoints;
  const endpoints: SharedEndpoints = new Map();
  instance.shared.set('prometheus', endpoints);
  return endpoints;
}

function attach(options: EndpointOptions, instance: Instance): MetricsEndpoint {
  const endpoint = new MetricsEndpoint(options, instance);
  const { hooks, controlMetrics } = instance;
  const open = (): Promise<void> => endpoint.open();
  const close = (): Promise<void> => endpoint.close();
  hooks.startup.push(open);
  hooks.restart.push(close, () => controlMetrics.removeAll(PLUGIN_ENABLED));
  hooks.restartFailed.push(open);
  hooks.finalShutdown.push(close);
  hooks.shutdown.push(close);
  return endpoint;
}

/** coredns_plugin_enabled for the first key of the block, as CoreDNS has it, on each address it listens on. */
function exportPlugins(block: BlockSetup): void {
  const [key] = block.keys;
  if (key === undefined) return;
  const { controlMetrics } = block.instance;
  const { bindAddresses, view } = block.settings;
  for (const host of bindAddresses) {
    const server = `${key.scheme}://${joinHostPort(host, key.port)}`;
    for (const name of block.handlers()) {
      controlMetrics.gauge(PLUGIN_ENABLED, [server, key.zone, view, name]).set(1);
    }
  }
}
