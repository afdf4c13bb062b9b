// What every cluster has although no file says so: the Services default/kubernetes and kube-system/kube-dns, the pods
// behind kube-dns, and the endpoint of the API server. A manifest of the same name takes the place of each.

import { type AddressPlan, familyOf } from './address-range.ts';
import { type LabelledSlice, makeSlice } from './labelled-slice.ts';
import { type Manifest, readManifests } from './manifest.ts';
import type { ManifestPlace } from './manifest-error.ts';

/** Key under which the API server gets its endpoint address. */
export const apiServerKey = 'API server';

/** Errors name these objects as the cluster's own. */
const NO_PLACE: ManifestPlace = { file: 'of the cluster itself', document: 0, line: 0 };

const DNS_LABELS = { 'k8s-app': 'kube-dns' };

/** The objects that are missing among the manifests. */
export function implicitManifests(
  manifests: readonly Manifest[],
  plan: AddressPlan,
): readonly Manifest[] {
  const present = new Set(manifests.map(keyOf));
  const isMissing = (manifest: Manifest): boolean => !present.has(keyOf(manifest));
  const candidates = [apiServerService(plan), dnsService(plan), dnsDeployment()];
  // Through the same reader as files, so that nothing is different about them.
  const implicit = readManifests(
    [
      {
        file: 'kube-system',
        text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: candidates }),
      },
    ],
    'default',
  ).manifests.map((manifest) => ({
    ...manifest,
    place: () => NO_PLACE,
  }));
  const missing = implicit.filter(isMissing);
  // Whoever brings kube-dns brings what is behind it.
  const hasOwnDns = present.has('Service/kube-system/kube-dns');
  return hasOwnDns ? missing.filter((manifest) => manifest.kind === 'Service') : missing;
}

function keyOf(manifest: Manifest): string {
  return `${manifest.kind}/${manifest.namespace}/${manifest.name}`;
}

/** The API server's own Service; it has no selector, its slice is below. */
function apiServerService(plan: AddressPlan): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'default', name: 'kubernetes', labels: { component: 'apiserver' } },
    spec: {
      clusterIP: plan.apiServerIp,
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    },
  };
}

/** As kubeadm makes it. */
function dnsService(plan: AddressPlan): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'kube-system', name: 'kube-dns', labels: DNS_LABELS },
    spec: {
      selector: DNS_LABELS,
      clusterIP: plan.dnsIps[0],
      clusterIPs: plan.dnsIps,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        { name: 'metrics', port: 9153, protocol: 'TCP' },
      ],
    },
  };
}

/** Two replicas, as kubeadm has them. */
function dnsDeployment(): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'kube-system', name: 'coredns', labels: DNS_LABELS },
    spec: { replicas: 2, template: { metadata: { labels: DNS_LABELS } } },
  };
}

/** The slice that an API server keeps for default/kubernetes, in the family of its first address. */
export function apiServerSlice(ips: readonly string[]): LabelledSlice {
  const ip = ips[0] ?? '';
  return makeSlice({
    namespace: 'default',
    name: 'kubernetes',
    service: 'kubernetes',
    labels: {},
    addressType: familyOf(ip) ?? 'IPv4',
    ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
    endpoints: [{ addresses: [ip] }],
  });
}
