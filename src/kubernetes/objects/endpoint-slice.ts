// discovery.k8s.io/v1 EndpointSlice, trimmed to its ready endpoints. Legacy Endpoints take the same shape (endpoints.ts).

import { entryOf, type Fields, fieldsOf, listOf, textOf, textsOf } from './fields.ts';
import { metadataOf, type ObjectKey, readKey } from './object-key.ts';
import { MAX_LABEL_LENGTH } from './packed-endpoints.ts';
import { type ServicePort, trimPortsOrSentinel } from './service-port.ts';

/** One ready endpoint. */
export interface EndpointAddress {
  /** Address texts as in the object (in an FQDN slice: host names). All of them count. */
  readonly addresses: readonly string[];
  readonly hostname: string;
  /** Name of the targetRef; '' when there is none or when it is too long for a label. */
  readonly podName: string;
  readonly zone: string;
}

/** An EndpointSlice but for its endpoints. */
export interface SliceHead extends ObjectKey {
  /** Name of the Service that the slice belongs to, '' when it has no such label. */
  readonly service: string;
  /** IPv4, IPv6 or FQDN. */
  readonly addressType: string;
  /** At least one; the sentinel port -1 when the slice has none. */
  readonly ports: readonly ServicePort[];
  /** Label multicluster.kubernetes.io/source-cluster or ''. */
  readonly clusterId: string;
  /** Label multicluster.kubernetes.io/service-name (the ServiceImport) or ''. */
  readonly importName: string;
  /** Time text of the change that led to this state, from an annotation, or ''. */
  readonly lastChangeTriggerTime: string;
}

/** An EndpointSlice. */
export interface EndpointSliceObject extends SliceHead {
  readonly endpoints: readonly EndpointAddress[];
}

/** Label that names a slice's Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
/** Label that names a slice's ServiceImport (KEP-1645). */
export const IMPORT_NAME_LABEL = 'multicluster.kubernetes.io/service-name';
const SOURCE_CLUSTER_LABEL = 'multicluster.kubernetes.io/source-cluster';
const TRIGGER_TIME_ANNOTATION = 'endpoints.kubernetes.io/last-change-trigger-time';

/** Keeps the fields of CoreDNS's object/endpoint.go; endpoints that are not ready are left out. */
export function trimEndpointSlice(raw: unknown): EndpointSliceObject | undefined {
  const head = trimSliceHead(raw);
  return head && { ...head, endpoints: trimSliceEndpoints(raw) };
}

/** Its ready endpoints. */
export function trimSliceEndpoints(raw: unknown): readonly EndpointAddress[] {
  return listOf(fieldsOf(raw).endpoints).map(fieldsOf).filter(isReady).map(trimEndpoint);
}

/** All the rest of it. */
export function trimSliceHead(raw: unknown): SliceHead | undefined {
  const key = readKey(raw);
  if (key === undefined) return undefined;
  const slice = fieldsOf(raw);
  const labels = metadataOf(raw).labels;
  return {
    ...key,
    service: entryOf(labels, SERVICE_NAME_LABEL),
    addressType: textOf(slice.addressType),
    ports: trimPortsOrSentinel(slice.ports, -1),
    clusterId: entryOf(labels, SOURCE_CLUSTER_LABEL),
    importName: entryOf(labels, IMPORT_NAME_LABEL),
    lastChangeTriggerTime: triggerTime(raw),
  };
}

/** The change-trigger annotation of a slice or an Endpoints object, '' when it has none. */
export function triggerTime(raw: unknown): string {
  return entryOf(metadataOf(raw).annotations, TRIGGER_TIME_ANNOTATION);
}

/** The pod name that a targetRef gives to an endpoint; '' when it would not fit into a label. */
export function targetPodName(targetRef: unknown): string {
  const name = textOf(fieldsOf(targetRef).name);
  return name.length > MAX_LABEL_LENGTH ? '' : name;
}

/** `conditions.ready` absent counts as ready; `serving` and `terminating` do not matter. */
function isReady(endpoint: Fields): boolean {
  return fieldsOf(endpoint.conditions).ready !== false;
}

function trimEndpoint(endpoint: Fields): EndpointAddress {
  return {
    addresses: textsOf(endpoint.addresses),
    hostname: textOf(endpoint.hostname),
    podName: targetPodName(endpoint.targetRef),
    zone: textOf(endpoint.zone),
  };
}
