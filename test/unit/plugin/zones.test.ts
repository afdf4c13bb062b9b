// Zone lists of plugins.

import { describe, expect, test } from 'vitest';
import { formatName, type Name, parseName } from '../../../src/dns/name.ts';
import { fallsThrough, matchZone, zoneNames } from '../../../src/plugin/zones.ts';

const name = (text: string): Name => parseName(text) ?? new Uint8Array(0);

describe('matchZone', () => {
  test.each([
    ['www.a.test.', 'a.test.'],
    ['www.b.a.test.', 'b.a.test.'],
    ['b.a.test.', 'b.a.test.'],
    ['WWW.A.TEST.', 'a.test.'],
    ['xa.test.', '.'],
    ['.', '.'],
  ])('%s lies in %s', (asked, zone) => {
    const found = matchZone(zoneNames(['.', 'b.a.test.', 'A.test']), name(asked));
    expect(found === undefined ? undefined : formatName(found).toLowerCase()).toBe(zone);
  });

  test('finds nothing where no zone holds the name', () => {
    expect(matchZone(zoneNames(['a.test.']), name('b.test.'))).toBeUndefined();
    expect(matchZone([], name('b.test.'))).toBeUndefined();
  });
});

test('zoneNames drops what is no name', () => {
  expect(zoneNames(['a.test.', 'a..b', '', '.']).map((each) => formatName(each))).toEqual([
    'a.test.',
    '.',
  ]);
});

describe('fallsThrough', () => {
  test.each([
    ['no option', undefined, false],
    ['no zones', [], true],
    ['a zone that holds the name', ['test.'], true],
    ['another zone', ['other.'], false],
  ])('%s: %j', (_what, zones, expected) => {
    expect(fallsThrough(zones && zoneNames(zones), name('a.test.'))).toBe(expected);
  });
});
