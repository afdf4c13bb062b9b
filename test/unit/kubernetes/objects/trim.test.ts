// What is kept of each kind, from objects as the API server sends them.

import { expect, test } from 'vitest';
import { trimEndpointSlice } from '../../../../src/kubernetes/objects/endpoint-slice.ts';
import { trimEndpoints } from '../../../../src/kubernetes/objects/endpoints.ts';
import { trimNamespace } from '../../../../src/kubernetes/objects/namespace.ts';
import { trimPod } from '../../../../src/kubernetes/objects/pod.ts';
import { trimService } from '../../../../src/kubernetes/objects/service.ts';
import { trimServiceImport } from '../../../../src/kubernetes/objects/service-import.ts';

const metadata = { namespace: 'ns', name: 'a', uid: 'x', managedFields: [{}] };
const key = { namespace: 'ns', name: 'a' };

test.each([
  trimService,
  trimNamespace,
  trimPod,
  trimServiceImport,
  trimEndpointSlice,
  trimEndpoints,
])('takes nothing that has no name (%o)', (trim) => {
  for (const raw of [undefined, null, 1, 'x', [], {}, { metadata: 1 }, { metadata: { name: 5 } }]) {
    expect(trim(raw)).toBeUndefined();
  }
});

test('keeps the name of a namespace', () => {
  expect(trimNamespace({ metadata: { name: 'ns', namespace: 'odd' } })).toEqual({
    namespace: '',
    name: 'ns',
  });
});

test('keeps addresses, ports, external names and load balancer points of a service', () => {
  const raw = {
    metadata,
    spec: {
      type: 'LoadBalancer',
      clusterIP: '10.0.0.1',
      clusterIPs: ['10.0.0.1', '10::1'],
      externalName: 'x.example',
      externalIPs: ['1.2.3.4'],
      ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 'x' }, { port: 80 }],
    },
    status: { loadBalancer: { ingress: [{ ip: '5.6.7.8', hostname: 'no' }, { hostname: 'lb' }] } },
  };
  expect(trimService(raw)).toEqual({
    ...key,
    type: 'LoadBalancer',
    clusterIPs: ['10.0.0.1', '10::1'],
    externalName: 'x.example',
    externalIPs: ['1.2.3.4', '5.6.7.8', 'lb'],
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: '', port: 80, protocol: '' },
    ],
  });
});

test('takes what a port does not say as Go does: no protocol, port 0', () => {
  const ports = [{ name: 'http' }];
  const none = { name: 'http', port: 0, protocol: '' };
  expect(trimService({ metadata, spec: { ports } })?.ports).toEqual([none]);
  expect(trimServiceImport({ metadata, spec: { ports } })?.ports).toEqual([none]);
});

test.each([
  ['clusterIP alone', { clusterIP: 'None' }, ['None']],
  ['an empty list', { clusterIP: '10.0.0.1', clusterIPs: [] }, ['10.0.0.1']],
  ['neither', {}, ['']],
])('reads the address of a service with %s', (_, spec, clusterIPs) => {
  const trimmed = trimService({ metadata, spec });
  expect(trimmed?.clusterIPs).toEqual(clusterIPs);
  expect(trimmed?.ports).toEqual([{ name: '', port: -1, protocol: '' }]);
});

test('keeps ready endpoints, their names and the labels of a slice', () => {
  const labels = {
    'kubernetes.io/service-name': 'svc',
    'multicluster.kubernetes.io/service-name': 'import',
    'multicluster.kubernetes.io/source-cluster': 'c1',
  };
  const annotations = {
    'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z',
  };
  const endpoint = { addresses: ['1.1.1.1', '1.1.1.2'], hostname: 'h', zone: 'z' };
  const raw = {
    metadata: { ...metadata, labels, annotations },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }, { name: 'all' }],
    endpoints: [
      { ...endpoint, conditions: { ready: true, terminating: true }, targetRef: { name: 'pod' } },
      { addresses: ['1.1.1.3'], conditions: { ready: false, serving: true } },
      { addresses: ['1.1.1.4'], conditions: { ready: null }, targetRef: { name: 'p'.repeat(63) } },
      { addresses: ['1.1.1.5'], targetRef: { name: 'p'.repeat(64) } },
    ],
  };
  const rest = { hostname: '', zone: '' };
  expect(trimEndpointSlice(raw)).toEqual({
    ...key,
    service: 'svc',
    importName: 'import',
    clusterId: 'c1',
    addressType: 'IPv4',
    lastChangeTriggerTime: '2026-01-01T00:00:00Z',
    ports: [
      { name: 'http', port: 80, protocol: 'TCP' },
      { name: 'all', port: -1, protocol: '' },
    ],
    endpoints: [
      { ...endpoint, podName: 'pod' },
      { ...rest, addresses: ['1.1.1.4'], podName: 'p'.repeat(63) },
      { ...rest, addresses: ['1.1.1.5'], podName: '' },
    ],
  });
});

test('gives a slice without labels, ports and endpoints its empty forms', () => {
  expect(trimEndpointSlice({ metadata, endpoints: null, ports: null })).toEqual({
    ...key,
    service: '',
    importName: '',
    clusterId: '',
    addressType: '',
    lastChangeTriggerTime: '',
    ports: [{ name: '', port: -1, protocol: '' }],
    endpoints: [],
  });
});

test('makes a slice of each subset of an Endpoints object', () => {
  const address = { ip: '1.1.1.1', hostname: 'h', nodeName: 'n', targetRef: { name: 'pod' } };
  const slices = trimEndpoints({
    metadata,
    subsets: [
      { addresses: [address], notReadyAddresses: [{ ip: '1.1.1.2' }], ports: [{ port: 80 }] },
      { addresses: [{ ip: '10::1' }] },
    ],
  });
  expect(slices).toMatchObject([
    { ...key, service: 'a', addressType: 'IPv4', ports: [{ port: 80 }] },
    { namespace: 'ns', name: 'a/1', service: 'a', addressType: 'IPv6', ports: [{ port: -1 }] },
  ]);
  expect(slices?.map(({ endpoints }) => endpoints)).toEqual([
    [{ addresses: ['1.1.1.1'], hostname: 'h', podName: 'pod', zone: '' }],
    [{ addresses: ['10::1'], hostname: '', podName: '', zone: '' }],
  ]);
  expect(trimEndpoints({ metadata })).toMatchObject([{ ...key, endpoints: [] }]);
});

test('keeps address and labels of a pod, and passes over one that is being deleted', () => {
  const labels = { app: 'web', odd: 5 };
  const raw = { metadata: { ...metadata, labels }, status: { podIP: '1.1.1.1', podIPs: [] } };
  expect(trimPod(raw)).toEqual({ ...key, podIP: '1.1.1.1', labels: { app: 'web' } });
  expect(trimPod({ metadata })).toEqual({ ...key, podIP: '', labels: {} });
  const deleted = { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
  expect(trimPod({ ...raw, metadata: deleted })).toBeUndefined();
});

test('keeps an import without ports without ports', () => {
  const spec = { type: 'ClusterSetIP', ips: ['10.0.0.1'], ports: [{ name: 'http', port: 80 }] };
  expect(trimServiceImport({ metadata, spec })).toEqual({
    ...key,
    type: 'ClusterSetIP',
    ips: ['10.0.0.1'],
    ports: [{ name: 'http', port: 80, protocol: '' }],
  });
  expect(trimServiceImport({ metadata })).toEqual({ ...key, type: '', ips: [], ports: [] });
});
