// One load of manifests mode: options in, cluster out. Used by the source at start and at every change, and once by
// those commands that need no server (`nodens records`, `nodens lookup --manifests`).

import { type AddressPlan, planAddresses } from './address-range.ts';
import { buildCluster, type EmbeddedCluster } from './cluster.ts';
import { readManifests } from './manifest.ts';
import { type ReadStandardInput, readPath } from './manifest-files.ts';
import { mergeManifests } from './manifest-merge.ts';
import type { Selector } from './selector.ts';
import { readProcessInput } from './standard-input.ts';

/** The options of manifests mode. All but `paths` have defaults. */
export interface EmbeddedOptions {
  /** Files, folders, glob patterns, or `-`; relative ones count from the working folder. */
  readonly paths: readonly string[];
  /** Namespace of objects that name none; `default`. */
  readonly defaultNamespace?: string;
  /** One block a family at most, the cluster's main family first; 10.96.0.0/12. */
  readonly serviceCidrs?: readonly string[];
  /** One block a family at most; 10.244.0.0/16. */
  readonly podCidrs?: readonly string[];
  /** ClusterIPs of kube-system/kube-dns; the tenth address of the first service block, 10.96.0.10. */
  readonly dnsIps?: readonly string[];
  /** Whether the source has endpoint slices (false with `noendpoints`); true. */
  readonly watchesEndpoints?: boolean;
  /** Whether the source has pods (true with `pods verified`); true. */
  readonly watchesPods?: boolean;
  /** Option `labels` of the kubernetes block; everything. */
  readonly matchesLabels?: Selector;
  /** Option `namespace_labels` of the kubernetes block; everything. */
  readonly matchesNamespaceLabels?: Selector;
}

/** What options are when they are not given. */
export const EMBEDDED_DEFAULTS = {
  defaultNamespace: 'default',
  serviceCidrs: ['10.96.0.0/12'],
  podCidrs: ['10.244.0.0/16'],
} as const;

/** Checks the address options; throws RuntimeFault MANIFEST_INVALID whose message begins with the option's name. */
export function addressPlan(options: EmbeddedOptions): AddressPlan {
  return planAddresses({
    serviceCidrs: options.serviceCidrs ?? EMBEDDED_DEFAULTS.serviceCidrs,
    podCidrs: options.podCidrs ?? EMBEDDED_DEFAULTS.podCidrs,
    dnsIps: options.dnsIps ?? [],
  });
}

/** Reads all PATHs and builds the cluster. Throws ManifestError or RuntimeFault, both with code MANIFEST_INVALID. */
export function loadCluster(
  options: EmbeddedOptions,
  readStandardInput: ReadStandardInput = readProcessInput,
): EmbeddedCluster {
  const plan = addressPlan(options);
  const defaultNamespace = options.defaultNamespace ?? EMBEDDED_DEFAULTS.defaultNamespace;
  const sets = options.paths.map((path) =>
    readManifests(readPath(path, readStandardInput), defaultNamespace),
  );
  return buildCluster(mergeManifests(sets), plan, {
    defaultNamespace,
    matchesLabels: options.matchesLabels ?? (() => true),
    matchesNamespaceLabels: options.matchesNamespaceLabels ?? (() => true),
  });
}
