// Does what the endpoint controllers do: a Service's selector picks pods and becomes EndpointSlices, Endpoints objects
// become slices, and slices that are in the files are taken as they are. Delivers trimmed slices with the labels
// that a label selector of the kubernetes block may ask for.

import {
  type EndpointSliceObject,
  SERVICE_NAME_LABEL,
  trimEndpointSlice,
} from '../objects/endpoint-slice.ts';
import { trimEndpoints } from '../objects/endpoints.ts';
import { familyOf, type Family } from './address-range.ts';
import { keySuffix } from './key-hash.ts';
import type { Manifest } from './manifest.ts';
import type { ClusterPod } from './pods.ts';
import { type Labels, mapSelector } from './selector.ts';
import type { ClusterService, ClusterServicePort } from './services.ts';
import { readWrittenSlice } from './written-slices.ts';

/** A slice with the labels of its object. */
export interface LabelledSlice {
  readonly labels: Labels;
  readonly slice: EndpointSliceObject;
}

/** A pod with its addresses, pinned or assigned. */
export interface AddressedPod extends ClusterPod {
  readonly ips: readonly string[];
}

/** The endpoint slice controller's default for the size of a slice. */
const MAX_ENDPOINTS = 100;

/** All slices of the cluster. Throws ManifestError for malformed EndpointSlices and Endpoints. */
export function buildSlices(
  manifests: readonly Manifest[],
  services: readonly ClusterService[],
  pods: readonly AddressedPod[],
): readonly LabelledSlice[] {
  const written = manifests
    .filter((manifest) => manifest.kind === 'EndpointSlice')
    .map((manifest) => trimmed(readWrittenSlice(manifest), manifest.labels));
  const served = new Set(written.map(({ slice }) => `${slice.namespace}/${slice.service}`));
  const mirrored = mirrorEndpoints(manifests, services, served);
  for (const { slice } of mirrored) served.add(`${slice.namespace}/${slice.service}`);
  const podsByNamespace = Map.groupBy(pods, (pod) => pod.namespace);
  const selected = services
    .filter((service) => !served.has(`${service.namespace}/${service.name}`))
    .flatMap((service) => selectorSlices(service, podsByNamespace.get(service.namespace) ?? []));
  return [...written, ...mirrored, ...selected];
}

/** Makes a LabelledSlice of a raw EndpointSlice, which has a name. */
export function trimmed(raw: unknown, labels: Labels): LabelledSlice {
  const slice = trimEndpointSlice(raw);
  if (slice === undefined) throw new TypeError('an EndpointSlice without a name');
  return { labels, slice };
}

/** Endpoints of a Service that has no slices in the files. Those of no Service are not mirrored, as in a cluster. */
function mirrorEndpoints(
  manifests: readonly Manifest[],
  services: readonly ClusterService[],
  served: ReadonlySet<string>,
): readonly LabelledSlice[] {
  const known = new Set(services.map((service) => `${service.namespace}/${service.name}`));
  return manifests
    .filter((manifest) => manifest.kind === 'Endpoints')
    .filter(({ namespace, name }) => known.has(`${namespace}/${name}`) && !served.has(`${namespace}/${name}`))
    .flatMap((manifest) => {
      checkSubsets(manifest);
      const raw = { ...manifest.raw, metadata: metadataOf(manifest) };
      return (trimEndpoints(raw) ?? []).map((slice) => ({ labels: manifest.labels, slice }));
    });
}
