// A record as one line of text.
// The text of each rdata type is tested in rdata/table.test.ts.
import { expect, test } from 'vitest';
import { recordText } from '../../../src/dns/record.ts';
import { name, record } from '../../support/record-lines.ts';

test.each([
  'zone.test. 3600 IN A 10.20.0.1',
  '*.zone.test. 0 CH TXT "v9"',
  'type65280.zone.test. 3600 IN TYPE65280 \\# 4 0a000001',
  'a\\.b.zone.test. 4294967295 CLASS17 NS .',
])('writes the line %s', (line) => {
  expect(recordText(record(line))).toBe(line);
});

test('writes an empty rdata in the generic form', () => {
  const empty = { name: name('a.'), type: 1, class: 1, ttl: 5, rdata: new Uint8Array(0) };
  expect(recordText(empty)).toBe('a. 5 IN A \\# 0');
});
