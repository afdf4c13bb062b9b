// How single changes and complete states reach a store.

import { expect, test } from 'vitest';
import type { EndpointSliceObject } from '../../../../src/kubernetes/objects/endpoint-slice.ts';
import type { ServiceObject } from '../../../../src/kubernetes/objects/service.ts';
import { Store } from '../../../../src/kubernetes/objects/store.ts';
import { ObjectSink } from '../../../../src/kubernetes/reflector/object-sink.ts';
import {
  endpointSlicesResource,
  servicesResource,
} from '../../../../src/kubernetes/reflector/resource.ts';
import { service } from '../../../support/fake-api-server-harness.ts';

const services = servicesResource('');

test('forgets an object that is deleted while the first state arrives', () => {
  const store = new Store<ServiceObject>();
  const sink = new ObjectSink(store);
  sink.beginState();
  sink.put(service('a', '10.0.0.1'), services);
  sink.put(service('b', '10.0.0.2'), services);
  sink.remove(service('a', '10.0.0.1'));
  sink.endState();
  expect([...store.values()].map(({ name }) => name)).toEqual(['b']);
});

test('keeps everything when a state breaks off, and sweeps when one is complete', () => {
  const store = new Store<ServiceObject>();
  const sink = new ObjectSink(store);
  sink.put(service('a', '10.0.0.1'), services);
  sink.beginState();
  sink.put(service('b', '10.0.0.2'), services);
  expect(store.size).toBe(2);
  sink.beginState();
  sink.put(service('c', '10.0.0.3'), services);
  sink.endState();
  sink.endState();
  expect([...store.values()].map(({ name }) => name)).toEqual(['c']);
});

test('drops the parts that an Endpoints object has lost, also within a state', () => {
  const { legacy } = endpointSlicesResource('');
  if (legacy === undefined) throw new Error('slices have a legacy form');
  const store = new Store<EndpointSliceObject>();
  const sink = new ObjectSink(store);
  const endpoints = (subsets: number): object => ({
    metadata: { namespace: 'ns', name: 'e' },
    subsets: Array(subsets).fill({}),
  });
  sink.beginState();
  sink.put(endpoints(3), legacy);
  sink.put(endpoints(2), legacy);
  sink.endState();
  expect(store.size).toBe(2);
  sink.remove(endpoints(9));
  expect(store.size).toBe(0);
});
