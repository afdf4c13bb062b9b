// Whatever happens to a cluster one by one, the name table ends as if its last state had come at once.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RawObject } from '../support/kubernetes-scenario.ts';
import { namespace, pod, RecordBench, service, slice } from '../support/record-bench.ts';

describe('changes one by one', () => {
  const names = fc.constantFrom('a', 'b', 'c');
  const spaces = fc.constantFrom('shop', 'data');
  /** Mostly plain ones: one that is not makes the whole service take the general way. */
  const mostly = (plain: fc.Arbitrary<string>, odd: fc.Arbitrary<string>) =>
    fc.oneof({ arbitrary: plain, weight: 15 }, { arbitrary: odd, weight: 1 });
  const address = mostly(
    fc.constantFrom('10.1.0.1', '10.1.0.2', '10.1.0.3'),
    fc.constantFrom('fd00::1', 'FD00::1', 'host.test'),
  );
  const port = fc.record({
    name: fc.constantFrom('', 'http', 'dns'),
    port: fc.constantFrom(53, 80),
    protocol: fc.constantFrom('TCP', 'UDP'),
  });
  const ports = fc.array(port, { maxLength: 3 });
  const endpoint = fc.record({
    addresses: fc.array(address, { minLength: 1, maxLength: 2 }),
    hostname: mostly(fc.constant(''), fc.constantFrom('h', 'H')),
    targetRef: fc.record({ name: mostly(fc.constant(''), fc.constant('pod-1')) }),
    zone: fc.constantFrom('', 'East', 'west.1'),
  });
  const object = fc.oneof(
    spaces.map((name) => namespace(name)),
    fc
      .tuple(
        spaces,
        names,
        fc.record({ clusterIP: fc.constantFrom('None', '10.96.0.1', '10.1.0.1', ''), ports }),
      )
      .map(([space, name, spec]) => service(`${space}/${name}`, spec)),
    fc
      .tuple(spaces, names)
      .map(([space, name]) =>
        service(`${space}/${name}`, { type: 'ExternalName', externalName: 'x.test' }),
      ),
    fc
      .tuple(
        spaces,
        names,
        fc.constantFrom('', 'a', 'b'),
        fc.array(endpoint, { maxLength: 3 }),
        ports,
      )
      .map(([space, name, owner, endpoints, list]) =>
        slice(`${space}/s-${name}`, owner, endpoints, { ports: list }),
      ),
    fc.tuple(spaces, names, address).map(([space, name, ip]) => pod(`${space}/${name}`, ip)),
  );
  const RESOURCES: Readonly<Record<string, string>> = {
    Namespace: 'v1/namespaces',
    Service: 'v1/services',
    EndpointSlice: 'discovery.k8s.io/v1/endpointslices',
    Pod: 'v1/pods',
  };

  const options = fc.record({
    usesPodNames: fc.boolean(),
    ignoresEmptyServices: fc.boolean(),
    isZonal: fc.boolean(),
    keepsClients: fc.boolean(),
    external: fc.constantFrom(undefined, { hasHeadless: true }),
    namespaces: fc.constantFrom<readonly string[]>([], ['shop']),
  });

  test('lead to the same table as the last state at once', () => {
    const block = { pods: 'verified' } as const;
    const steps = fc.array(fc.tuple(object, fc.constantFrom(false, false, false, true)), {
      maxLength: 40,
      size: 'max',
    });
    fc.assert(
      fc.property(steps, options, fc.boolean(), (changes, wanted, isSynced) => {
        const bench = new RecordBench(wanted, block, 1 << 20, isSynced);
        bench.records.setLocalAddresses(['10.1.0.1', '10.1.0.3']);
        const last = new Map<string, RawObject>();
        const first = ['shop', 'data'].map((name) => [namespace(name), false] as const);
        for (const [raw, isDeleted] of [...first, ...changes]) {
          const key = `${raw.metadata.namespace ?? ''}/${raw.metadata.name}`;
          const id = `${raw.kind} ${key}`;
          if (isDeleted) bench.source.delete({ res: RESOURCES[raw.kind] ?? '', key });
          else bench.put(raw);
          if (isDeleted) last.delete(id);
          else last.set(id, raw);
        }
        bench.source.sync();
        const fresh = new RecordBench(wanted, block);
        fresh.records.setLocalAddresses(['10.1.0.1', '10.1.0.3']);
        for (const raw of last.values()) fresh.put(raw);
        expect(bench.table.values).toEqual(fresh.table.values);
      }),
      { numRuns: 500 },
    );
  });
});
