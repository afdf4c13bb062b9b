// The small text codecs under the rdata fields: addresses, base64, hex, quoted strings.
// Round trips over random octets are in test/property.
import { expect, test } from 'vitest';
import {
  formatIpv6,
  isMappedIpv4,
  parseIpv4,
  parseIpv6,
} from '../../../../src/dns/text/address.ts';
import { base64Octets, toBase64 } from '../../../../src/dns/text/base64.ts';
import { quoteOctets, unescapeText } from '../../../../src/dns/text/escapes.ts';
import { hexOctets, toHex } from '../../../../src/dns/text/hex.ts';
import { hex, unhex } from '../../../support/record-lines.ts';

test.each([
  ['0:0:0:1:0:0:0:1', '::1:0:0:0:1'],
  ['1:0:0:1:1:0:0:1', '1::1:1:0:0:1'],
  ['1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7:0'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['FE80::00aB', 'fe80::ab'],
  ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
  ['::1.2.3.4', '::102:304'],
  ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
])('writes %s as %s (RFC 5952)', (text, canonical) => {
  expect(formatIpv6(parseIpv6(text) ?? new Uint8Array(16))).toBe(canonical);
});

test.each(['1.2.3.4:5::', '::1.2.3.4:5', ':', ':::', '1::2%eth0', '1.2.3.4::', '::1.2.3', '1:'])(
  'refuses %s as an address',
  (text) => {
    expect(parseIpv6(text)).toBeUndefined();
    expect(parseIpv4(text)).toBeUndefined();
  },
);

test('tells IPv4 addresses in disguise from others', () => {
  expect(isMappedIpv4(parseIpv6('::ffff:0:0') ?? unhex(''))).toBe(true);
  expect(isMappedIpv4(parseIpv6('::fffe:0:0') ?? unhex(''))).toBe(false);
});

test.each([
  ['', ''],
  ['00', 'AA=='],
  ['0000', 'AAA='],
  ['fbefff', '++//'],
])('base64 of %s is %s', (octets, text) => {
  expect(toBase64(unhex(octets))).toBe(text);
  expect(hex(base64Octets(text) ?? unhex('ff'))).toBe(octets);
});

test.each(['A', 'AA', 'AAA', 'A===', '====', 'AB==', 'AAB=', 'AA-_', 'A=AA', 'ÿAAA'])(
  'refuses %s as base64',
  (text) => {
    expect(base64Octets(text)).toBeUndefined();
  },
);

test('hex digits', () => {
  expect(toHex(unhex('00ff10'))).toBe('00ff10');
  expect(hex(hexOctets('00Ff10') ?? unhex(''))).toBe('00ff10');
  for (const wrong of ['0', '0g', '/0', ':0', '@@', '`0']) expect(hexOctets(wrong)).toBeUndefined();
});

test('quoted strings', () => {
  expect(quoteOctets(unhex('2261205c007fff3b'))).toBe('"\\"a \\\\\\000\\127\\255;"');
  expect(hex(unescapeText('\\"a \\\\\\000\\127\\255;é') ?? unhex(''))).toBe('2261205c007fff3bc3a9');
  expect(unescapeText('a\\')).toBeUndefined();
  expect(unescapeText('\\300')).toBeUndefined();
});
