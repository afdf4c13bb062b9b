// Control half of kubernetes: reads the block with CoreDNS's checks and texts, then starts what control.ts holds (CoreDNS:
// plugin/kubernetes/setup.go).

import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import { originZones } from '../../corefile/server-key.ts';
import { pluginLogger } from '../../log/logger.ts';
import type { BlockSetup, ControlPlugin } from '../../plugin/control.ts';
import { readOptions } from '../../plugin/options.ts';
import { defaultBlock, type KubernetesBlock, kubernetesRows } from './block.ts';
import { startBlock } from './control.ts';
import { readHostSearch } from './host-search.ts';
import type { KubernetesServingOptions } from './options.ts';

/** One handler; a second use of the word in a block is an error. */
export const kubernetesControl: ControlPlugin = {
  name: 'kubernetes',
  isHandler: true,
  async setup(dispenser, block) {
    const { options, zones, primaryZone } = readDirective(dispenser, block);
    warnOfEndpoints(options, block);
    if (block.instance.isCheck && livesInCluster(options)) return [];
    const shared = await startBlock(options, block);
    const { multiclusterZones, pods, isZonal, ttl, fallthrough } = options;
    const handler: KubernetesServingOptions = {
      zones,
      primaryZone,
      multiclusterZones,
      pods,
      isZonal,
      ttl,
      fallthrough,
      hostSearch: readHostSearch(),
      ...shared,
    };
    return [handler];
  },
};

/** Whether the settings come from the pod that the server runs in; elsewhere there are none to look at. */
function livesInCluster({ manifests, endpoints, kubeconfig }: KubernetesBlock): boolean {
  return manifests.length === 0 && endpoints.length === 0 && kubeconfig === undefined;
}

/** What one directive says. */
export interface KubernetesDirective {
  readonly options: KubernetesBlock;
  readonly zones: readonly string[];
  readonly primaryZone: string;
}

/** Reads all occurrences, of which there may be one. Throws CorefileError. */
export function readDirective(
  dispenser: Dispenser,
  block: Pick<BlockSetup, 'zones'>,
): KubernetesDirective {
  dispenser.next();
  const zones = originZones(dispenser.remainingArgs(), block.zones);
  const primaryZone = zones.find((zone) => !isReverseZone(zone));
  if (primaryZone === undefined) throw new CorefileError('non-reverse zone name must be used');
  const options = defaultBlock();
  readOptions(dispenser, kubernetesRows, options);
  checkTogether(options, zones, dispenser);
  if (dispenser.next()) {
    throw new CorefileError('this plugin can only be used once per Server Block');
  }
  return { options, zones, primaryZone };
}

/** The zones in-addr.arpa and ip6.arpa themselves are not below themselves: CoreDNS takes them for forward zones. */
function isReverseZone(zone: string): boolean {
  return zone.endsWith('.in-addr.arpa.') || zone.endsWith('.ip6.arpa.');
}

/** Errors of options that do not go together; CoreDNS reports them at the closing brace. */
function checkTogether(
  options: KubernetesBlock,
  zones: readonly string[],
  dispenser: Dispenser,
): void {
  if (options.namespaces.length > 0 && options.namespaceLabels !== undefined) {
    throw dispenser.err('namespaces and namespace_labels cannot both be set');
  }
  const foreign = options.multiclusterZones.find((zone) => !zones.includes(zone));
  if (foreign !== undefined) {
    throw dispenser.err(
      `is not authoritative for the multicluster zone ${foreign} (authoritative zones: [${zones.join(' ')}])`,
    );
  }
  if (options.isZonal && !options.hasEndpoints) {
    throw dispenser.err('zonal requires the endpoint cache; remove noendpoints');
  }
  checkManifestMode(options, dispenser);
}

/** Manifests are in place of an API server, and their options mean nothing without them. */
function checkManifestMode(options: KubernetesBlock, dispenser: Dispenser): void {
  const { manifests, endpoints, kubeconfig, tls } = options;
  if (manifests.length > 0) {
    if (endpoints.length === 0 && kubeconfig === undefined && tls === undefined) return;
    throw dispenser.err('manifests and endpoint, tls or kubeconfig cannot both be set');
  }
  const { defaultNamespace, serviceCidrs, podCidrs, dnsIps } = options;
  if ([defaultNamespace, serviceCidrs, podCidrs, dnsIps].some((value) => value !== undefined)) {
    throw dispenser.err(
      'default_namespace, service_cidr, pod_cidr and dns_ip can only be set with manifests',
    );
  }
}

function warnOfEndpoints({ endpoints }: KubernetesBlock, block: BlockSetup): void {
  if (endpoints.length < 2) return;
  const log = pluginLogger(block.instance.log, 'kubernetes');
  log.warning(
    `Multiple endpoints have been deprecated, only the first specified endpoint '${endpoints[0]}' is used`,
  );
}
