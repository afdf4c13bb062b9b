// The endpoint slice controller for one Service: the pods that its selector picks, grouped by the ports that they offer,
// a family at a time. Pods that are not ready are kept as such, so that trimming decides what DNS sees.

import { type Family, familyOf } from './address-range.ts';
import { keySuffix } from './key-hash.ts';
import { type LabelledSlice, makeSlice } from './labelled-slice.ts';
import type { ClusterPod } from './pods.ts';
import { mapSelector } from './selector.ts';
import type { ClusterService, ClusterServicePort } from './services.ts';

/** A pod with its addresses, pinned or assigned. */
export interface AddressedPod extends ClusterPod {
  readonly ips: readonly string[];
}

/** A port of a slice, in the form of the API. */
interface SlicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** The controller's default for the number of endpoints of a slice. */
const MAX_ENDPOINTS = 100;
/** Service part of a slice's name, so that a dash and the suffix still fit into 63 characters. */
const MAX_NAME_PREFIX = 57;

/** The slices of a Service; none for ExternalName and for a Service without selector. */
export function selectorSlices(
  service: ClusterService,
  pods: readonly AddressedPod[],
): readonly LabelledSlice[] {
  const matches = mapSelector(service.selector);
  const backends = pods
    .filter((pod) => !pod.isFinished && matches(pod.labels))
    .sort((a, b) => nameOrder.compare(a.name, b.name));
  return service.families.flatMap((family) => familySlices(service, family, backends));
}

/** web-2 stands before web-10. */
const nameOrder = new Intl.Collator('en', { numeric: true });

/** Pods without an address of the family are no endpoints in it. */
function familySlices(
  service: ClusterService,
  family: Family,
  pods: readonly AddressedPod[],
): readonly LabelledSlice[] {
  const reachable = pods.flatMap((pod) => {
    const address = pod.ips.find((ip) => familyOf(ip) === family);
    return address === undefined ? [] : [{ pod, address, ports: resolvePorts(service.ports, pod) }];
  });
  const groups = Map.groupBy(reachable, ({ ports }) => JSON.stringify(ports));
  return [...groups].flatMap(([portsKey, members]) =>
    Array.from({ length: Math.ceil(members.length / MAX_ENDPOINTS) }, (_, chunk) => {
      const part = members.slice(chunk * MAX_ENDPOINTS, (chunk + 1) * MAX_ENDPOINTS);
      const endpoints = part.map(({ pod, address }) => rawEndpoint(service, pod, address));
      return makeSlice({
        namespace: service.namespace,
        name: sliceName(service, `${family}/${portsKey}/${chunk}`),
        service: service.name,
        // The controller copies the Service's labels, so that a label selector meets both.
        labels: service.manifest.labels,
        addressType: family,
        ports: members[0]?.ports ?? [],
        endpoints,
      });
    }),
  );
}

/** Named target ports are looked up in the pod; a port that the pod does not have is left out for it. */
function resolvePorts(
  ports: readonly ClusterServicePort[],
  pod: AddressedPod,
): readonly SlicePort[] {
  return ports.flatMap(({ name, protocol, targetPort }) => {
    const port =
      typeof targetPort === 'number'
        ? targetPort
        : pod.ports.find((named) => named.name === targetPort && named.protocol === protocol)?.port;
    return port === undefined ? [] : [{ name, port, protocol }];
  });
}

/** One endpoint; it has its hostname only below the Service that is the pod's subdomain. */
function rawEndpoint(service: ClusterService, pod: AddressedPod, address: string): object {
  const isNamed = pod.hostname !== '' && pod.subdomain === service.name;
  return {
    addresses: [address],
    conditions: { ready: service.publishesNotReady || (pod.isReady && !pod.isTerminating) },
    ...(isNamed ? { hostname: pod.hostname } : {}),
    targetRef: { kind: 'Pod', namespace: pod.namespace, name: pod.name },
  };
}

function sliceName(service: ClusterService, part: string): string {
  return `${service.name.slice(0, MAX_NAME_PREFIX)}-${keySuffix(part, 5)}`;
}
