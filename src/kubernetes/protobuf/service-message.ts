// A core/v1 Service out of its protobuf form, at once as the store holds it: what trimService makes of the object in the shape of
// JSON, in a third of the steps. A start waits for services, and reads them with code that has hardly run before.

import { type ObjectMetadata, ReadService, type ServiceObject } from '../objects/service.ts';
import { trimPortsOrSentinel } from '../objects/service-port.ts';
import { PORTS } from './kind-schemas.ts';
import { readEntry, readShared } from './message-schema.ts';
import { type ProtobufReader, WIRE_SIZED } from './protobuf-reader.ts';

/** Field numbers of metav1.ObjectMeta. */
const NAME_FIELD = 1;
const NAMESPACE_FIELD = 3;
const VERSION_FIELD = 6;
const ANNOTATIONS_FIELD = 12;
/** Field numbers of Service, ServiceSpec, ServiceStatus, LoadBalancerStatus and LoadBalancerIngress (k8s.io/api, core/v1). */
const METADATA_FIELD = 1;
const SPEC_FIELD = 2;
const STATUS_FIELD = 3;
const PORTS_FIELD = 1;
const CLUSTER_IP_FIELD = 3;
const TYPE_FIELD = 4;
const EXTERNAL_IPS_FIELD = 5;
const EXTERNAL_NAME_FIELD = 10;
const CLUSTER_IPS_FIELD = 18;
const LOAD_BALANCER_FIELD = 1;
const INGRESS_FIELD = 1;
const INGRESS_IP_FIELD = 1;
const INGRESS_HOSTNAME_FIELD = 2;

/** Decodes the message from the reader's place to `end`. Throws RuntimeFault API_MALFORMED. */
export function decodeService(reader: ProtobufReader, end: number): ReadService {
  const draft = new Draft();
  while (reader.nextSized(end)) {
    const { field, valueEnd } = reader;
    if (field === METADATA_FIELD) draft.metadata = readMetadata(reader, valueEnd);
    else if (field === SPEC_FIELD) readSpec(reader, valueEnd, draft);
    else if (field === STATUS_FIELD) readStatus(reader, valueEnd, draft);
    reader.at = valueEnd;
  }
  return new ReadService(draft.metadata, finish(draft));
}

/** Of most services. */
const NO_ANNOTATIONS: Record<string, string> = Object.freeze({});
const NO_METADATA: ObjectMetadata = Object.freeze({
  name: '',
  namespace: '',
  resourceVersion: '',
  annotations: NO_ANNOTATIONS,
});

/** What has been read of a service. */
class Draft {
  metadata: ObjectMetadata = NO_METADATA;
  type = '';
  clusterIp = '';
  readonly clusterIps: string[] = [];
  externalName = '';
  ports: readonly unknown[] = [];
  readonly externalIps: string[] = [];
  readonly ingressPoints: string[] = [];
}

function readMetadata(reader: ProtobufReader, end: number): ObjectMetadata {
  const metadata = { name: '', namespace: '', resourceVersion: '', annotations: NO_ANNOTATIONS };
  while (reader.nextSized(end)) {
    const { field, valueEnd } = reader;
    if (field === NAME_FIELD) metadata.name = reader.text(valueEnd);
    else if (field === NAMESPACE_FIELD) metadata.namespace = reader.text(valueEnd);
    else if (field === VERSION_FIELD) metadata.resourceVersion = reader.text(valueEnd);
    else if (field === ANNOTATIONS_FIELD) {
      if (metadata.annotations === NO_ANNOTATIONS) metadata.annotations = {};
      readEntry(reader, valueEnd, metadata.annotations);
    }
    reader.at = valueEnd;
  }
  return metadata;
}

function readSpec(reader: ProtobufReader, end: number, draft: Draft): void {
  while (reader.next(end)) {
    if (reader.wireType !== WIRE_SIZED) reader.skip(end);
    else if (reader.field === PORTS_FIELD) {
      const ports = readShared(reader, end, PORTS);
      draft.ports = draft.ports.length === 0 ? ports : [...draft.ports, ...ports];
    } else readText(reader, reader.sizedEnd(end), draft);
  }
}

function readText(reader: ProtobufReader, end: number, draft: Draft): void {
  switch (reader.field) {
    case CLUSTER_IP_FIELD:
      draft.clusterIp = reader.text(end);
      break;
    case TYPE_FIELD:
      draft.type = reader.text(end);
      break;
    case EXTERNAL_IPS_FIELD:
      draft.externalIps.push(reader.text(end));
      break;
    case EXTERNAL_NAME_FIELD:
      draft.externalName = reader.text(end);
      break;
    case CLUSTER_IPS_FIELD:
      draft.clusterIps.push(reader.text(end));
      break;
    default:
      reader.at = end;
  }
}

function readStatus(reader: ProtobufReader, end: number, draft: Draft): void {
  while (reader.nextSized(end)) {
    const { field, valueEnd } = reader;
    if (field === LOAD_BALANCER_FIELD) readLoadBalancer(reader, valueEnd, draft);
    reader.at = valueEnd;
  }
}

function readLoadBalancer(reader: ProtobufReader, end: number, { ingressPoints }: Draft): void {
  while (reader.nextSized(end)) {
    const { field, valueEnd } = reader;
    if (field === INGRESS_FIELD) ingressPoints.push(readIngressPoint(reader, valueEnd));
    reader.at = valueEnd;
  }
}

/** The address of an ingress point, else its host name. */
function readIngressPoint(reader: ProtobufReader, end: number): string {
  let ip = '';
  let hostname = '';
  while (reader.nextSized(end)) {
    const { field, valueEnd } = reader;
    if (field === INGRESS_IP_FIELD) ip = reader.text(valueEnd);
    else if (field === INGRESS_HOSTNAME_FIELD) hostname = reader.text(valueEnd);
    reader.at = valueEnd;
  }
  return ip || hostname;
}

/** Undefined without a name. */
function finish(draft: Draft): ServiceObject | undefined {
  const { name, namespace } = draft.metadata;
  if (name === '') return undefined;
  return {
    namespace,
    name,
    type: draft.type,
    clusterIPs: draft.clusterIps.length > 0 ? draft.clusterIps : [draft.clusterIp],
    externalName: draft.externalName,
    ports: trimPortsOrSentinel(draft.ports, 0),
    externalIPs:
      draft.ingressPoints.length === 0
        ? draft.externalIps
        : [...draft.externalIps, ...draft.ingressPoints],
  };
}
