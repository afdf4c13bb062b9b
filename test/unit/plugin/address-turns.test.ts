// What of loadbalance the short path does, and what it leaves to the general one.
import { describe, expect, test } from 'vitest';
import { recordText } from '../../../src/dns/record.ts';
import {
  type PlainSections,
  plainRecords,
  writePlain,
} from '../../../src/dns/wire/plain-records.ts';
import { takeTurns } from '../../../src/plugin/address-turns.ts';
import { record } from '../../support/record-lines.ts';

const RECORDS: Readonly<Record<string, string>> = {
  A: 'b.test. 300 IN A 192.0.2.1',
  B: 'b.test. 300 IN A 192.0.2.2',
  C: 'b.test. 300 IN A 192.0.2.3',
  V6: 'b.test. 300 IN AAAA 2001:db8::1',
  ALIAS: 'a.test. 60 IN CNAME b.test.',
  MAIL: 'b.test. 60 IN MX 10 mail.test.',
  MAIL2: 'b.test. 60 IN MX 20 mail.test.',
  TEXT: 'b.test. 60 IN TXT "x"',
};
const START = 2;
const SHIFT = 9;
const TURNS = 300;

/** Sections of these words, and a copy of them. */
function sectionsOf(...words: readonly (readonly string[])[]): {
  sections: PlainSections;
  copy: Uint8Array;
} {
  const [answer = [], authority = [], additional = []] = words;
  const lines = [...answer, ...authority, ...additional].map((word) => RECORDS[word] ?? '');
  const octets = new Uint8Array(512);
  const end = writePlain(lines.map(record), octets, START);
  const copy = new Uint8Array(600);
  copy.set(octets, SHIFT);
  const counts = {
    answers: answer.length,
    authorities: authority.length,
    additionals: additional.length,
  };
  return { sections: { octets, start: START, end, ...counts }, copy };
}

/** The words of a copy. */
function wordsOf(copy: Uint8Array, sections: PlainSections): string[] {
  const start = sections.start + SHIFT;
  const { answer, authority, additional } = plainRecords({ ...sections, octets: copy, start });
  const words = Object.entries(RECORDS);
  return [...answer, ...authority, ...additional].map(
    (each) => words.find(([, line]) => line === recordText(each))?.[0] ?? '?',
  );
}

/** All orders that some turns give. */
function ordersOf(...words: readonly (readonly string[])[]): string[] {
  const orders = new Set<string>();
  for (let rotation = 0; rotation < TURNS; rotation++) {
    const { sections, copy } = sectionsOf(...words);
    expect(takeTurns(sections, copy, SHIFT, rotation)).toBe(true);
    orders.add(wordsOf(copy, sections).join(' '));
  }
  return [...orders].sort();
}

describe('addresses of the answer', () => {
  test('all come first in turn, and keep their round', () => {
    expect(ordersOf(['A', 'B', 'C'])).toEqual(['A B C', 'B C A', 'C A B']);
    expect(ordersOf(['A', 'V6'])).toEqual(['A V6', 'V6 A']);
  });

  test('stay behind aliases and other records, and before a mail exchange', () => {
    expect(ordersOf(['ALIAS', 'A', 'B'], ['TEXT'], ['V6'])).toEqual([
      'ALIAS A B TEXT V6',
      'ALIAS B A TEXT V6',
    ]);
    expect(ordersOf(['TEXT', 'TEXT', 'A', 'B', 'MAIL'])).toEqual([
      'TEXT TEXT A B MAIL',
      'TEXT TEXT B A MAIL',
    ]);
  });

  test.each([2, 4])(
    'every one comes first about as often when each %dth query asks for them',
    (step) => {
      const firsts = new Map<string, number>();
      for (let rotation = 0; rotation < TURNS * step; rotation += step) {
        const { sections, copy } = sectionsOf(['A', 'B']);
        takeTurns(sections, copy, SHIFT, rotation);
        const [first = ''] = wordsOf(copy, sections);
        firsts.set(first, (firsts.get(first) ?? 0) + 1);
      }
      expect(firsts.get('A')).toBeGreaterThan(TURNS / 3);
      expect(firsts.get('B')).toBeGreaterThan(TURNS / 3);
    },
  );
});

test.each([
  [[['A']]],
  [[['ALIAS', 'A']]],
  [[['TEXT', 'A', 'MAIL'], ['TEXT', 'TEXT'], ['A']]],
  [[[], [], []]],
])('%j stay as they are', (words) => {
  expect(ordersOf(...words)).toEqual([words.flat().join(' ')]);
});

test.each([
  [[['A', 'ALIAS']]],
  [[['MAIL', 'TEXT']]],
  [[['MAIL', 'MAIL2']]],
  [[['A', 'B'], [], ['A', 'B']]],
  [[['TEXT'], ['A', 'V6']]],
])('%j are for the general path', (words) => {
  const { sections, copy } = sectionsOf(...words);
  const before = copy.slice();
  expect(takeTurns(sections, copy, SHIFT, 1)).toBe(false);
  expect(copy).toEqual(before);
});
