// core/v1 Service, trimmed to what records are built from.

import { fieldsOf, listOf, textOf, textsOf } from './fields.ts';
import { type ObjectKey, readKey } from './object-key.ts';
import { type ServicePort, trimPortsOrSentinel } from './service-port.ts';

/** A Service. */
export interface ServiceObject extends ObjectKey {
  /** ClusterIP, NodePort, LoadBalancer or ExternalName, as in the object. */
  readonly type: string;
  /** Address texts; `['None']` is headless, `['']` a service that has no address yet. */
  readonly clusterIPs: readonly string[];
  readonly externalName: string;
  /** At least one; the sentinel port -1 when the service has none. */
  readonly ports: readonly ServicePort[];
  /** `spec.externalIPs`, then the load balancer's ingress points (IP, else host name). */
  readonly externalIPs: readonly string[];
}

/** What is looked at of any object's metadata, before it is known what it is. */
export interface ObjectMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly resourceVersion: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A Service that came trimmed already (protobuf/service-message.ts); `service` is undefined without a name. */
export class ReadService {
  readonly metadata: ObjectMetadata;
  readonly service: ServiceObject | undefined;

  constructor(metadata: ObjectMetadata, service: ServiceObject | undefined) {
    this.metadata = metadata;
    this.service = service;
  }
}

/** Keeps the fields of CoreDNS's object/service.go. */
export function trimService(raw: unknown): ServiceObject | undefined {
  if (raw instanceof ReadService) return raw.service;
  const key = readKey(raw);
  if (key === undefined) return undefined;
  const spec = fieldsOf(fieldsOf(raw).spec);
  const loadBalancer = fieldsOf(fieldsOf(fieldsOf(raw).status).loadBalancer);
  const clusterIPs = textsOf(spec.clusterIPs);
  return {
    ...key,
    type: textOf(spec.type),
    clusterIPs: clusterIPs.length > 0 ? clusterIPs : [textOf(spec.clusterIP)],
    externalName: textOf(spec.externalName),
    ports: trimPortsOrSentinel(spec.ports, 0),
    externalIPs: [...textsOf(spec.externalIPs), ...listOf(loadBalancer.ingress).map(ingressPoint)],
  };
}

function ingressPoint(raw: unknown): string {
  const ingress = fieldsOf(raw);
  return textOf(ingress.ip) || textOf(ingress.hostname);
}
