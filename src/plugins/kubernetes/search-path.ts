// The search list of a pod (kubelet's ClusterFirst; CoreDNS: plugin/kubernetes/autopath.go): its namespace's services, all
// services, the cluster's zone, then what the host's own list has.

import { joinLabels, type Name, ROOT } from '../../dns/name.ts';

const encoder = new TextEncoder();
const SVC = encoder.encode('svc');

/** The zones in order, the root last. */
export function podSearchPath(
  namespace: string,
  zone: Name,
  hostSearch: readonly Name[],
): readonly Name[] {
  const services = [joinLabels([encoder.encode(namespace), SVC], zone), joinLabels([SVC], zone)];
  const fit = services.filter((name) => name !== undefined);
  return [...fit, zone, ...hostSearch, ROOT];
}
