// The short ways into the name table (records/fresh-endpoints.ts, fresh-pointer.ts, plain-service.ts) write what the general way writes:
// they need packed slices, so the same objects with plain slices take the other one.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type {
  EndpointAddress,
  EndpointSliceObject,
} from '../../src/kubernetes/objects/endpoint-slice.ts';
import { packSlice } from '../../src/kubernetes/objects/packed-slice.ts';
import type { ServiceObject } from '../../src/kubernetes/objects/service.ts';
import { trimPortsOrSentinel } from '../../src/kubernetes/objects/service-port.ts';
import type { RecordOptions } from '../../src/kubernetes/records/cluster-records.ts';
import { RecordBench } from '../support/record-bench.ts';

const few = (...texts: readonly string[]) => fc.constantFrom(...texts);

const ports = fc
  .array(
    fc.record({
      name: few('http', 'dns', '', 'a.b', 'UP'),
      protocol: few('TCP', 'UDP', ''),
      port: fc.constantFrom(53, 80, 65_536 + 80, -1),
    }),
    { maxLength: 3 },
  )
  .map((raw) => trimPortsOrSentinel(raw, -1));

/** Mostly plain ones: one that is not makes the whole service take the general way. */
const mostly = (plain: fc.Arbitrary<string>, odd: fc.Arbitrary<string>) =>
  fc.oneof({ arbitrary: plain, weight: 15 }, { arbitrary: odd, weight: 1 });

const address = mostly(
  few('10.0.0.1', '10.0.0.2', '10.96.0.1', '192.168.255.254'),
  few('fd00::1', 'FD00::1', '::ffff:10.0.0.9', 'host.test', '010.0.0.1', ''),
);

const endpoint: fc.Arbitrary<EndpointAddress> = fc.record({
  addresses: fc.oneof(
    { arbitrary: fc.array(address, { minLength: 1, maxLength: 1 }), weight: 4 },
    { arbitrary: fc.array(address, { maxLength: 2 }), weight: 1 },
  ),
  hostname: mostly(
    few('', 'one', 'two', '_x', 'h'.repeat(63)),
    few('Two', 'a.b', 'é', 'h'.repeat(64)),
  ),
  podName: mostly(few('', 'pod-1'), few('pod.2')),
  zone: few('', 'East'),
});

const slice: fc.Arbitrary<EndpointSliceObject> = fc.record({
  namespace: few('ns', 'ns', 'ns', 'Other'),
  name: few('s1', 's2', 's3'),
  service: few('web', 'web', 'web', 'db', 'Web', ''),
  addressType: fc.constant('IPv4'),
  clusterId: fc.constant(''),
  importName: fc.constant(''),
  lastChangeTriggerTime: fc.constant(''),
  ports,
  endpoints: fc.array(endpoint, { maxLength: 4 }),
});

const service: fc.Arbitrary<ServiceObject> = fc.record({
  namespace: few('ns', 'ns', 'ns', 'Other'),
  name: few('web', 'web', 'web', 'db', 'Web'),
  type: few('ClusterIP', 'ClusterIP', 'ClusterIP', 'ExternalName'),
  clusterIPs: fc.oneof(
    fc.constant(['None']),
    fc.constant(['']),
    fc.array(few('10.96.0.1', '10.96.0.2', '10.0.0.1', 'fd00::5'), { minLength: 1, maxLength: 2 }),
  ),
  externalName: few('x.test', '10.1.1.1'),
  externalIPs: fc.constant([]),
  ports,
});

const options: fc.Arbitrary<Partial<RecordOptions>> = fc.record({
  usesPodNames: fc.boolean(),
  ignoresEmptyServices: fc.boolean(),
  isZonal: fc.boolean(),
  namespaces: fc.constantFrom([], ['ns']),
});

type Step =
  | { readonly kind: 'service'; readonly object: ServiceObject }
  | { readonly kind: 'slice'; readonly object: EndpointSliceObject };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    service.map((object): Step => ({ kind: 'service', object })),
    slice.map((object): Step => ({ kind: 'slice', object })),
  ),
  { maxLength: 8 },
);

/** The table after the steps, and after the first objects are gone again. */
function tableOf(
  all: readonly Step[],
  wanted: Partial<RecordOptions>,
  isSynced: boolean,
  keep: (object: EndpointSliceObject) => EndpointSliceObject,
): unknown {
  const bench = new RecordBench(wanted, {}, 1 << 20, isSynced);
  for (const name of ['ns', 'Other']) bench.source.namespaces.upsert({ namespace: '', name });
  for (const { kind, object } of all) {
    if (kind === 'service') bench.source.services.upsert(object);
    else bench.source.endpointSlices?.upsert(keep(object));
  }
  if (!isSynced) bench.source.sync();
  const full = new Map(bench.table.values);
  const [first] = all;
  if (first?.kind === 'slice')
    bench.source.endpointSlices?.delete(first.object.namespace, first.object.name);
  else if (first !== undefined)
    bench.source.services.delete(first.object.namespace, first.object.name);
  return [full, bench.table.values];
}

test.each([true, false])(
  'packed slices give the records that plain ones give (synced before: %s)',
  (isSynced) => {
    fc.assert(
      fc.property(steps, options, (all, wanted) => {
        expect(tableOf(all, wanted, isSynced, packSlice)).toEqual(
          tableOf(all, wanted, isSynced, (each) => each),
        );
      }),
      { numRuns: 1000 },
    );
  },
);
