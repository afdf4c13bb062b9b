// Whole zones in transfer order.
import { expect, test } from 'vitest';
import { recordText } from '../../../src/dns/record.ts';
import { zoneTransfer } from '../../../src/zone/transfer.ts';
import { Zone, zoneOf } from '../../../src/zone/zone.ts';
import { name, record } from '../../support/record-lines.ts';

const SOA = 'zone.test. 60 IN SOA a. b. 7 2 3 4 5';
const SOA_SIGNATURE =
  'zone.test. 60 IN RRSIG SOA 13 2 60 20260201000000 20260101000000 1 zone.test. AQ==';
const ZONE = zoneOf(
  name('zone.test.'),
  [
    'b.zone.test. 60 IN A 10.0.0.2',
    'zone.test. 60 IN NS ns.zone.test.',
    'zone.test. 60 IN TXT "x"',
    'a.zone.test. 60 IN AAAA ::1',
    'a.zone.test. 60 IN A 10.0.0.1',
    SOA_SIGNATURE,
    SOA,
  ].map(record),
);

function texts(serial: number): string[] {
  return zoneTransfer(ZONE, serial).map(recordText);
}

test('SOA first and last, then signatures, name servers and the rest by name', () => {
  expect(texts(0)).toEqual([
    SOA,
    SOA_SIGNATURE,
    'zone.test. 60 IN NS ns.zone.test.',
    'zone.test. 60 IN TXT "x"',
    'a.zone.test. 60 IN AAAA ::1',
    'a.zone.test. 60 IN A 10.0.0.1',
    'b.zone.test. 60 IN A 10.0.0.2',
    SOA,
  ]);
  expect(texts(6)).toEqual(texts(0));
});

test('who has the serial gets the SOA alone', () => {
  expect(texts(7)).toEqual([SOA]);
});

test('a zone that is not loaded cannot be given', () => {
  expect(() => zoneTransfer(new Zone(name('zone.test.')), 0)).toThrow('no SOA');
});
