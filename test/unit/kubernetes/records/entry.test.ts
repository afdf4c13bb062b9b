import { expect, test } from 'vitest';
import { encodeEntries } from '../../../../src/kubernetes/records/entry.ts';
import { NodeReader } from '../../../../src/names/node-reader.ts';

function nodeOf(...hosts: readonly string[]): NodeReader {
  const entries = hosts.map((host) => ({ host, port: 80, target: '' }));
  const value = encodeEntries(entries, new Uint8Array(0), '');
  const node = new NodeReader();
  node.load(value, 0, value.length, 0);
  return node;
}

test.each([
  ['a host', ['x.test'], 0, 0, 1],
  ['a host that is no name', [`${'x'.repeat(64)}.test`], 0, 0, 0],
  ['an address', ['10.0.0.1'], 1, 1, 0],
  ['an address beside a host', ['x.test', '10.0.0.1'], 1, 1, 1],
  ['an address beside a host that is no name', [`${'x'.repeat(64)}.test`, '10.0.0.1'], 1, 1, 0],
])('%s gives SRV records for its addresses alone', (_, hosts, services, extras, names) => {
  const node = nodeOf(...hosts);
  expect(node).toMatchObject({ serviceCount: services, extraCount: extras, hostCount: names });
  expect(node.hasRecords).toBe(true);
});
