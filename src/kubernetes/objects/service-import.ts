// multicluster.x-k8s.io/v1alpha1 ServiceImport (KEP-1645), trimmed to what multicluster zones answer from.

import { fieldsOf, textOf, textsOf } from './fields.ts';
import { type ObjectKey, readKey } from './object-key.ts';
import { type ServicePort, trimPorts } from './service-port.ts';

/** A ServiceImport. */
export interface ServiceImportObject extends ObjectKey {
  /** ClusterSetIP or Headless. */
  readonly type: string;
  readonly ips: readonly string[];
  /** May be empty: unlike Services, imports get no sentinel port. */
  readonly ports: readonly ServicePort[];
}

/** Keeps the fields of CoreDNS's object/multicluster_serviceimport.go. */
export function trimServiceImport(raw: unknown): ServiceImportObject | undefined {
  const key = readKey(raw);
  if (key === undefined) return undefined;
  const spec = fieldsOf(fieldsOf(raw).spec);
  return {
    ...key,
    type: textOf(spec.type),
    ips: textsOf(spec.ips),
    ports: trimPorts(spec.ports, 0),
  };
}
