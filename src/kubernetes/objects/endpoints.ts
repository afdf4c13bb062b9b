// core/v1 Endpoints, for API servers that have no EndpointSlices. An Endpoints object has subsets, each with its own
// ports, and may mix address families; it becomes one slice a subset and family, all in the shape of endpoint-slice.ts.

import {
  type EndpointAddress,
  type EndpointSliceObject,
  targetPodName,
  triggerTime,
} from './endpoint-slice.ts';
import { fieldsOf, listOf, textOf } from './fields.ts';
import { readKey } from './object-key.ts';
import { trimPortsOrSentinel } from './service-port.ts';

/**
 * One slice a subset, because addresses of one subset do not offer the ports of another: the first has the name of the
 * Endpoints object, later ones `NAME/1`, `NAME/2` (see partName). Addresses that are not ready are left out. Without
 * subsets there is one empty slice. Follows what CoreDNS did up to 1.8 (object/endpoint.go, ToEndpoints).
 */
export function trimEndpoints(raw: unknown): readonly EndpointSliceObject[] | undefined {
  const key = readKey(raw);
  if (key === undefined) return undefined;
  const subsets = listOf(fieldsOf(raw).subsets);
  return (subsets.length === 0 ? [undefined] : subsets).map((element, index) => {
    const subset = fieldsOf(element);
    const endpoints = listOf(subset.addresses).map(trimAddress);
    return {
      namespace: key.namespace,
      name: partName(key.name, index),
      service: key.name,
      addressType: endpoints[0]?.addresses[0]?.includes(':') ? 'IPv6' : 'IPv4',
      ports: trimPortsOrSentinel(subset.ports, 0),
      endpoints,
      clusterId: '',
      importName: '',
      lastChangeTriggerTime: triggerTime(raw),
    };
  });
}

/** Name of the object's part of that index. Object names hold no slash, so parts of two objects never collide. */
export function partName(name: string, index: number): string {
  return index === 0 ? name : `${name}/${index}`;
}

function trimAddress(raw: unknown): EndpointAddress {
  const address = fieldsOf(raw);
  return {
    addresses: [textOf(address.ip)],
    hostname: textOf(address.hostname),
    podName: targetPodName(address.targetRef),
    zone: '',
  };
}
