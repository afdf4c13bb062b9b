// Rdata off the wire: what is written out in full, taken short, or refused.
// The rows on EDNS options say which sizes CoreDNS takes.
import { describe, expect, test } from 'vitest';
import { rrTypeCode } from '../../../../src/dns/codes/rr-type.ts';
import { readRdata } from '../../../../src/dns/wire/rdata-reader.ts';
import { WireReader } from '../../../../src/dns/wire/reader.ts';
import { hex, unhex } from '../../../support/record-lines.ts';

/** Reads `wire` as an rdata that follows `a.test.` in a message, with something behind it. */
function read(type: string, wire: string): string | undefined {
  const octets = unhex(`0161047465737400${wire}c000`);
  const reader = new WireReader(octets, octets.length);
  reader.offset = 8;
  const rdata = readRdata(reader, rrTypeCode(type) ?? 0, wire.length / 2);
  if (reader.hasFailed) return undefined;
  expect(reader.offset).toBe(octets.length - 2);
  return hex(rdata);
}

const A_TEST = '0161047465737400';
const SUBNET = '0008';

test.each([
  ['A', '0a000001', '0a000001'],
  ['A', '', ''],
  ['CNAME', 'c000', A_TEST],
  ['MX', '000a0178c002', '000a01780474657374' + '00'],
  ['SOA', `c000c002${'00'.repeat(20)}`, `${A_TEST}047465737400${'00'.repeat(20)}`],
  ['SRV', '000000000000c000', `000000000000${A_TEST}`],
  ['NAPTR', '000a000a000000c000', `000a000a000000${A_TEST}`],
  ['RRSIG', `${'00'.repeat(18)}c000aabb`, `${'00'.repeat(18)}${A_TEST}aabb`],
  ['SVCB', '0001c00000030002000a', `0001${A_TEST}00030002000a`],
  ['TYPE65280', 'c000', 'c000'],
])('reads %s %s', (type, wire, full) => {
  expect(read(type, wire)).toBe(full);
});

test.each([
  ['MX', '000a', '000a'],
  ['SOA', 'c000', A_TEST],
  ['SOA', 'c000c000', A_TEST + A_TEST],
  ['RRSIG', '0001', '0001'],
  ['HINFO', '0161', '0161'],
])('takes %s %s though it ends after a field, as CoreDNS does', (type, wire, full) => {
  expect(read(type, wire)).toBe(full);
});

test.each([
  ['A', '0a0000'],
  ['A', '0a00000101'],
  ['CNAME', 'c00000'],
  ['CNAME', 'c00a'],
  ['CNAME', '40'],
  ['MX', '00'],
  ['MX', '000ac00a'],
  ['SOA', `c000c000${'00'.repeat(19)}`],
  ['TXT', '0261'],
  ['HINFO', '0161ff'],
  ['NSEC', 'c0000101'],
  ['NSEC', 'c00000'],
  ['NSEC', 'c000000001'],
  ['NSEC', `c0000021${'00'.repeat(33)}`],
  ['NSEC', 'c000010180000180'],
  ['SVCB', '0001c0000003'],
  ['SVCB', '0001c000000300010a'],
  ['SVCB', '0001c0000004000301020304'],
  ['SVCB', '0001c000000400000'.concat('0')],
  ['SVCB', '0001c000000600101'.concat('f')],
  ['SVCB', '0001c00000060010' + '00000000000000000000ffff0a000001'],
  ['SVCB', '0001c000ffff0000'],
  ['SVCB', '0001c00000030002000a00030002000a'],
  ['SVCB', '0001c0000000000100'],
  ['SVCB', '0001c0000001000205'.concat('61')],
])('refuses %s %s', (type, wire) => {
  expect(read(type, wire)).toBeUndefined();
});

test('refuses an rdata that grows over 65535 octets when its name is written out', () => {
  expect(read('RRSIG', `${'00'.repeat(18)}c000${'00'.repeat(65515)}`)).toBeUndefined();
});

describe('options of OPT', () => {
  const option = (code: string, data: string) =>
    `${code}${(data.length / 2).toString(16).padStart(4, '0')}${data}`;

  test.each([
    ['unknown ones', option('fde9', '010203') + option('fde9', '')],
    ['LLQ', option('0001', '00'.repeat(18))],
    ['UL', option('0002', '00000001') + option('0002', '00'.repeat(8))],
    ['NSID', option('0003', '')],
    ['a subnet of family 0', option(SUBNET, '00000000')],
    ['a subnet of family 1', option(SUBNET, '000118000a0000')],
    ['a subnet of family 2', option(SUBNET, '0002800020')],
    ['EXPIRE', option('0009', '') + option('0009', '00000001')],
    ['KEEPALIVE', option('000b', '') + option('000b', '0001')],
    ['an extended error', option('000f', '0001')],
    ['REPORTING', option('0012', A_TEST)],
    ['ZONEVERSION', option('0013', '0100')],
  ])('takes %s', (_what, wire) => {
    expect(read('OPT', wire)).toBe(wire);
  });

  test.each([
    ['half a head', 'fde900'],
    ['more data than there are', 'fde9000201'],
    ['LLQ of 17', option('0001', '00'.repeat(17))],
    ['UL of 5', option('0002', '00'.repeat(5))],
    ['a subnet of 3', option(SUBNET, '000000')],
    ['a subnet of family 0 with a prefix', option(SUBNET, '00000100')],
    ['a subnet of family 1 with 33 bits', option(SUBNET, '00012100')],
    ['a subnet of family 1 with scope 33', option(SUBNET, '00010021')],
    ['a subnet of family 2 with 129 bits', option(SUBNET, '00028100')],
    ['a subnet of family 2 with scope 129', option(SUBNET, '00020081')],
    ['a subnet of family 3', option(SUBNET, '00030000')],
    ['EXPIRE of 3', option('0009', '000001')],
    ['KEEPALIVE of 1', option('000b', '00')],
    ['an extended error of 1', option('000f', '00')],
    ['REPORTING without a name', option('0012', '0461')],
    ['ZONEVERSION of 1', option('0013', '00')],
  ])('refuses %s', (_what, wire) => {
    expect(read('OPT', wire)).toBeUndefined();
  });
});
