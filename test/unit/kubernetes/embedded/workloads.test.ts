import { expect, test } from 'vitest';
import {
  clusterOf,
  endpointIps,
  manifestProblem,
  serviceYaml,
  slicesOf,
} from '../../../support/manifests.ts';

const SERVICE = serviceYaml('web', 'selector: {app: web}, ports: [{port: 80}]');
const workload = (kind: string, apiVersion: string, spec: string, metadata = 'name: web'): string =>
  `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {${metadata}}\nspec: {${spec}}\n`;
const TEMPLATE = 'template: {metadata: {labels: {app: web}}}';
const podNames = (text: string): string[] =>
  clusterOf(text)
    .pods.filter(({ namespace }) => namespace === 'default')
    .map(({ name }) => name);

test.each<[string, string, string, RegExp, number]>([
  ['Deployment', 'apps/v1', `replicas: 3, ${TEMPLATE}`, /^web-[a-z0-9]{10}-[a-z0-9]{5}$/, 3],
  ['Deployment', 'extensions/v1beta1', TEMPLATE, /^web-[a-z0-9]{10}-[a-z0-9]{5}$/, 1],
  ['Deployment', 'apps/v1', `replicas: null, ${TEMPLATE}`, /^web-/, 1],
  ['Deployment', 'apps/v1', `replicas: 0, ${TEMPLATE}`, /^web-/, 0],
  ['ReplicaSet', 'apps/v1', `replicas: 2, ${TEMPLATE}`, /^web-[a-z0-9]{5}$/, 2],
  [
    'ReplicationController',
    'v1',
    `replicas: 2, selector: {app: web}, ${TEMPLATE}`,
    /^web-[a-z0-9]{5}$/,
    2,
  ],
  ['DaemonSet', 'apps/v1', TEMPLATE, /^web-[a-z0-9]{5}$/, 1],
  ['StatefulSet', 'apps/v1', `replicas: 3, serviceName: web, ${TEMPLATE}`, /^web-[012]$/, 3],
])('a %s (%s) {%s} gets its pods', (kind, apiVersion, spec, name, count) => {
  const text = SERVICE + workload(kind, apiVersion, spec);
  expect(podNames(text)).toHaveLength(count);
  for (const each of podNames(text)) expect(each).toMatch(name);
  expect(new Set(endpointIps(clusterOf(text), 'default/web')).size).toBe(count);
  expect(podNames(text)).toEqual(podNames(text));
});

test('thousands of replicas have names and addresses of their own', () => {
  const names = podNames(workload('Deployment', 'apps/v1', `replicas: 6000, ${TEMPLATE}`));
  expect(new Set(names).size).toBe(6000);
});

test('pods of a StatefulSet are called by their ordinals below its Service', () => {
  const text =
    SERVICE +
    workload(
      'StatefulSet',
      'apps/v1',
      `replicas: 2, serviceName: web, ordinals: {start: 5}, ${TEMPLATE}`,
    );
  expect(
    slicesOf(clusterOf(text), 'default/web')[0]?.endpoints.map(({ hostname }) => hostname),
  ).toEqual(['web-5', 'web-6']);
});

test('more than ten of them stay in order', () => {
  const text =
    SERVICE + workload('StatefulSet', 'apps/v1', `replicas: 11, serviceName: web, ${TEMPLATE}`);
  const names = slicesOf(clusterOf(text), 'default/web')[0]?.endpoints.map(
    ({ podName }) => podName,
  );
  expect([names?.[1], names?.[2], names?.[10]]).toEqual(['web-1', 'web-2', 'web-10']);
});

test('a template says hostname, subdomain, port names and readiness of all its pods', () => {
  const service = serviceYaml(
    'web',
    'selector: {app: web}, publishNotReadyAddresses: true, ports: [{port: 80, targetPort: http}]',
  );
  const template =
    'template: {metadata: {labels: {app: web}, annotations: {nodens.dev/ready: "false"}}, spec: {hostname: h, subdomain: web, containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}}';
  const cluster = clusterOf(
    service +
      serviceYaml('strict', 'selector: {app: web}') +
      workload('Deployment', 'apps/v1', template),
  );
  expect(slicesOf(cluster, 'default/web')[0]).toMatchObject({
    ports: [{ port: 8080 }],
    endpoints: [{ hostname: 'h' }],
  });
  expect(endpointIps(cluster, 'default/strict')).toEqual([]);
});

