import { expect, test } from 'vitest';
import {
  clusterOf,
  endpointIps,
  manifestProblem,
  serviceYaml,
  slicesOf,
} from '../../../support/manifests.ts';

const podYaml = (name: string, ip: string, more = ''): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: web}}\nstatus: {podIP: ${ip}}\n${more}`;
const SERVICE = serviceYaml('web', 'selector: {app: web}, ports: [{port: 80, targetPort: 8080}]');

test('a selector picks the pods of its namespace', () => {
  const other = podYaml('c', '10.244.0.3').replace('app: web', 'app: db');
  const far = podYaml('d', '10.244.0.4').replace('name: d', 'name: d, namespace: far');
  const cluster = clusterOf(
    SERVICE + podYaml('b', '10.244.0.2') + podYaml('a', '10.244.0.1') + other + far,
  );
  expect(slicesOf(cluster, 'default/web')).toEqual([
    {
      namespace: 'default',
      name: expect.stringMatching(/^web-[a-z0-9]{5}$/),
      service: 'web',
      addressType: 'IPv4',
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
      endpoints: [
        { addresses: ['10.244.0.1'], hostname: '', podName: 'a', zone: '' },
        { addresses: ['10.244.0.2'], hostname: '', podName: 'b', zone: '' },
      ],
      clusterId: '',
      importName: '',
      lastChangeTriggerTime: '',
    },
  ]);
});

test('a Service without a selector, or of type ExternalName, gets no endpoints', () => {
  const text =
    serviceYaml('a', 'ports: [{port: 80}]') +
    serviceYaml('b', 'selector: {}') +
    serviceYaml('c', 'type: ExternalName, externalName: x.y, selector: {app: web}');
  const cluster = clusterOf(text + podYaml('p', '10.244.0.1'));
  expect(cluster.endpointSlices.map(({ service }) => service).sort()).toEqual([
    'kube-dns',
    'kubernetes',
  ]);
});

test.each<[string, string, boolean]>([
  ['a pod without status', 'metadata: {name: p, labels: {app: web}}', true],
  [
    'a running pod',
    'metadata: {name: p, labels: {app: web}}\nstatus: {phase: Running, podIP: 10.244.0.1}',
    true,
  ],
  [
    'a pod whose Ready condition is true',
    'metadata: {name: p, labels: {app: web}}\nstatus: {phase: Running, podIP: 10.244.0.1, conditions: [{type: Initialized, status: "True"}, {type: Ready, status: "True"}]}',
    true,
  ],
  [
    'a pod whose Ready condition is false',
    'metadata: {name: p, labels: {app: web}}\nstatus: {phase: Running, podIP: 10.244.0.1, conditions: [{type: Ready, status: "False"}]}',
    false,
  ],
  [
    'a pending pod with an address',
    'metadata: {name: p, labels: {app: web}}\nstatus: {phase: Pending, podIP: 10.244.0.1}',
    false,
  ],
  [
    'a pending pod of a dump, without address',
    'metadata: {name: p, labels: {app: web}}\nstatus: {phase: Pending}',
    false,
  ],
  [
    'a finished pod',
    'metadata: {name: p, labels: {app: web}}\nstatus: {phase: Succeeded, podIP: 10.244.0.1}',
    false,
  ],
  [
    'a pod that the annotation takes out',
    'metadata: {name: p, labels: {app: web}, annotations: {nodens.dev/ready: "false"}}',
    false,
  ],
  [
    'a pod that the annotation brings in',
    'metadata: {name: p, labels: {app: web}, annotations: {nodens.dev/ready: "true"}}\nstatus: {phase: Running, podIP: 10.244.0.1, conditions: [{type: Ready, status: "False"}]}',
    true,
  ],
  [
    'a pod that is being deleted',
    'metadata: {name: p, labels: {app: web}, deletionTimestamp: "2026-01-01T00:00:00Z"}\nstatus: {phase: Running, podIP: 10.244.0.1}',
    false,
  ],
])('readiness: %s', (_what, body, isReady) => {
  const cluster = clusterOf(`${SERVICE}---\napiVersion: v1\nkind: Pod\n${body}\n`);
  expect(endpointIps(cluster, 'default/web')).toHaveLength(isReady ? 1 : 0);
});

test.each<[string, string, number]>([
  ['the field', 'publishNotReadyAddresses: true', 1],
  ['nothing', 'publishNotReadyAddresses: false', 0],
])('pods that are not ready are published with %s', (_what, spec, count) => {
  const service = serviceYaml('web', `clusterIP: None, selector: {app: web}, ${spec}`);
  const pod = podYaml('a', '10.244.0.1').replace(
    'labels',
    'annotations: {nodens.dev/ready: "false"}, labels',
  );
  expect(endpointIps(clusterOf(service + pod), 'default/web')).toHaveLength(count);
});

test('and with the annotation that came before the field', () => {
  const service = SERVICE.replace(
    '{name: web}',
    '{name: web, annotations: {service.alpha.kubernetes.io/tolerate-unready-endpoints: "true"}}',
  );
  const pod = podYaml('a', '10.244.0.1').replace(
    'labels',
    'annotations: {nodens.dev/ready: "false"}, labels',
  );
  expect(endpointIps(clusterOf(service + pod), 'default/web')).toEqual(['10.244.0.1']);
});

test('an annotation that is neither true nor false is an error', () => {
  const pod = podYaml('a', '10.244.0.1').replace(
    'labels',
    'annotations: {nodens.dev/ready: "no"}, labels',
  );
  expect(manifestProblem(pod)).toContain(
    'metadata.annotations: nodens.dev/ready must be "true" or "false"',
  );
});

test('named target ports are looked up in each pod, and pods that differ stand in slices of their own', () => {
  const service = serviceYaml(
    'web',
    'selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}, {name: dns, port: 53, protocol: UDP, targetPort: dns}, {name: digits, port: 9, targetPort: "99"}, {name: zero, port: 7, targetPort: 0}]',
  );
  const spec = (ports: string, more = ''): string =>
    `spec: {containers: [{name: c, ports: [${ports}]}]${more}}\n`;
  const sidecar =
    ', initContainers: [{name: s, restartPolicy: Always, ports: [{name: dns, containerPort: 5353, protocol: UDP}]}, {name: i, ports: [{name: http, containerPort: 1}]}]';
  const text =
    service +
    podYaml(
      'a',
      '10.244.0.1',
      spec('{name: http, containerPort: 8080}, {name: dns, containerPort: 54}', sidecar),
    ) +
    podYaml('b', '10.244.0.2', spec('{name: http, containerPort: 9090}')) +
    podYaml('c', '10.244.0.3', spec('{containerPort: 1}'));
  const slices = slicesOf(clusterOf(text), 'default/web');
  expect(
    slices.map(({ ports, endpoints }) => [
      endpoints[0]?.podName,
      ports.map(({ name, port }) => `${name} ${port}`),
    ]),
  ).toEqual([
    ['a', ['http 8080', 'dns 5353', 'digits 99', 'zero 7']],
    ['b', ['http 9090', 'digits 99', 'zero 7']],
    ['c', ['digits 99', 'zero 7']],
  ]);
  expect(new Set(slices.map(({ name }) => name)).size).toBe(3);
});

test('a pod with hostname and subdomain is called so by the Service of that name only', () => {
  const pod = podYaml('a', '10.244.0.1', 'spec: {hostname: first, subdomain: web}\n');
  const text = SERVICE + serviceYaml('other', 'selector: {app: web}') + pod;
  const hostname = (name: string): string | undefined =>
    slicesOf(clusterOf(text), name)[0]?.endpoints[0]?.hostname;
  expect([hostname('default/web'), hostname('default/other')]).toEqual(['first', '']);
});

test('a dual-stack Service has a slice a family', () => {
  const options = {
    serviceCidrs: ['10.96.0.0/12', 'fd00:10:96::/112'],
    podCidrs: ['10.244.0.0/16', 'fd00:10:244::/56'],
  };
  const service = serviceYaml(
    'web',
    'clusterIP: None, selector: {app: web}, ipFamilyPolicy: RequireDualStack',
  );
  const pods = podYaml('b', '10.244.0.1').replace(
    'podIP: 10.244.0.1',
    'podIPs: [{ip: 10.244.0.1}, {ip: "fd00:10:244::1"}, {ip: 10.9.9.9}]',
  );
  const cluster = clusterOf(
    service + pods + podYaml('a', '').replace('status: {podIP: }', ''),
    options,
  );
  expect(
    slicesOf(cluster, 'default/web').map(({ addressType, endpoints }) => [
      addressType,
      endpoints.map(({ addresses }) => addresses.join()),
    ]),
  ).toEqual([
    ['IPv4', [expect.stringMatching(/^10\.244\./), '10.244.0.1']],
    ['IPv6', [expect.stringMatching(/^fd00:10:244::/), 'fd00:10:244::1']],
  ]);
});

test('a slice holds a hundred endpoints at most', () => {
  const pods = Array.from({ length: 250 }, (_, i) => podYaml(`p-${i}`, `10.244.1.${i}`)).join('');
  const slices = slicesOf(clusterOf(SERVICE + pods), 'default/web');
  expect(slices.map(({ endpoints }) => endpoints.length)).toEqual([100, 100, 50]);
  expect(slices[0]?.endpoints[10]?.podName).toBe('p-10');
});

test('a Service whose EndpointSlices are in the files gets no others', () => {
  const slice = `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-x, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{port: 81}]
