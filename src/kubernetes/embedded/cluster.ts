// The embedded cluster as one value: manifests in, the objects that an API server would show to the kubernetes plugin
// out. Pure: files are read in manifest-files.ts, changes are followed in embedded-source.ts.

import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import { type NamespaceObject, trimNamespace } from '../objects/namespace.ts';
import { type PodObject, trimPod } from '../objects/pod.ts';
import { type ServiceObject, trimService } from '../objects/service.ts';
import { assignAddresses } from './address-assignment.ts';
import { type AddressPlan, canonicalIp } from './address-range.ts';
import { buildSlices } from './endpoint-slices.ts';
import { apiServerKey, apiServerSlice, implicitManifests } from './implicit-objects.ts';
import type { Manifest, ManifestSet } from './manifest.ts';
import { type ClusterPod, readPod } from './pods.ts';
import type { Labels, Selector } from './selector.ts';
import type { AddressedPod } from './selector-slices.ts';
import { type ClusterService, readServices } from './services.ts';
import { workloadPods } from './workloads.ts';

/** What the cluster holds, trimmed. */
export interface EmbeddedCluster {
  readonly services: readonly ServiceObject[];
  readonly namespaces: readonly NamespaceObject[];
  readonly endpointSlices: readonly EndpointSliceObject[];
  /** As CoreDNS's pod watch would show them: no finished ones. */
  readonly pods: readonly PodObject[];
  /** Number of objects of other kinds in the manifests, by kind. */
  readonly passedOver: ReadonlyMap<string, number>;
}

/** Settings that are no addresses. */
export interface ClusterSettings {
  readonly defaultNamespace: string;
  /** Option `labels`: which Services, EndpointSlices and Pods are watched. */
  readonly matchesLabels: Selector;
  /** Option `namespace_labels`: which Namespaces are. */
  readonly matchesNamespaceLabels: Selector;
}

/** Builds the cluster. Throws ManifestError, or RuntimeFault when an address range is used up. */
export function buildCluster(
  set: ManifestSet,
  plan: AddressPlan,
  settings: ClusterSettings,
): EmbeddedCluster {
  // From here on the objects that every cluster has are manifests like the others.
  const manifests = [...set.manifests, ...implicitManifests(set.manifests, plan)];
  const services = readServices(manifests, plan);
  const podManifests = manifests.filter((manifest) => manifest.kind === 'Pod');
  const written = podManifests.map(readPod);
  const { pods, apiServerIps } = addressPods(
    [...written, ...workloadPods(manifests, written)],
    plan,
  );
  const slices = buildSlices(manifests, services, pods, apiServerSlice(apiServerIps));
  const isWatched = settings.matchesLabels;
  // What a label selector hides is left out last: hidden pods still are endpoints, as in a cluster.
  return {
    services: present(
      services.filter(({ manifest }) => isWatched(manifest.labels)).map(completeService),
    ),
    namespaces: namespaces(manifests, set.namespaces, settings),
    endpointSlices: slices.filter(({ labels }) => isWatched(labels)).map(({ slice }) => slice),
    pods: present(
      pods
        .filter((pod) => !pod.isGone && !pod.isTerminating && isWatched(pod.labels))
        .map(completePod),
    ),
    passedOver: set.passedOver,
  };
}

/** Gives every pod that needs one an address in each family of pod_cidr, and the API server its own. */
function addressPods(
  pods: readonly ClusterPod[],
  plan: AddressPlan,
): { readonly pods: readonly AddressedPod[]; readonly apiServerIps: readonly string[] } {
  // A pinned address is nobody else's, even when the pinned pod is long finished.
  const taken = new Set(pods.flatMap((pod) => pod.pinnedIps).map(canonicalIp));
  const keys = pods.filter((pod) => pod.needsAddress).map(podKey);
  const assigned = plan.podRanges.map((range) =>
    assignAddresses(range, [...keys, apiServerKey], taken, 'pod_cidr'),
  );
  const ipsOf = (key: string): readonly string[] =>
    assigned.flatMap((addresses) => addresses.get(key) ?? []);
  return {
    pods: pods.map((pod) => ({
      ...pod,
      ips: pod.needsAddress ? ipsOf(podKey(pod)) : pod.pinnedIps,
    })),
    apiServerIps: ipsOf(apiServerKey),
  };
}

function podKey(pod: ClusterPod): string {
  return `Pod ${pod.namespace}/${pod.name}`;
}

/** The object as the API server would show it: type, addresses and protocols filled in. */
function completeService(service: ClusterService): ServiceObject | undefined {
  const { spec } = service.manifest.raw as { readonly spec?: object };
  const { type, clusterIPs, ports } = service;
  return trimService({
    ...service.manifest.raw,
    spec: { ...spec, type, clusterIPs, clusterIP: clusterIPs[0] ?? '', ports },
  });
}

/** All that trimming keeps of a pod; a workload's pod has no manifest to start from. */
function completePod(pod: AddressedPod): PodObject | undefined {
  const { namespace, name, labels } = pod;
  return trimPod({ metadata: { namespace, name, labels }, status: { podIP: pod.ips[0] ?? '' } });
}

/** Declared Namespaces and those that objects name; each has the label with its name that the API server sets. */
function namespaces(
  manifests: readonly Manifest[],
  named: ReadonlySet<string>,
  settings: ClusterSettings,
): readonly NamespaceObject[] {
  const labels = new Map<string, Labels>();
  const implied = [...named, ...manifests.map((manifest) => manifest.namespace)];
  for (const name of [settings.defaultNamespace, ...implied]) if (name !== '') labels.set(name, {});
  for (const manifest of manifests) {
    if (manifest.kind === 'Namespace') labels.set(manifest.name, manifest.labels);
  }
  const watched = [...labels].filter(([name, own]) =>
    settings.matchesNamespaceLabels({ 'kubernetes.io/metadata.name': name, ...own }),
  );
  return present(watched.map(([name]) => trimNamespace({ metadata: { name } })));
}

function present<T>(objects: readonly (T | undefined)[]): readonly T[] {
  return objects.filter((object) => object !== undefined);
}
