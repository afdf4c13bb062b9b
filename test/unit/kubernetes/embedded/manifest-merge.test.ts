import { expect, test } from 'vitest';
import { loadCluster } from '../../../../src/kubernetes/embedded/manifest-loader.ts';
import {
  manifestFolder,
  manifestProblem,
  service,
  serviceYaml,
} from '../../../support/manifests.ts';

test('two different objects of one name in one PATH are an error that names both places', () => {
  const text = serviceYaml('a', 'clusterIP: 10.96.1.1') + serviceYaml('a', 'clusterIP: 10.96.1.2');
  expect(manifestProblem(text)).toBe(
    'standard input: document 2, line 7: Service "a": differs from Service default/a (standard input: document 1, line 2), which has the same name',
  );
});

test('the same object twice is fine, as in dumps that overlap, and so is a Namespace', () => {
  const folder = manifestFolder({
    'a.yaml': serviceYaml('a', 'clusterIP: 10.96.1.1'),
    'b.yaml': `${serviceYaml('a', 'clusterIP: 10.96.1.1')}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n, labels: {a: b}}\n`,
    'c.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n',
  });
  const cluster = loadCluster({ paths: [folder] });
  expect(cluster.services.filter(({ name }) => name === 'a')).toHaveLength(1);
  expect(cluster.namespaces.map(({ name }) => name)).toContain('n');
});

test('an object of a later PATH replaces that of an earlier one', () => {
  const folder = manifestFolder({
    'base/a.yaml':
      serviceYaml('a', 'clusterIP: 10.96.1.1') + serviceYaml('b', 'clusterIP: 10.96.1.2'),
    'variant/a.yaml': serviceYaml('a', 'clusterIP: 10.96.1.3'),
  });
  const cluster = loadCluster({ paths: [`${folder}/base`, `${folder}/variant`] });
  expect(service(cluster, 'default/a').clusterIPs).toEqual(['10.96.1.3']);
  expect(service(cluster, 'default/b').clusterIPs).toEqual(['10.96.1.2']);
});

test('passed over objects of all PATHs are counted together', () => {
  const map = (name: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
  const folder = manifestFolder({ 'a/a.yaml': map('a'), 'b/b.yaml': map('b') });
  const cluster = loadCluster({ paths: [`${folder}/a`, `${folder}/b`] });
  expect([...cluster.passedOver]).toEqual([['ConfigMap', 2]]);
});
