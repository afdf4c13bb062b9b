// The table of a source whose services are complete before its slices: names that are written early are those of the end, whatever
// changes in between.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordOptions } from '../../src/kubernetes/records/cluster-records.ts';
import type { RawObject } from '../support/kubernetes-scenario.ts';
import { namespace, RecordBench, service, slice } from '../support/record-bench.ts';

const few = (...texts: readonly string[]) => fc.constantFrom(...texts);
const names = few('web', 'db', 'api');
const spaces = few('ns', 'other');

const ports = fc
  .uniqueArray(few('http', 'dns', ''), { maxLength: 2 })
  .map((all) => all.map((name, index) => ({ name, port: 80 + index, protocol: 'TCP' })));

const addresses = fc.constantFrom(['None'], ['10.96.0.1'], ['10.96.0.2', 'fd00::2'], ['fd00::3']);

const put: fc.Arbitrary<RawObject> = fc.oneof(
  fc
    .tuple(spaces, names, addresses, ports)
    .map(([space, name, clusterIPs, all]) =>
      service(`${space}/${name}`, { clusterIPs, ports: all }),
    ),
  fc
    .tuple(spaces, names)
    .map(([space, name]) =>
      service(`${space}/${name}`, { type: 'ExternalName', externalName: 'x.test' }),
    ),
  fc
    .tuple(spaces, few('s1', 's2'), names, fc.subarray(['10.0.0.1', '10.0.0.2']), ports)
    .map(([space, name, of, hosts, all]) => slice(`${space}/${name}`, of, hosts, { ports: all })),
  spaces.map((name) => namespace(name)),
);

type Step = { readonly put: RawObject } | { readonly res: string; readonly key: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: put.map((object): Step => ({ put: object })), weight: 4 },
  {
    arbitrary: fc
      .tuple(spaces, names)
      .map(([space, name]): Step => ({ res: 'v1/services', key: `${space}/${name}` })),
    weight: 1,
  },
  { arbitrary: spaces.map((name): Step => ({ res: 'v1/namespaces', key: `/${name}` })), weight: 1 },
);

const options: fc.Arbitrary<Partial<RecordOptions>> = fc.record({
  ignoresEmptyServices: fc.boolean(),
  isZonal: fc.boolean(),
});

function run(bench: RecordBench, steps: readonly Step[]): void {
  for (const each of steps) {
    if ('put' in each) bench.put(each.put);
    else bench.source.delete(each);
  }
}

/** Names that are asked for, not addresses or name servers, which wait. */
const isForward = (key: string): boolean => key.endsWith('\x03svc') || key.endsWith('\x03pod');

test('a table that got its services first answers nothing else than a complete one, and ends as that', () => {
  fc.assert(
    fc.property(fc.array(step), fc.array(step), options, (before, after, wanted) => {
      const early = new RecordBench(wanted, {}, 1 << 20, false);
      const plain = new RecordBench(wanted);
      for (const bench of [early, plain]) run(bench, before);
      early.source.syncServices();
      for (const some of [[], ...after.map((each) => [each])]) {
        for (const bench of [early, plain]) run(bench, some);
        for (const [key, value] of early.table.values)
          if (isForward(key)) expect(plain.table.values.get(key)).toBe(value);
      }
      early.source.sync();
      expect(early.table.values).toEqual(plain.table.values);
    }),
    { numRuns: 2000 },
  );
});
