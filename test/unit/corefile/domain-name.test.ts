import { describe, expect, test } from 'vitest';
import {
  absoluteName,
  followsPreferredSyntax,
  isDomainName,
  normalizeName,
  octetLength,
} from '../../../src/corefile/domain-name.ts';

const LABEL = 'a'.repeat(63);

test.each([
  ['a', 'a.'],
  ['a.', 'a.'],
  ['', '.'],
  ['.', '.'],
  ['a\\.', 'a\\..'],
  ['a\\\\.', 'a\\\\.'],
])('%j is %j as absolute name', (text, absolute) => {
  expect(absoluteName(text)).toBe(absolute);
});

test('zones are lower-cased', () => {
  expect(normalizeName('Cluster.LOCAL')).toBe('cluster.local.');
});

test('lengths are octets', () => {
  expect(octetLength('b\u00fc')).toBe(3);
});

describe('domain names', () => {
  test.each([
    '.',
    'a',
    'a.',
    'a b',
    'a/b',
    '*',
    '_tcp.x',
    'b\u00fccher',
    LABEL,
    `${LABEL}.`,
    'a\\.b',
    '\\097b',
    '\\.',
    '\\9',
    '\\99',
    `\\097${'a'.repeat(62)}`,
    `${LABEL}.${LABEL}.${LABEL}.${LABEL}`,
    '1.2.3.4',
    'a:1',
    'x{',
  ])('%s is one', (text) => {
    expect(isDomainName(text)).toBe(true);
  });

  test.each([
    '',
    '..',
    '.a',
    'a..b',
    'a..',
    `${LABEL}a`,
    '\u00fc'.repeat(32),
    'a\\',
    `\\097${LABEL}`,
    `${LABEL}.${LABEL}.${LABEL}.${LABEL}.a`,
  ])('%j is none', (text) => {
    expect(isDomainName(text)).toBe(false);
  });
});

test.each([
  ['.', true],
  ['a.', true],
  ['cluster.local.', true],
  ['a-b.C9.', true],
  ['10.in-addr.arpa.', true],
  ['in-addr.arpa.', true],
  ['8.b.d.0.1.0.0.2.ip6.arpa.', true],
  ['a_b.', false],
  ['-a.', false],
  ['a-.', false],
  ['9a.', false],
  ['b\u00fccher.', false],
  ['}.', false],
])('preferred syntax of %s: %s', (zone, expected) => {
  expect(followsPreferredSyntax(zone)).toBe(expected);
});
