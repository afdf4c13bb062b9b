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
  const podsByNamespace = Map.groupBy(pods, (pod) => pod.namespace);
  const selected = services
    .filter((service) => !served.has(serviceKey(service.namespace, service.name)))
    .flatMap((service) => selectorSlices(service, podsByNamespace.get(service.namespace) ?? []));
  return [...written, ...mirrored, ...implicit, ...selected];
}

function serviceKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
