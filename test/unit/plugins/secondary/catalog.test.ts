// What a catalog zone says (RFC 9432), and what is wrong with one.
import { expect, test } from 'vitest';
import { formatName } from '../../../../src/dns/name.ts';
import { readCatalog } from '../../../../src/plugins/secondary/catalog.ts';
import { name, record } from '../../../support/record-lines.ts';

const FRAME = [
  'cat.test. 60 IN SOA a. b. 1 2 3 4 5',
  'cat.test. 60 IN NS invalid.',
  'version.cat.test. 60 IN TXT "2"',
];

function read(...lines: readonly string[]): unknown {
  const members = readCatalog(name('cat.test.'), lines.map(record));
  if (typeof members === 'string') return members;
  return members.map(({ id, zone, newOwner }) =>
    [id, formatName(zone), newOwner && formatName(newOwner)].filter(Boolean).join(' '),
  );
}

test('members come in the order of their labels', () => {
  expect(
    read(
      ...FRAME,
      'B.zones.cat.test. 60 IN PTR Two.test.',
      'a.zones.cat.test. 60 IN PTR one.test.',
      'coo.a.zones.cat.test. 60 IN PTR other.test.',
      'group.a.zones.cat.test. 60 IN TXT "x"',
      'deep.er.zones.cat.test. 60 IN PTR no.test.',
      'zones.cat.test. 60 IN PTR no.test.',
      'x.cat.test. 60 IN PTR no.test.',
      'elsewhere.test. 60 IN SOA a. b. 1 2 3 4 5',
    ),
  ).toEqual(['a one.test. other.test.', 'b two.test.']);
});

test.each([
  [FRAME.slice(1), 'catalog zone cat.test. has no SOA record'],
  [[FRAME[0], FRAME[2]], 'catalog zone cat.test. has no NS record'],
  [FRAME.slice(0, 2), 'catalog zone cat.test. must have exactly one version TXT record'],
  [
    [...FRAME, 'version.cat.test. 60 IN TXT "2"'],
    'catalog zone cat.test. must have exactly one version TXT record',
  ],
  [
    [...FRAME.slice(0, 2), 'version.cat.test. 60 IN TXT "1"'],
    'catalog zone cat.test. has unsupported version "1"',
  ],
  [
    [...FRAME, 'a.zones.cat.test. 60 IN PTR x.', 'a.zones.cat.test. 60 IN PTR y.'],
    'catalog member a.zones.cat.test. must have exactly one PTR record',
  ],
  [
    [...FRAME, 'a.zones.cat.test. 60 IN PTR x.', 'b.zones.cat.test. 60 IN PTR X.'],
    'catalog member zone x. is listed by both a and b',
  ],
  [
    [
      ...FRAME,
      'a.zones.cat.test. 60 IN PTR x.',
      'coo.a.zones.cat.test. 60 IN PTR y.',
      'coo.a.zones.cat.test. 60 IN PTR z.',
    ],
    'catalog member a has more than one coo PTR record',
  ],
  [
    [...FRAME, 'x.cat.test. 60 CH TXT "x"'],
    'catalog zone cat.test. contains non-IN record x.cat.test. 60 CH TXT "x"',
  ],
])('is no catalog: %#', (lines, error) => {
  expect(read(...lines.filter((line) => line !== undefined))).toBe(error);
});
