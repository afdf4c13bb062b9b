import { expect, test } from 'vitest';
import { makeSlice } from '../../../../src/kubernetes/embedded/labelled-slice.ts';

const PARTS = {
  namespace: 'n',
  name: 's',
  service: 'web',
  labels: { a: 'b' },
  addressType: 'IPv4',
  ports: [],
  endpoints: [],
};

test('a slice names its Service in a label and keeps the other labels', () => {
  const { labels, slice } = makeSlice(PARTS);
  expect(labels).toEqual({ a: 'b', 'kubernetes.io/service-name': 'web' });
  expect(slice).toMatchObject({ namespace: 'n', name: 's', service: 'web', ports: [{ port: -1 }] });
});

test('a slice without a name is a mistake of the program', () => {
  expect(() => makeSlice({ ...PARTS, name: '' })).toThrow(TypeError);
});
