// Deployments, ReplicaSets, ReplicationControllers, StatefulSets and DaemonSets -> the pods they would have. A workload
// whose Pods are in the files gets none: what a dump shows is how the cluster was.

import { keySuffix } from './key-hash.ts';
import type { Manifest } from './manifest.ts';
import type { ManifestFields } from './manifest-fields.ts';
import {
  type ClusterPod,
  type OwnerKey,
  type PodTemplate,
  readOwner,
  readTemplate,
} from './pods.ts';
import { type Selector, workloadSelector } from './selector.ts';

/** A pod's name is its label in DNS answers; Kubernetes cuts the workload's part so that it fits. */
const MAX_NAME_PREFIX = 57;
const MAX_REPLICAS = 100_000;
const WORKLOAD_KINDS: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
]);

/** A workload as far as its pods go. */
interface Workload {
  readonly manifest: Manifest;
  readonly key: OwnerKey;
  /** The Deployment of a ReplicaSet, '' mostly. */
  readonly owner: OwnerKey;
  readonly replicas: number;
  readonly template: PodTemplate;
  readonly selector: Selector;
}

/** The pods of all workloads that have none among `pods`. Throws ManifestError. */
export function workloadPods(
  manifests: readonly Manifest[],
  pods: readonly ClusterPod[],
): readonly ClusterPod[] {
  const workloads = manifests
    .filter((manifest) => WORKLOAD_KINDS.has(manifest.kind))
    .map(readWorkload);
  const owners = new Map(workloads.map((workload) => [workload.key, workload.owner]));
  const claimed = claimedKeys(pods, owners);
  // Only pods that nobody owns are matched by label: those of two workloads may carry the same labels.
  const orphans = podsWithoutOwner(pods);
  return workloads
    .filter((workload) => !owners.has(workload.owner))
    .filter((workload) => !claimed.has(workload.key))
    .filter(({ manifest, selector }) =>
      (orphans.get(manifest.namespace) ?? []).every((pod) => !selector(pod.labels)),
    )
    .flatMap(makePods);
}

/** Also read when its pods are in the files, so that a malformed workload is an error in any case. */
function readWorkload(manifest: Manifest): Workload {
  const spec = manifest.fields.child('spec');
  const podTemplate = spec.child('template');
  const template = readTemplate(podTemplate.child('metadata'), podTemplate.child('spec'));
  return {
    manifest,
    key: `${manifest.kind}/${manifest.namespace}/${manifest.name}`,
    owner: readOwner(manifest),
    replicas: manifest.kind === 'DaemonSet' ? 1 : spec.integer('replicas', [0, MAX_REPLICAS], 1),
    template,
    selector: workloadSelector(spec, manifest.kind === 'ReplicationController', template.labels),
  };
}

/** Keys of the workloads that own a pod, directly or through a ReplicaSet. */
function claimedKeys(
  pods: readonly ClusterPod[],
  owners: ReadonlyMap<OwnerKey, OwnerKey>,
): ReadonlySet<OwnerKey> {
  const claimed = new Set<OwnerKey>();
  for (const { owner } of pods) {
    claimed.add(owner);
    claimed.add(owners.get(owner) ?? deploymentOf(owner));
  }
  return claimed;
}

/** A ReplicaSet that is not in the files still tells its Deployment: its name is `DEPLOYMENT-HASH`. */
function deploymentOf(owner: OwnerKey): OwnerKey {
  const match = /^ReplicaSet\/(.*)-[a-z0-9]+$/.exec(owner);
  return match === null ? '' : `Deployment/${match[1]}`;
}

function podsWithoutOwner(pods: readonly ClusterPod[]): ReadonlyMap<string, readonly ClusterPod[]> {
  return Map.groupBy(
    pods.filter((pod) => pod.owner === ''),
    (pod) => pod.namespace,
  );
}

/** As many pods as replicas, all like the template. */
function makePods(workload: Workload): readonly ClusterPod[] {
  const { manifest, template, key } = workload;
  const isStateful = manifest.kind === 'StatefulSet';
  const spec = manifest.fields.child('spec');
  const first = spec.child('ordinals').integer('start', [0, Number.MAX_SAFE_INTEGER], 0);
  const names = isStateful
    ? Array.from({ length: workload.replicas }, (_, index) => `${manifest.name}-${first + index}`)
    : podNames(manifest, workload.replicas);
  return names.map((name) => {
    return {
      ...template,
      ...(isStateful ? statefulIdentity(name, spec) : {}),
      namespace: manifest.namespace,
      name,
      owner: key,
      pinnedIps: [],
      needsAddress: true,
      isReady: template.ready ?? true,
      isGone: false,
      isFinished: false,
      isTerminating: false,
    };
  });
}

/** The stable network identity of a StatefulSet's pod. */
function statefulIdentity(
  name: string,
  spec: ManifestFields,
): Pick<PodTemplate, 'hostname' | 'subdomain'> {
  return { hostname: name, subdomain: spec.text('serviceName') };
}

/** `web-6b7f9d4c5x-k2p9z` for a Deployment, `web-k2p9z` for the others; made from the key, so they never change. */
function podNames(manifest: Manifest, count: number): readonly string[] {
  const key = `${manifest.kind}/${manifest.namespace}/${manifest.name}`;
  const set =
    manifest.kind === 'Deployment' ? `${manifest.name}-${keySuffix(key, 10)}` : manifest.name;
  const names = new Set<string>();
  // Thousands of replicas do meet: the next suffix of the row is taken then.
  for (let i = 0; names.size < count; i++)
    names.add(`${set.slice(0, MAX_NAME_PREFIX)}-${keySuffix(`${key}/${i}`, 5)}`);
  return [...names];
}
