// Which objects manifests mode understands: a kind counts only together with an API group and version that had it, so
// that a Knative Service, say, is not taken for a core Service. All other kinds are passed over.

/** The kinds that DNS records come from, directly or through the controllers. */
export const KINDS = [
  'Namespace',
  'Service',
  'Endpoints',
  'EndpointSlice',
  'Pod',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
] as const;

/** One of the kinds. */
export type Kind = (typeof KINDS)[number];

const CORE = ['v1'];
const DISCOVERY = ['discovery.k8s.io/v1alpha1', 'discovery.k8s.io/v1beta1', 'discovery.k8s.io/v1'];

/** Every apiVersion that a kind has ever had, oldest first. */
const API_VERSIONS: Readonly<Record<Kind, readonly string[]>> = {
  Namespace: CORE,
  Service: CORE,
  Endpoints: CORE,
  EndpointSlice: DISCOVERY,
  Pod: CORE,
  Deployment: ['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2', 'apps/v1'],
  ReplicaSet: ['extensions/v1beta1', 'apps/v1beta2', 'apps/v1'],
  ReplicationController: CORE,
  StatefulSet: ['apps/v1beta1', 'apps/v1beta2', 'apps/v1'],
  DaemonSet: ['extensions/v1beta1', 'apps/v1beta2', 'apps/v1'],
};

/** The kind of an object, undefined when it is one to pass over. */
export function knownKind(apiVersion: string, kind: string): Kind | undefined {
  const known = KINDS.find((name) => name === kind);
  return known !== undefined && API_VERSIONS[known].includes(apiVersion) ? known : undefined;
}
