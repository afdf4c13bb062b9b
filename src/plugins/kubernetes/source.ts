// Chooses where the objects of a block come from: an API server, or manifests. Both give the same kind of source; what becomes
// of the objects is in control.ts.

import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { RequestReport } from '../../kubernetes/api/client.ts';
import { type ConnectionSource, openConnection } from '../../kubernetes/api/connection.ts';
import type { EmbeddedOptions } from '../../kubernetes/embedded/manifest-loader.ts';
import { createReflectorSource } from '../../kubernetes/reflector/reflector-source.ts';
import type { ObjectSource } from '../../kubernetes/source.ts';
import type { Logger } from '../../log/logger.ts';
import type { KubernetesBlock } from './block.ts';

/** What a source needs from its surroundings. */
export interface SourceContext {
  readonly clock: Clock;
  /** Adds `plugin/kubernetes: ` to its lines. */
  readonly log: Logger;
  /** Name and version of this program, `Nodens-0.1.0`. */
  readonly product: string;
  readonly onRequest: (report: RequestReport) => void;
}

/** The child's entry is a file of its own, beside the bundle or in the source tree. */
const CHILD = import.meta.filename.endsWith('.ts')
  ? '../../kubernetes/api/kubeconfig-child.ts'
  : './kubeconfig-child.js';

/** Makes the source of a block. Rejects with the text of what is wrong with connection settings or manifests. */
export async function createSource(
  block: KubernetesBlock,
  context: SourceContext,
): Promise<ObjectSource> {
  return block.manifests.length > 0
    ? await embedded(block, context)
    : await reflector(block, context);
}

async function reflector(block: KubernetesBlock, context: SourceContext): Promise<ObjectSource> {
  const { qps, burst, maxInflight } = block;
  const connection = await openConnection(connectionSource(block), {
    clock: context.clock,
    env: process.env,
    kubeconfigChildPath: join(import.meta.dirname, CHILD),
  });
  return createReflectorSource(
    {
      connection,
      labels: block.labels?.text ?? '',
      namespaceLabels: block.namespaceLabels?.text ?? '',
      hasEndpoints: block.hasEndpoints,
      hasPods: block.pods === 'verified',
      isMulticluster: block.multiclusterZones.length > 0,
      limits: { qps, burst, maxInflight },
      userAgent: `${context.product.replace('-', '/')} (${process.platform}/${process.arch})`,
    },
    context,
  );
}

function connectionSource({ kubeconfig, endpoints, tls }: KubernetesBlock): ConnectionSource {
  if (kubeconfig !== undefined) return { kind: 'kubeconfig', ...kubeconfig };
  const [url] = endpoints;
  return url === undefined ? { kind: 'in-cluster' } : { kind: 'endpoint', url, tls };
}

/** Loaded when it is asked for: a server in a cluster does without the YAML parser. */
async function embedded(block: KubernetesBlock, context: SourceContext): Promise<ObjectSource> {
  if (block.multiclusterZones.length > 0) {
    throw new CorefileError('multicluster needs an API server; remove manifests');
  }
  const options: Writable<EmbeddedOptions> = {
    paths: block.manifests,
    watchesEndpoints: block.hasEndpoints,
    watchesPods: block.pods === 'verified',
  };
  const { defaultNamespace, serviceCidrs, podCidrs, dnsIps, labels, namespaceLabels } = block;
  if (defaultNamespace !== undefined) options.defaultNamespace = defaultNamespace;
  if (serviceCidrs !== undefined) options.serviceCidrs = serviceCidrs;
  if (podCidrs !== undefined) options.podCidrs = podCidrs;
  if (dnsIps !== undefined) options.dnsIps = dnsIps;
  if (labels !== undefined) options.matchesLabels = labels.matches;
  if (namespaceLabels !== undefined) options.matchesNamespaceLabels = namespaceLabels.matches;
  const { createEmbeddedSource } = await import('../../kubernetes/embedded/embedded-source.ts');
  return createEmbeddedSource(options, context);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
