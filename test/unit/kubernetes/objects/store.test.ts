// Stores: changes by key, and replacements that report only differences.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEqual } from '../../../../src/kubernetes/objects/equal.ts';
import type { ObjectKey } from '../../../../src/kubernetes/objects/object-key.ts';
import { type Change, Store } from '../../../../src/kubernetes/objects/store.ts';

interface Thing extends ObjectKey {
  readonly values: readonly string[];
}

function thing(name: string, ...values: string[]): Thing {
  return { namespace: 'ns', name, values };
}

function recorded(): { store: Store<Thing>; changes: Change<Thing>[] } {
  const store = new Store<Thing>();
  const changes: Change<Thing>[] = [];
  store.onChange((change) => changes.push(change));
  return { store, changes };
}

test('tells additions, updates and deletions with both states', () => {
  const { store, changes } = recorded();
  expect(store.upsert(thing('a', '1'))).toBe(true);
  expect(store.upsert(thing('a', '2'))).toBe(true);
  expect(store.delete('ns', 'a')).toBe(true);
  expect(changes.map(({ before, after }) => [before?.values, after?.values])).toEqual([
    [undefined, ['1']],
    [['1'], ['2']],
    [['2'], undefined],
  ]);
  expect(store.size).toBe(0);
});

test('says nothing of an equal object or of a deletion of nothing', () => {
  const { store, changes } = recorded();
  store.replace([thing('a', '1')]);
  changes.length = 0;
  expect(store.upsert(thing('a', '1'))).toBe(false);
  expect(store.delete('ns', 'b')).toBe(false);
  store.replace([thing('a', '1')]);
  expect(changes).toEqual([]);
});

test('tells the same names in different namespaces apart', () => {
  const store = new Store<Thing>();
  store.upsert({ namespace: 'a', name: 'b', values: [] });
  store.upsert({ namespace: '', name: 'b', values: [] });
  expect(store.size).toBe(2);
  expect(store.get('', 'b')?.namespace).toBe('');
  expect(store.get('b', 'a')).toBeUndefined();
});

test('replaces by key: what is missing goes, what is kept stays', () => {
  const { store, changes } = recorded();
  store.replace([thing('a', '1'), thing('b', '1'), thing('c', '1'), thing('d', '1')]);
  changes.length = 0;
  const replacement = store.beginReplace();
  replacement.upsert(thing('a', '2'));
  replacement.keep({ namespace: 'ns', name: 'b' });
  replacement.upsert(thing('d', '1'));
  replacement.delete({ namespace: 'ns', name: 'd' });
  expect(store.get('ns', 'c')).toBeDefined();
  replacement.finish();
  expect(changes.map(({ before, after }) => [before?.name, after?.values])).toEqual([
    ['a', ['2']],
    ['d', undefined],
    ['c', undefined],
  ]);
  expect([...store.values()].map(({ name }) => name)).toEqual(['a', 'b']);
});

test('counts changes as initial until the first replacement is finished', () => {
  const { store, changes } = recorded();
  store.beginReplace().upsert(thing('a'));
  store.upsert(thing('b'));
  store.replace([thing('a')]);
  store.upsert(thing('c'));
  expect(changes.map(({ isInitial }) => isInitial)).toEqual([true, true, true, false]);
});

test('holds exactly the last replacement, whatever came before', () => {
  const things = fc.array(
    fc.record({
      namespace: fc.constantFrom('', 'x'),
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      values: fc.array(fc.string({ maxLength: 1 }), { maxLength: 2 }),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(things, things, (first, second) => {
      const store = new Store<Thing>();
      store.replace(first);
      store.replace(second);
      const expected = new Map(
        second.map((object) => [`${object.namespace}/${object.name}`, object]),
      );
      expect(new Set([...store.values()].map((object) => JSON.stringify(object)))).toEqual(
        new Set([...expected.values()].map((object) => JSON.stringify(object))),
      );
    }),
  );
});

test('finds JSON values equal exactly when their texts are, keys in any order', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      // JSON texts do not know -0.
      const [left, right] = [a, b].map((value) => JSON.parse(JSON.stringify(value)) as unknown);
      expect(isEqual(left, structuredClone(left))).toBe(true);
      expect(isEqual(left, right)).toBe(canonical(left) === canonical(right));
    }),
  );
  expect(isEqual({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
  expect(isEqual({ a: undefined }, { b: undefined })).toBe(false);
  expect(isEqual({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(isEqual([], {})).toBe(false);
  expect(isEqual({}, [])).toBe(false);
  expect(isEqual([1], [1, 2])).toBe(false);
});

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
