// Names: text both ways, comparing, measuring, joining.
// Compressed names are tested in wire/reader.test.ts.
import { describe, expect, test } from 'vitest';
import {
  equalNames,
  formatName,
  isSubdomain,
  joinLabels,
  labelCount,
  lowerName,
  nameLength,
  parentName,
  parseName,
  parseNameWithOrigin,
  ROOT,
} from '../../../src/dns/name.ts';
import { hex, name, unhex } from '../../support/record-lines.ts';

const LABEL63 = 'a'.repeat(63);
const NAME255 = `${LABEL63}.${LABEL63}.${LABEL63}.${'b'.repeat(61)}.`;

describe('parseName', () => {
  test.each([
    ['.', '00'],
    ['a', '016100'],
    ['a.', '016100'],
    ['Web.Shop.', '035765620453686f7000'],
    ['a\\.b.c.', '03612e62016300'],
    ['\\000\\255.', '0200ff00'],
    ['a\\\\.', '02615c00'],
    ['a\\\\', '02615c00'],
    ['\\a\\1\\12.', '0461313132' + '00'],
    ['é.', '02c3a900'],
    ['*.zone.', '012a047a6f6e6500'],
  ])('reads %j', (text, wire) => {
    expect(hex(name(text))).toBe(wire);
  });

  test('takes labels of 63 and names of 255 octets', () => {
    expect(name(NAME255)).toHaveLength(255);
  });

  test.each([
    '',
    '..',
    '.a',
    'a..b',
    'a..',
    'a\\',
    '\\256.',
    '\\999.',
    `${LABEL63}a.`,
    `${LABEL63}a`,
    NAME255.replace('b.', 'bb.'),
  ])('refuses %j', (text) => {
    expect(parseName(text)).toBeUndefined();
  });
});

describe('parseNameWithOrigin', () => {
  const origin = name('zone.test.');
  test.each([
    ['@', 'zone.test.'],
    ['.', '.'],
    ['www', 'www.zone.test.'],
    ['a.b', 'a.b.zone.test.'],
    ['www.', 'www.'],
    ['a\\.', 'a\\..zone.test.'],
    ['a\\\\.', 'a\\\\.'],
  ])('reads %j as %j', (text, absolute) => {
    const parsed = parseNameWithOrigin(text, origin);
    expect(parsed && formatName(parsed)).toBe(absolute);
  });

  test('refuses what is empty or too long with the origin', () => {
    expect(parseNameWithOrigin('', origin)).toBeUndefined();
    expect(parseNameWithOrigin(NAME255.slice(0, -1), origin)).toBeUndefined();
  });
});

test.each([
  ['00', '.'],
  ['0161026263' + '00', 'a.bc.'],
  ['0a2e20274' + '03b2829225c7f' + '00', `\\.\\ \\'\\@\\;\\(\\)\\"\\\\\\127.`],
  ['0200ff00', '\\000\\255.'],
  ['0124' + '00', '$.'],
  ['', '.'],
])('formats %s with the escapes of CoreDNS', (wire, text) => {
  expect(formatName(unhex(wire))).toBe(text);
});

test('formats a name that stands inside other octets', () => {
  expect(formatName(unhex('ffff0161' + '00ff'), 2)).toBe('a.');
});

test('lowers only A to Z, and gives the same array when there is nothing to do', () => {
  const mixed = name('aB@[Z.');
  expect(formatName(lowerName(mixed))).toBe('ab\\@[z.');
  expect(formatName(mixed)).toBe('aB\\@[Z.');
  const lower = name('ab.');
  expect(lowerName(lower)).toBe(lower);
});

test.each([
  ['a.b.', 'A.B.', true],
  ['a.b.', 'a.c.', false],
  ['a.b.', 'a.b.c.', false],
  ['[.', '{.', false],
  ['.', '.', true],
])('compares %s and %s without case', (a, b, isEqual) => {
  expect(equalNames(name(a), name(b))).toBe(isEqual);
});

test.each([
  ['a.zone.', 'ZONE.', true],
  ['zone.', 'zone.', true],
  ['zone.', 'a.zone.', false],
  ['azone.', 'zone.', false],
  ['a.zone.', '.', true],
  ['.', '.', true],
  ['a.b.', 'a.c.', false],
  ['\\004zone.', 'zone.', false],
])('says whether %s lies below %s', (child, parent, isBelow) => {
  expect(isSubdomain(name(child), name(parent))).toBe(isBelow);
});

test.each([
  ['.', 0, '.'],
  ['a.', 1, '.'],
  ['a.b.c.', 3, 'b.c.'],
])('counts the labels of %s and finds its parent', (text, count, parent) => {
  expect(labelCount(name(text))).toBe(count);
  expect(formatName(parentName(name(text)))).toBe(parent);
});

test.each([
  ['00', 0, 1],
  ['ff016100', 1, 3],
  ['0161', 0, -1],
  ['4000', 0, -1],
  ['c000', 0, -1],
  ['', 0, -1],
  [`${`3f${'61'.repeat(63)}`.repeat(4)}00`, 0, -1],
])('measures the name in %s', (wire, offset, length) => {
  expect(nameLength(unhex(wire), offset)).toBe(length);
});

test('joins labels in front of a name', () => {
  const label = unhex('2eff');
  expect(formatName(joinLabels([label, label], name('a.')) ?? ROOT)).toBe('\\.\\255.\\.\\255.a.');
  expect(joinLabels([], ROOT)).toEqual(ROOT);
  expect(joinLabels([new Uint8Array(0)], ROOT)).toBeUndefined();
  expect(joinLabels([new Uint8Array(64)], ROOT)).toBeUndefined();
  expect(joinLabels(Array(4).fill(new Uint8Array(63)), ROOT)).toBeUndefined();
});
