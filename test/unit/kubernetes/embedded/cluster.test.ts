import { expect, test } from 'vitest';
import {
  clusterOf,
  endpointIps,
  manifestProblem,
  service,
  serviceYaml,
  slicesOf,
} from '../../../support/manifests.ts';

const podYaml = (name: string, rest: string): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\n${rest}\n`;
const names = (objects: readonly { readonly name: string }[]): string[] =>
  objects.map(({ name }) => name);

test('an empty text is a cluster with its own Services, and what is behind them', () => {
  const cluster = clusterOf('');
  expect(names(cluster.namespaces).sort()).toEqual(['default', 'kube-system']);
  expect(service(cluster, 'default/kubernetes')).toMatchObject({
    type: 'ClusterIP',
    clusterIPs: ['10.96.0.1'],
    ports: [{ name: 'https', port: 443, protocol: 'TCP' }],
  });
  expect(service(cluster, 'kube-system/kube-dns')).toMatchObject({
    clusterIPs: ['10.96.0.10'],
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      { name: 'metrics', port: 9153, protocol: 'TCP' },
    ],
  });
  expect(slicesOf(cluster, 'default/kubernetes')[0]?.ports).toEqual([
    { name: 'https', port: 6443, protocol: 'TCP' },
  ]);
  expect(endpointIps(cluster, 'kube-system/kube-dns')).toHaveLength(2);
});

test('dns_ip says where kube-dns is, in one family or both', () => {
  const options = { dnsIps: ['10.96.0.53', 'fd00::53'] };
  expect(service(clusterOf('', options), 'kube-system/kube-dns').clusterIPs).toEqual([
    '10.96.0.53',
    'fd00::53',
  ]);
});

test('Services of these names that are given take their place', () => {
  const text = `apiVersion: v1
kind: Service
metadata: {name: kubernetes, namespace: default}
spec: {clusterIP: 10.0.0.1, ports: [{name: https, port: 443}]}
---
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec: {clusterIP: 10.0.0.10, selector: {k8s-app: kube-dns}, ports: [{name: dns, port: 53, protocol: UDP}]}
`;
  const cluster = clusterOf(text);
  expect(cluster.services.map(({ clusterIPs }) => clusterIPs.join())).toEqual([
    '10.0.0.1',
    '10.0.0.10',
  ]);
  expect(endpointIps(cluster, 'default/kubernetes')).toHaveLength(1);
  expect(endpointIps(cluster, 'kube-system/kube-dns')).toEqual([]);
});

test('a dump keeps all its addresses and nothing is made up for it', () => {
  const dump = {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'kubernetes', namespace: 'default' },
        spec: { clusterIP: '10.43.0.1', clusterIPs: ['10.43.0.1'], ports: [{ port: 443 }] },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'kube-dns', namespace: 'kube-system' },
        spec: { clusterIP: '10.43.0.10', selector: { a: 'b' }, ports: [{ port: 53 }] },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { clusterIP: '10.43.9.9', selector: { app: 'web' }, ports: [{ port: 80 }] },
      },
      {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name: 'kubernetes', namespace: 'default' },
        subsets: [{ addresses: [{ ip: '192.168.1.2' }], ports: [{ port: 6443 }] }],
      },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', namespace: 'shop' },
        spec: {
          replicas: 3,
          selector: { matchLabels: { app: 'web' } },
          template: { metadata: { labels: { app: 'web' } } },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' } },
        status: {
          phase: 'Running',
          podIP: '10.42.0.7',
          conditions: [{ type: 'Ready', status: 'True' }],
        },
      },
    ],
  };
  const cluster = clusterOf(JSON.stringify(dump));
  expect(cluster.services).toHaveLength(3);
  expect(cluster.pods).toEqual([
    { namespace: 'shop', name: 'web-1', podIP: '10.42.0.7', labels: { app: 'web' } },
  ]);
  expect(endpointIps(cluster, 'shop/web')).toEqual(['10.42.0.7']);
  expect(endpointIps(cluster, 'default/kubernetes')).toEqual(['192.168.1.2']);
});

test('namespaces exist when declared, when an object of any kind names them, and when they are the default', () => {
  const text =
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: declared}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: implied}\n';
  expect(names(clusterOf(text, { defaultNamespace: 'mine' }).namespaces).sort()).toEqual([
    'declared',
    'default',
    'implied',
    'kube-system',
    'mine',
  ]);
});

test('objects without a namespace are in the default one, but for those that the cluster adds', () => {
  const cluster = clusterOf(serviceYaml('a', ''), { defaultNamespace: 'mine' });
  expect(cluster.services.map(({ namespace, name }) => `${namespace}/${name}`).sort()).toEqual([
    'default/kubernetes',
    'kube-system/kube-dns',
    'mine/a',
  ]);
});

test('pods that are finished, lost or being deleted are no pods for a watch', () => {
  const text = ['Running', 'Pending', 'Succeeded', 'Failed', 'Unknown']
    .map((phase) => podYaml(phase.toLowerCase(), `status: {phase: ${phase}, podIP: 10.244.0.1}`))
    .join('');
  const terminating = podYaml('x, deletionTimestamp: "2026-01-01T00:00:00Z"', '');
  const inDefault = clusterOf(text + terminating).pods.filter(
    ({ namespace }) => namespace === 'default',
  );
  expect(names(inDefault)).toEqual(['running', 'pending']);
});

test('label selectors of the block decide what is watched', () => {
  const labelled = (kind: string, name: string, labels: string, rest = ''): string =>
    `---\napiVersion: ${kind === 'EndpointSlice' ? 'discovery.k8s.io/v1' : 'v1'}\nkind: ${kind}\nmetadata: {name: ${name}, labels: {${labels}}}\n${rest}\n`;
  const text =
    labelled('Service', 'a', 'tier: front', 'spec: {selector: {tier: front}}') +
    labelled('Service', 'b', 'tier: back', 'spec: {selector: {tier: front}}') +
    labelled('Pod', 'p', 'tier: front') +
    labelled('Pod', 'q', 'tier: back') +
    labelled('EndpointSlice', 's', 'tier: front', 'addressType: IPv4') +
    labelled('EndpointSlice', 't', 'tier: back', 'addressType: IPv4') +
    labelled('Namespace', 'n', 'team: x') +
    labelled('Namespace', 'm', 'team: y');
  const cluster = clusterOf(text, {
    matchesLabels: (labels) => labels['tier'] === 'front',
    matchesNamespaceLabels: (labels) =>
      labels['team'] === 'x' || labels['kubernetes.io/metadata.name'] === 'default',
  });
  expect(names(cluster.services)).toEqual(['a']);
  expect(names(cluster.pods)).toEqual(['p']);
  expect(cluster.endpointSlices.map((slice) => slice.service || slice.name)).toEqual(['s', 'a']);
  expect(names(cluster.namespaces).sort()).toEqual(['default', 'n']);
});

test('bad address options are named', () => {
  expect(manifestProblem('', { serviceCidrs: ['10.0.0.0/99'] })).toBe(
    'service_cidr: "10.0.0.0/99" is no CIDR block',
  );
});
