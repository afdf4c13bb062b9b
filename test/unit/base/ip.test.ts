import { describe, expect, test } from 'vitest';
import {
  cidrContains,
  formatIp,
  maskIp,
  parseCidr,
  parseIp,
  unmapIp,
} from '../../../src/base/ip.ts';

describe('addresses in text form', () => {
  test.each([
    ['0.0.0.0', '0.0.0.0'],
    ['10.96.0.10', '10.96.0.10'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['FD00:0:0:0:0:0:0:A', 'fd00::a'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
    ['::ffff:102:304', '::ffff:1.2.3.4'],
    ['::1.2.3.4', '::102:304'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ])('%s is read and written as %s', (text, written) => {
    const bytes = parseIp(text);
    expect(bytes).toBeDefined();
    expect(formatIp(bytes!)).toBe(written);
  });

  test.each([
    '',
    ' ',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.3.04',
    '01.2.3.4',
    '1.2.3.',
    '+1.2.3.4',
    '1.2.3.4 ',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '12345::',
    'g::',
    'fe80::1%eth0',
    ':1:2:3:4:5:6:7',
    '1.2.3.4::',
    '::1.2.3',
    '1.2.3.4:5::',
    'example.org',
    '1:2:3:4:5:6:7:1.2.3.4',
  ])('%j is no address', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  test('mapped addresses can be taken for IPv4', () => {
    expect(formatIp(unmapIp(parseIp('::ffff:10.0.0.1')!))).toBe('10.0.0.1');
    expect(formatIp(unmapIp(parseIp('1::ffff:10.0.0.1')!))).toBe('1::ffff:a00:1');
    expect(formatIp(unmapIp(parseIp('10.0.0.1')!))).toBe('10.0.0.1');
  });
});

describe('CIDR blocks', () => {
  test.each([
    ['10.1.2.3/8', '10.0.0.0', 8],
    ['10.1.255.3/23', '10.1.254.0', 23],
    ['10.0.0.1/32', '10.0.0.1', 32],
    ['10.0.0.1/0', '0.0.0.0', 0],
    ['10.0.0.1/008', '10.0.0.0', 8],
    ['2001:db8:ffff::1/33', '2001:db8:8000::', 33],
    ['::1/128', '::1', 128],
  ])('%s clears the host bits', (text, address, prefixLength) => {
    const cidr = parseCidr(text)!;
    expect([formatIp(cidr.address), cidr.prefixLength]).toEqual([address, prefixLength]);
  });

  test.each([
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/+8',
    '10.0.0.0/8/8',
    '::/129',
    'a/8',
    '10/8',
    '/8',
  ])('%s is no block', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  test.each([
    ['10.96.0.0/12', '10.111.255.255', true],
    ['10.96.0.0/12', '10.112.0.0', false],
    ['10.96.0.0/16', '10.96.9.9', true],
    ['10.96.0.0/16', '10.97.0.0', false],
    ['0.0.0.0/0', '1.2.3.4', true],
    ['0.0.0.0/0', '::1', false],
    ['10.0.0.1/32', '10.0.0.1', true],
    ['10.0.0.1/32', '10.0.0.0', false],
    ['fd00::/8', 'fdff::1', true],
    ['fd00::/8', 'fe00::1', false],
  ])('%s holds %s: %s', (cidr, ip, expected) => {
    expect(cidrContains(parseCidr(cidr)!, parseIp(ip)!)).toBe(expected);
  });

  test('masking leaves the argument alone', () => {
    const bytes = parseIp('10.1.2.3')!;
    expect([...maskIp(bytes, 20)]).toEqual([10, 1, 0, 0]);
    expect([...bytes]).toEqual([10, 1, 2, 3]);
  });
});
