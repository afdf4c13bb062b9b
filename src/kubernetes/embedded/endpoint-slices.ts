// All EndpointSlices of the embedded cluster: those in the files, those that mirror Endpoints objects, and for the other
// Services those that the endpoint slice controller would make from their selectors.

import type { LabelledSlice } from './labelled-slice.ts';
import type { Manifest } from './manifest.ts';
import { type AddressedPod, selectorSlices } from './selector-slices.ts';
import type { ClusterService } from './services.ts';
import { mirroredSlices, writtenSlices } from './written-slices.ts';

/** Builds the slices; `apiServerIp` is the endpoint of default/kubernetes. Throws ManifestError. */
export function buildSlices(
  manifests: readonly Manifest[],
  services: readonly ClusterService[],
  pods: readonly AddressedPod[],
  apiServer: LabelledSlice,
): readonly LabelledSlice[] {
  const served = new Set<string>();
  const withoutServed = (slices: readonly LabelledSlice[]): readonly LabelledSlice[] => {
    const fresh = slices.filter(
      ({ slice }) => !served.has(serviceKey(slice.namespace, slice.service)),
    );
    for (const { slice } of fresh) served.add(serviceKey(slice.namespace, slice.service));
    return fresh;
  };
  const written = withoutServed(writtenSlices(manifests));
  const known = new Set(services.map((service) => serviceKey(service.namespace, service.name)));
  const mirrored = withoutServed(
    // Endpoints of no Service are not mirrored in a cluster either.
    mirroredSlices(
      manifests.filter((manifest) => known.has(serviceKey(manifest.namespace, manifest.name))),
    ),
  );
  // Nobody but the API server itself keeps the endpoints of its Service.
  const implicit = withoutServed([apiServer]);
  const podsByLabel = indexByLabel(pods);
  const selected = services
    .filter((service) => !served.has(serviceKey(service.namespace, service.name)))
    .flatMap((service) => selectorSlices(service, candidates(service, podsByLabel)));
  return [...written, ...mirrored, ...implicit, ...selected];
}

function serviceKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** Pods by namespace and each of their labels: a big namespace is not searched whole for every one of its Services. */
function indexByLabel(pods: readonly AddressedPod[]): ReadonlyMap<string, readonly AddressedPod[]> {
  const index = new Map<string, AddressedPod[]>();
  for (const pod of pods) {
    for (const [label, value] of Object.entries(pod.labels)) {
      const key = labelKey(pod.namespace, label, value);
      const list = index.get(key);
      if (list === undefined) index.set(key, [pod]);
      else list.push(pod);
    }
  }
  return index;
}

/** The pods that have the first label that a Service asks for. */
function candidates(
  service: ClusterService,
  podsByLabel: ReadonlyMap<string, readonly AddressedPod[]>,
): readonly AddressedPod[] {
  const [first] = Object.entries(service.selector);
  return first === undefined ? [] : (podsByLabel.get(labelKey(service.namespace, ...first)) ?? []);
}

/** Neither namespaces nor label names hold a line break. */
function labelKey(namespace: string, label: string, value: string): string {
  return `${namespace}\n${label}\n${value}`;
}