endpoints: [{addresses: [10.1.1.1], hostname: h, zone: z1, nodeName: n1}, {addresses: [10.1.1.2], conditions: {ready: false}}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-y, labels: {kubernetes.io/service-name: web}}
addressType: FQDN
endpoints: [{addresses: [a.example]}]
---
apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets: [{addresses: [{ip: 10.2.2.2}]}]
`;
  const cluster = clusterOf(SERVICE + podYaml('a', '10.244.0.1') + slice);
  expect(endpointIps(cluster, 'default/web')).toEqual(['10.1.1.1', 'a.example']);
  expect(slicesOf(cluster, 'default/web')[0]?.endpoints[0]).toMatchObject({
    hostname: 'h',
    zone: 'z1',
  });
  expect(slicesOf(cluster, 'default/web').map(({ ports }) => ports)).toEqual([
    [{ name: '', port: 81, protocol: 'TCP' }],
    [{ name: '', port: -1, protocol: '' }],
  ]);
});

test('EndpointSlices of earlier versions tell node and zone by topology', () => {
  const slice = (version: string, type: string): string => `---
apiVersion: discovery.k8s.io/${version}
kind: EndpointSlice
metadata: {name: s-${version}, labels: {kubernetes.io/service-name: web}}
${type}
endpoints: [{addresses: ["fd00::1"], topology: {kubernetes.io/hostname: n1, topology.kubernetes.io/zone: z1}}]
`;
  const cluster = clusterOf(
    SERVICE +
      slice('v1beta1', 'addressType: IPv6') +
      slice('v1alpha1', '') +
      slice('v1', 'addressType: IP'),
  );
  expect(
    slicesOf(cluster, 'default/web').map(({ addressType, endpoints }) => [
      addressType,
      endpoints[0]?.zone,
    ]),
  ).toEqual([
    ['IPv6', 'z1'],
    ['IPv6', 'z1'],
    ['IPv6', 'z1'],
  ]);
});

test('Endpoints become the slices of their Service; those of no Service become nothing', () => {
  const endpoints = (name: string): string => `---
