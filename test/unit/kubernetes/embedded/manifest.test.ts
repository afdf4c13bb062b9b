import { expect, test } from 'vitest';
import { readManifests } from '../../../../src/kubernetes/embedded/manifest.ts';
import { clusterOf, manifestProblem, service, serviceYaml } from '../../../support/manifests.ts';

const read = (text: string): string[] =>
  readManifests([{ file: 'f', text }], 'default').manifests.map(
    ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`,
  );

test('opens Lists, typed lists and lists in lists', () => {
  const item = (name: string): string =>
    `{"apiVersion":"v1","kind":"Service","metadata":{"name":"${name}"}}`;
  const list = `{"apiVersion":"v1","kind":"List","items":[${item('a')},{"apiVersion":"v1","kind":"List","items":[${item('b')}]}]}`;
  const typed =
    '{"apiVersion":"v1","kind":"ServiceList","items":[{"metadata":{"name":"c","namespace":"n"}}]}';
  expect(read(list + typed)).toEqual(['Service default/a', 'Service default/b', 'Service n/c']);
});

test('passes over other kinds and other groups, counts them, and learns their namespaces', () => {
  const text = `
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: team}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: b}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: c}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: 'system:coredns'}
`;
  const set = readManifests([{ file: 'f', text }], 'default');
  expect(set.manifests).toEqual([]);
  expect([...set.passedOver]).toEqual([
    ['ConfigMap', 2],
    ['Service', 1],
    ['ClusterRole', 1],
  ]);
  expect([...set.namespaces]).toEqual(['team']);
});

test.each([
  ['Deployment', ['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2', 'apps/v1']],
  ['ReplicaSet', ['extensions/v1beta1', 'apps/v1beta2', 'apps/v1']],
  ['StatefulSet', ['apps/v1beta1', 'apps/v1beta2', 'apps/v1']],
  ['DaemonSet', ['extensions/v1beta1', 'apps/v1beta2', 'apps/v1']],
  [
    'EndpointSlice',
    ['discovery.k8s.io/v1alpha1', 'discovery.k8s.io/v1beta1', 'discovery.k8s.io/v1'],
  ],
  ['ReplicationController', ['v1']],
  ['Endpoints', ['v1']],
  ['Pod', ['v1']],
])('knows %s in every version that it had', (kind, versions) => {
  for (const apiVersion of versions)
    expect(read(JSON.stringify({ apiVersion, kind, metadata: { name: 'x' } }))).toEqual([
      `${kind} default/x`,
    ]);
  expect(read(JSON.stringify({ apiVersion: 'other/v1', kind, metadata: { name: 'x' } }))).toEqual(
    [],
  );
});

test.each<[string, string, string]>([
  ['no object', '- a\n- b\n', 'document 1, line 1: not a Kubernetes object but a list'],
  [
    'no kind',
    'a: 1\n---\napiVersion: v1\n',
    'document 1, line 1: not a Kubernetes object: kind is missing',
  ],
  [
    'no apiVersion',
    '\nkind: Service\n',
    'document 1, line 2: not a Kubernetes object: apiVersion is missing',
  ],
  [
    'no name',
    'apiVersion: v1\nkind: Service\nmetadata:\n  labels: {}\n',
    'document 1, line 4: Service "": metadata.name: is missing',
  ],
  [
    'a number as name',
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: 12\n',
    'document 1, line 4: metadata.name: must be a string, not the number 12',
  ],
  [
    'a template that was not rendered',
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.x }}\n',
    'document 1, line 4: metadata.name: must be a string, not a map',
  ],
  [
    'capitals in a name',
    serviceYaml('Web', ''),
    'line 4: Service "Web": metadata.name: "Web" is no valid name of a Service',
  ],
  [
    'an invalid namespace',
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: a.b\n',
    'line 5: Pod "a": metadata.namespace: "a.b" is no valid namespace name',
  ],
  [
    'a boolean label',
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels:\n    app: yes\n',
    'line 6: Pod "a": metadata.labels: "app" must be a string, not the boolean true: put it in quotes',
  ],
  [
    'labels that are no map',
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: [b]}\n',
    'metadata.labels: must be a map, not a list',
  ],
  [
    'metadata that is no map',
    'apiVersion: v1\nkind: Pod\nmetadata: x\n',
    'metadata: must be a map, not the string "x"',
  ],
  [
    'items that are no list',
    'apiVersion: v1\nkind: List\nitems: {a: 1}\n',
    'line 3: items: must be a list, not a map',
  ],
  [
    'an item that is no object',
    'apiVersion: v1\nkind: List\nitems:\n  - null\n',
    'line 4: not a Kubernetes object but nothing',
  ],
  [
    'an item deep in a list',
    'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Service\n    metadata: {name: a}\n    spec:\n      ports:\n        - port: x\n',
    'document 1, line 9: Service "a": spec.ports[0].port: must be an integer, not the string "x"',
  ],
])('refuses %s and says where', (_what, text, message) => {
  expect(manifestProblem(text)).toContain(message);
  expect(manifestProblem(text)).toMatch(/^standard input: /);
});

test('reads null fields like absent ones, and null map values like empty strings', () => {
  const cluster = clusterOf(
    'apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {x: null}, namespace: null}\nspec: {selector: null, ports: null, type: null}\nstatus: null\n',
  );
  expect(service(cluster, 'default/a').type).toBe('ClusterIP');
});

// A regression: finding the place of every object made a second parser read a JSON dump once an object.
test('a JSON dump is parsed by JSON.parse alone, which takes a key twice', () => {
  const text = '{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"x":1,"x":2}';
  expect(service(clusterOf(text), 'default/a').clusterIPs).toHaveLength(1);
});
