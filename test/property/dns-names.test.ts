// Names: text and octets stand for each other.
// Also the order of names and their parents.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  equalNames,
  formatName,
  isSubdomain,
  labelCount,
  lowerName,
  nameLength,
  parentName,
  parseName,
  ROOT,
} from '../../src/dns/name.ts';
import { name } from '../support/dns-arbitraries.ts';

test('a name comes back from its text', () => {
  fc.assert(
    fc.property(name, (original) => {
      expect(parseName(formatName(original))).toEqual(original);
    }),
  );
});

test('any text is a name that comes back, or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '.', '\\', '0', '9', 'é') }), (text) => {
      const parsed = parseName(text);
      if (parsed === undefined) return;
      expect(nameLength(parsed, 0)).toBe(parsed.length);
      expect(parseName(formatName(parsed))).toEqual(parsed);
    }),
  );
});

test('a name equals its lower case, and lies below each of its parents', () => {
  fc.assert(
    fc.property(name, (original) => {
      expect(equalNames(original, lowerName(original))).toBe(true);
      let parent = original;
      for (let left = labelCount(original); left > 0; left--) {
        parent = parentName(parent);
        expect(labelCount(parent)).toBe(left - 1);
        expect(isSubdomain(original, lowerName(parent))).toBe(true);
        expect(isSubdomain(parent, original)).toBe(false);
      }
      expect(parent).toEqual(ROOT);
    }),
  );
});