const pod = (metadata: string): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, ${metadata}}\nstatus: {phase: Running, podIP: 10.244.9.9}\n`;
const owned = (kind: string, name: string): string =>
  `labels: {app: web}, ownerReferences: [{kind: Node, name: n}, {kind: ${kind}, name: ${name}, controller: true}]`;

test.each<[string, string, string]>([
  [
    'label',
    workload('Deployment', 'apps/v1', `replicas: 2, ${TEMPLATE}`),
    pod('labels: {app: web}'),
  ],
  [
    'selector',
    workload('Deployment', 'apps/v1', `selector: {matchLabels: {x: y}}, ${TEMPLATE}`),
    pod('labels: {x: y}'),
  ],
  ['owner', workload('StatefulSet', 'apps/v1', TEMPLATE), pod(owned('StatefulSet', 'web'))],
  [
    'a single owner that is no controller',
    workload('DaemonSet', 'apps/v1', TEMPLATE),
    pod('ownerReferences: [{kind: DaemonSet, name: web}]'),
  ],
  [
    'ReplicaSet that is not in the files',
    workload('Deployment', 'apps/v1', TEMPLATE),
    pod(owned('ReplicaSet', 'web-5d8b6f7c94')),
  ],
  [
    'ReplicaSet of any name in the files',
    workload('Deployment', 'apps/v1', TEMPLATE) +
      workload(
        'ReplicaSet',
        'apps/v1',
        TEMPLATE,
        'name: rs, ownerReferences: [{kind: Deployment, name: web, controller: true}]',
      ),
    pod(owned('ReplicaSet', 'rs')),
  ],
])('a workload whose pods are in the files gets no others (by %s)', (_how, manifests, pods) => {
  expect(podNames(manifests + pods)).toEqual(['p']);
});

test.each<[string, string]>([
  ['other labels', pod('labels: {app: db}')],
  ['another owner', pod(owned('StatefulSet', 'db'))],
  ['another namespace', pod('namespace: far, labels: {app: web}')],
])('pods with %s do not count', (_how, pods) => {
  expect(
    podNames(workload('Deployment', 'apps/v1', TEMPLATE) + pods).filter((name) => name !== 'p'),
  ).toHaveLength(1);
});

test('a ReplicaSet leaves the pods to its Deployment, unless that is not in the files', () => {
  const replicaSet = workload(
    'ReplicaSet',
    'apps/v1',
    `replicas: 2, ${TEMPLATE}`,
    'name: web-1, ownerReferences: [{kind: Deployment, name: web, controller: true}]',
  );
  expect(
    podNames(workload('Deployment', 'apps/v1', `replicas: 1, ${TEMPLATE}`) + replicaSet),
  ).toHaveLength(1);
  expect(podNames(replicaSet)).toHaveLength(2);
});

test.each<[string, string, boolean]>([
  ['In', '{key: app, operator: In, values: [a, web]}', true],
  ['In, other values', '{key: app, operator: In, values: [a]}', false],
  ['NotIn', '{key: app, operator: NotIn, values: [a]}', true],
  ['NotIn, of no label', '{key: tier, operator: NotIn, values: [a]}', true],
  ['NotIn, its value', '{key: app, operator: NotIn, values: [web]}', false],
  ['Exists', '{key: app, operator: Exists}', true],
  ['Exists, another key', '{key: tier, operator: Exists}', false],
  ['DoesNotExist', '{key: tier, operator: DoesNotExist}', true],
  ['DoesNotExist, but it does', '{key: app, operator: DoesNotExist}', false],
])('matchExpressions: %s', (_what, expression, isMatch) => {
  const text = workload(
    'Deployment',
    'apps/v1',
    `selector: {matchExpressions: [${expression}]}, ${TEMPLATE}`,
  );
  expect(podNames(text + pod('labels: {app: web}'))).toHaveLength(isMatch ? 1 : 2);
  const both = workload(
    'Deployment',
    'apps/v1',
    `selector: {matchLabels: {app: web}, matchExpressions: [${expression}]}, ${TEMPLATE}`,
  );
  expect(podNames(both + pod('labels: {app: web}'))).toHaveLength(isMatch ? 1 : 2);
});

test('a ReplicationController without selector takes the labels of its template', () => {
  expect(
    podNames(workload('ReplicationController', 'v1', TEMPLATE) + pod('labels: {app: web}')),
  ).toEqual(['p']);
});

test.each<[string, string, string]>([
  [
    'an unknown operator',
    `selector: {matchExpressions: [{key: a, operator: Is}]}, ${TEMPLATE}`,
    'spec.selector.matchExpressions[0].operator: must be one of',
  ],
  [
    'no operator',
    `selector: {matchExpressions: [{key: a}]}, ${TEMPLATE}`,
    'spec.selector.matchExpressions[0].operator: is missing',
  ],
  ['negative replicas', 'replicas: -1', 'spec.replicas: must be between 0 and 100000, not -1'],
  ['replicas as text', 'replicas: "2"', 'spec.replicas: must be an integer, not the string "2"'],
  ['a template that is a list', 'template: []', 'spec.template: must be a map, not a list'],
])('refuses %s', (_what, spec, message) => {
  expect(manifestProblem(workload('Deployment', 'apps/v1', spec))).toContain(message);
});

test('a pod block that is used up is an error', () => {
  const text = workload('Deployment', 'apps/v1', `replicas: 20, ${TEMPLATE}`);
  expect(manifestProblem(text, { podCidrs: ['10.0.0.0/28'] })).toMatch(
    /^pod_cidr: 10\.0\.0\.0\/28 has no address left for /,
  );
});
