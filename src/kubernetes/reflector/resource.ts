// What is watched: one row a kind, with its URL, the Go type that CoreDNS's log names, and how it is trimmed. The table
// is all that Nodens ever asks of an API server; CoreDNS's stock role covers it.

import {
  type EndpointSliceObject,
  IMPORT_NAME_LABEL,
  trimSliceEndpoints,
  trimSliceHead,
} from '../objects/endpoint-slice.ts';
import { trimEndpoints } from '../objects/endpoints.ts';
import { fieldsOf } from '../objects/fields.ts';
import { type NamespaceObject, trimNamespace } from '../objects/namespace.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import { PackedEndpoints, packEndpoints } from '../objects/packed-endpoints.ts';
import { PackedSlice, packSlice } from '../objects/packed-slice.ts';
import { type PodObject, trimPod } from '../objects/pod.ts';
import { type ServiceObject, trimService } from '../objects/service.ts';
import { type ServiceImportObject, trimServiceImport } from '../objects/service-import.ts';
import { ENDPOINT_SLICE, ENDPOINTS, NAMESPACE, POD } from '../protobuf/kind-schemas.ts';
import { type ObjectDecoder, schemaDecoder } from '../protobuf/message-schema.ts';
import { decodeService } from '../protobuf/service-message.ts';

/** One kind as it is listed and watched, always cluster-wide. */
export interface Resource<T extends ObjectKey> {
  /** URL path of the collection, for example `/api/v1/services`. */
  readonly path: string;
  /** As in error texts: `services`, `endpointslices.discovery.k8s.io`. */
  readonly name: string;
  /** As in CoreDNS's log: `*v1.Service`. */
  readonly goType: string;
  /** Selector text, '' for all. */
  readonly labelSelector: string;
  readonly fieldSelector: string;
  /** One object of the API into what the store holds; undefined leaves what is stored as it is. */
  readonly trim: (raw: unknown) => readonly T[] | undefined;
  /** Whether an object may become several in the store. */
  readonly hasParts?: boolean;
  /** Reads its protobuf form; undefined for kinds that exist as JSON only. */
  readonly decode?: ObjectDecoder;
  /** What to watch in its place where the API server does not have this kind. */
  readonly legacy?: Resource<T>;
}

/** Phases in which a pod has no address any more (CoreDNS plugin/kubernetes/controller.go). */
const RUNNING_PODS = 'status.phase!=Succeeded,status.phase!=Failed,status.phase!=Unknown';

/** Services, those that `labels` selects. */
export function servicesResource(labels: string): Resource<ServiceObject> {
  return {
    path: '/api/v1/services',
    name: 'services',
    goType: '*v1.Service',
    labelSelector: labels,
    fieldSelector: '',
    trim: single(trimService),
    decode: decodeService,
  };
}

/** Namespaces, those that `namespace_labels` selects. */
export function namespacesResource(namespaceLabels: string): Resource<NamespaceObject> {
  return {
    path: '/api/v1/namespaces',
    name: 'namespaces',
    goType: '*v1.Namespace',
    labelSelector: namespaceLabels,
    fieldSelector: '',
    trim: single(trimNamespace),
    decode: schemaDecoder(NAMESPACE),
  };
}

/** EndpointSlices, or Endpoints where there are none (API servers before 1.21). */
export function endpointSlicesResource(labels: string): Resource<EndpointSliceObject> {
  return {
    path: '/apis/discovery.k8s.io/v1/endpointslices',
    name: 'endpointslices.discovery.k8s.io',
    goType: '*v1.EndpointSlice',
    labelSelector: labels,
    fieldSelector: '',
    trim: single(trimPackedSlice),
    decode: schemaDecoder(ENDPOINT_SLICE),
    legacy: {
      path: '/api/v1/endpoints',
      name: 'endpoints',
      goType: '*v1.Endpoints',
      labelSelector: labels,
      fieldSelector: '',
      trim: (raw) => trimEndpoints(raw)?.map(packSlice),
      hasParts: true,
      decode: schemaDecoder(ENDPOINTS),
    },
  };
}

/** Slices that belong to a ServiceImport. */
export function multiclusterSlicesResource(labels: string): Resource<EndpointSliceObject> {
  const { legacy: _, ...slices } = endpointSlicesResource(labels);
  const selectors = labels === '' ? [IMPORT_NAME_LABEL] : [labels, IMPORT_NAME_LABEL];
  return { ...slices, labelSelector: selectors.join(',') };
}

/** Pods that may have an address. */
export function podsResource(labels: string): Resource<PodObject> {
  return {
    path: '/api/v1/pods',
    name: 'pods',
    goType: '*v1.Pod',
    labelSelector: labels,
    fieldSelector: RUNNING_PODS,
    trim: single(trimPod),
    decode: schemaDecoder(POD),
  };
}

/** ServiceImports. CoreDNS selects them with `namespace_labels`. */
export function serviceImportsResource(namespaceLabels: string): Resource<ServiceImportObject> {
  return {
    path: '/apis/multicluster.x-k8s.io/v1alpha1/serviceimports',
    name: 'serviceimports.multicluster.x-k8s.io',
    goType: '*v1alpha1.ServiceImport',
    labelSelector: namespaceLabels,
    fieldSelector: '',
    trim: single(trimServiceImport),
  };
}

function trimPackedSlice(raw: unknown): EndpointSliceObject | undefined {
  const head = trimSliceHead(raw);
  if (head === undefined) return undefined;
  const { endpoints } = fieldsOf(raw);
  const isPacked = endpoints instanceof PackedEndpoints;
  return new PackedSlice(head, isPacked ? endpoints : packEndpoints(trimSliceEndpoints(raw)));
}

function single<T>(
  trim: (raw: unknown) => T | undefined,
): (raw: unknown) => readonly T[] | undefined {
  return (raw) => {
    const object = trim(raw);
    return object === undefined ? undefined : [object];
  };
}
