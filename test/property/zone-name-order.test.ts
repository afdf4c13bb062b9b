// The canonical order is a total order, puts names before what lies below them, and the tree's search agrees with it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalNames, isSubdomain, joinLabels, lowerName, ROOT } from '../../src/dns/name.ts';
import { compareNames } from '../../src/zone/name-order.ts';
import { NameTree } from '../../src/zone/name-tree.ts';

// Few letters, so that names share labels often.
const label = fc
  .array(fc.constantFrom(0x41, 0x61, 0x62, 0x2a, 0x00, 0xff), { minLength: 1, maxLength: 3 })
  .map((octets) => Uint8Array.from(octets));
const name = fc.array(label, { maxLength: 4 }).map((labels) => joinLabels(labels, ROOT) ?? ROOT);

test('is antisymmetric and transitive, and equal only for equal names', () => {
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      expect(Math.sign(compareNames(a, b))).toBe(-Math.sign(compareNames(b, a)) + 0);
      expect(compareNames(a, b) === 0).toBe(equalNames(a, b));
      if (compareNames(a, b) <= 0 && compareNames(b, c) <= 0) {
        expect(compareNames(a, c)).toBeLessThanOrEqual(0);
      }
      if (isSubdomain(a, b) && !equalNames(a, b)) expect(compareNames(a, b)).toBeGreaterThan(0);
    }),
  );
});

test('the tree finds the neighbours that a search through all names finds', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 12 }), name, (names, raw) => {
      const asked = lowerName(raw);
      const tree = new NameTree();
      for (const each of names) tree.ensure(lowerName(each));
      const ordered = names.map(lowerName).sort(compareNames);
      const floor = ordered.findLast((each) => compareNames(each, asked) <= 0);
      const ceil = ordered.find((each) => compareNames(each, asked) >= 0);
      expect(tree.floor(asked)?.name).toEqual(floor);
      expect(tree.ceil(asked)?.name).toEqual(ceil);
      const isThere = ordered.some((each) => equalNames(each, asked));
      expect(tree.find(asked) !== undefined).toBe(isThere);
    }),
  );
});
