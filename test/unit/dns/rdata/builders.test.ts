// The builders and readers of single types: what other rooms make and look into.
// Each is compared with what the text of the same record gives.
import { expect, test } from 'vitest';
import { formatName, type Name, ROOT } from '../../../../src/dns/name.ts';
import { aRdata } from '../../../../src/dns/rdata/a.ts';
import { aaaaRdata } from '../../../../src/dns/rdata/aaaa.ts';
import { cnameRdata, cnameTarget } from '../../../../src/dns/rdata/cname.ts';
import { dnameRdata, dnameTarget } from '../../../../src/dns/rdata/dname.ts';
import { keyTag } from '../../../../src/dns/rdata/dnskey.ts';
import { dsRdata } from '../../../../src/dns/rdata/ds.ts';
import { readBitmap, writeBitmap } from '../../../../src/dns/rdata/fields/type-bitmap.ts';
import { hinfoRdata } from '../../../../src/dns/rdata/hinfo.ts';
import { mxPreference, mxRdata, mxTarget } from '../../../../src/dns/rdata/mx.ts';
import { nsRdata, nsTarget } from '../../../../src/dns/rdata/ns.ts';
import { nsecRdata } from '../../../../src/dns/rdata/nsec.ts';
import { ptrRdata, ptrTarget } from '../../../../src/dns/rdata/ptr.ts';
import { rrsigCovered } from '../../../../src/dns/rdata/rrsig.ts';
import { readSoa, soaMinimum, soaRdata, soaSerial } from '../../../../src/dns/rdata/soa.ts';
import {
  srvPort,
  srvPriority,
  srvRdata,
  srvTarget,
  srvWeight,
} from '../../../../src/dns/rdata/srv.ts';
import { txtRdata, txtStrings } from '../../../../src/dns/rdata/txt.ts';
import { hex, name, rdata, unhex } from '../../../support/record-lines.ts';

const TARGET = name('a.test.');
const text = (octets: string): Uint8Array => new TextEncoder().encode(octets);

test('addresses are the rdata', () => {
  expect(aRdata(unhex('0a000001'))).toEqual(rdata('A', '10.0.0.1'));
  expect(aaaaRdata(new Uint8Array(16))).toEqual(rdata('AAAA', '::'));
});

test.each<[string, (target: Name) => Uint8Array, (octets: Uint8Array) => Name]>([
  ['CNAME', cnameRdata, cnameTarget],
  ['DNAME', dnameRdata, dnameTarget],
  ['NS', nsRdata, nsTarget],
  ['PTR', ptrRdata, ptrTarget],
])('%s is its target', (type, build, target) => {
  expect(build(TARGET)).toEqual(rdata(type, 'a.test.'));
  expect(target(build(TARGET))).toEqual(TARGET);
  expect(target(new Uint8Array(0))).toEqual(ROOT);
});

test('MX', () => {
  const built = mxRdata(300, TARGET);
  expect(built).toEqual(rdata('MX', '300 a.test.'));
  expect(mxPreference(built)).toBe(300);
  expect(mxTarget(built)).toEqual(TARGET);
});

test('SRV', () => {
  const built = srvRdata(1, 300, 65535, TARGET);
  expect(built).toEqual(rdata('SRV', '1 300 65535 a.test.'));
  expect([srvPriority(built), srvWeight(built), srvPort(built)]).toEqual([1, 300, 65535]);
  expect(formatName(srvTarget(built))).toBe('a.test.');
});

test('SOA', () => {
  const soa = {
    mname: TARGET,
    rname: ROOT,
    serial: 4294967295,
    refresh: 7200,
    retry: 1800,
    expire: 86400,
    minimum: 5,
  };
  const built = soaRdata(soa);
  expect(built).toEqual(rdata('SOA', 'a.test. . 4294967295 7200 1800 86400 5'));
  expect(readSoa(built)).toEqual(soa);
  expect(soaSerial(built)).toBe(4294967295);
  expect(soaMinimum(built)).toBe(5);
});

test('TXT cuts strings at 255 octets', () => {
  const built = txtRdata([text('a'), text(''), text('x'.repeat(256))]);
  expect(built).toEqual(rdata('TXT', `"a" "" "${'x'.repeat(255)}"`));
  expect(txtStrings(built).map(hex)).toEqual(['61', '', '78'.repeat(255)]);
  expect(txtStrings(new Uint8Array(0))).toEqual([]);
});

test('HINFO', () => {
  expect(hinfoRdata(text('ANY'), text('obsoleted'))).toEqual(rdata('HINFO', '"ANY" "obsoleted"'));
});

test('DS and the key tag of a DNSKEY (RFC 4034, section 5.4)', () => {
  const key = rdata(
    'DNSKEY',
    '256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZ' +
      ' DRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9Xzc' +
      ' nOf+EPbtG9DMBmADjFDc2w/rljwvFw==',
  );
  expect(keyTag(key)).toBe(60485);
  const digest = unhex('2bb183af5f22588179a53b0a98631fad1a292118');
  expect(dsRdata({ keyTag: 60485, algorithm: 5, digestType: 1, digest })).toEqual(
    rdata('DS', '60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118'),
  );
});

test('RRSIG says what it covers', () => {
  expect(rrsigCovered(rdata('RRSIG', 'SOA 13 3 3600 0 0 12345 . AQ=='))).toBe(6);
});

test('NSEC takes types in any order', () => {
  expect(nsecRdata(TARGET, [47, 1, 257, 1])).toEqual(rdata('NSEC', 'a.test. A NSEC CAA'));
  expect(readBitmap(writeBitmap([65535, 0, 257]))).toEqual([0, 257, 65535]);
  expect(writeBitmap([])).toHaveLength(0);
});