apiVersion: v1
kind: Endpoints
metadata: {name: ${name}}
subsets:
  - addresses: [{ip: 1.2.3.4, hostname: h}]
    notReadyAddresses: [{ip: 1.2.3.5}]
    ports: [{port: 9376}]
`;
  const cluster = clusterOf(
    SERVICE + podYaml('a', '10.244.0.1') + endpoints('web') + endpoints('nobody'),
  );
  expect(endpointIps(cluster, 'default/web')).toEqual(['1.2.3.4']);
  expect(slicesOf(cluster, 'default/web')[0]?.ports).toEqual([
    { name: '', port: 9376, protocol: 'TCP' },
  ]);
  expect(slicesOf(cluster, 'default/nobody')).toEqual([]);
});

const SLICE_HEAD =
  '---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s}\n';
const ENDPOINTS_HEAD = `${serviceYaml('e', '')}---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: e}\n`;
test.each<[string, string, string]>([
  ['a slice without address type', SLICE_HEAD, 'EndpointSlice "s": addressType: is missing'],
  ['an unknown address type', `${SLICE_HEAD}addressType: IPv5\n`, 'addressType: must be one of'],
  [
    'a slice address that is none',
    `${SLICE_HEAD}addressType: IPv4\nendpoints:\n  - addresses: [x]\n`,
    'line 7: EndpointSlice "s": endpoints[0].addresses[0]: "x" is no IP address',
  ],
  [
    'readiness of another type',
    `${SLICE_HEAD}addressType: IPv4\nendpoints: [{addresses: [], conditions: {ready: 1}}]\n`,
    'endpoints[0].conditions.ready: must be true or false',
  ],
  [
    'a slice port out of range',
    `${SLICE_HEAD}addressType: IPv4\nports: [{port: 0}]\n`,
    'ports[0].port: must be between 1 and 65535, not 0',
  ],
  [
    'an Endpoints address that is none',
    `${ENDPOINTS_HEAD}subsets: [{addresses: [{ip: x}]}]\n`,
    'subsets[0].addresses[0].ip: "x" is no IP address',
  ],
  [
    'an Endpoints address without ip',
    `${ENDPOINTS_HEAD}subsets: [{notReadyAddresses: [{}]}]\n`,
    'subsets[0].notReadyAddresses[0].ip: "" is no IP address',
  ],
  ['a pod address that is none', podYaml('a', 'x'), 'Pod "a": status.podIP: "x" is no IP address'],
  [
    'a container port out of range',
    podYaml('a', '10.0.0.1', 'spec: {containers: [{ports: [{name: x, containerPort: 99999}]}]}\n'),
    'spec.containers[0].ports[0].containerPort: must be between',
  ],
])('refuses %s', (_what, text, message) => {
  expect(manifestProblem(text)).toContain(message);
});
