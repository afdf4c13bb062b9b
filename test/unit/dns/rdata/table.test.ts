// Text and octets of every type that has a codec. The octets were checked with dnspython.
// Wrong texts and their errors are at the end, with what the wire allows and text does not.
import { describe, expect, test } from 'vitest';
import { rrTypeCode } from '../../../../src/dns/codes/rr-type.ts';
import { parseName, ROOT } from '../../../../src/dns/name.ts';
import { TokenCursor } from '../../../../src/dns/rdata/field.ts';
import { OctetSink } from '../../../../src/dns/rdata/octet-sink.ts';
import { rdataCodec } from '../../../../src/dns/rdata/table.ts';
import { hex, rdata, tokens, unhex } from '../../../support/record-lines.ts';

const DIGEST = 'ab'.repeat(32);
const KEY =
  'mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==';
const KEY_HEX =
  '99db2cc14cabdc33d6d77da63a2f15f71112584f234e8d1dc428e39e8a4a97e1' +
  'aa271a555dc90701e17e2a4c4b6f120b7c32d44f4ac02bd894cf2d4be7778a19';
const A_TEST = '0161047465737400';
const ZONE_TEST = '047a6f6e65047465737400';

const TABLE: readonly [type: string, text: string, wire: string][] = [
  ['A', '10.96.1.10', '0a60010a'],
  ['AAAA', '2001:db8:20::2', '20010db8002000000000000000000002'],
  ['AAAA', '::', '00'.repeat(16)],
  ['AAAA', '::ffff:10.0.0.1', '00000000000000000000ffff0a000001'],
  ['CNAME', 'web.zone.test.', `03776562${ZONE_TEST}`],
  ['NS', 'ns1.zone.test.', `036e7331${ZONE_TEST}`],
  ['PTR', '.', '00'],
  ['MX', '10 mail.zone.test.', `000a046d61696c${ZONE_TEST}`],
  ['SRV', '0 100 80 a.test.', `000000640050${A_TEST}`],
  [
    'SOA',
    'a.test. zone.test. 1700000000 7200 1800 86400 5',
    `${A_TEST}${ZONE_TEST}6553f10000001c20000007080001518000000005`,
  ],
  ['TXT', '"v=spf1 -all"', '0b763d73706631202d616c6c'],
  ['TXT', '"a" "" "q\\"b\\\\s\\009\\255"', '016100077122625c7309ff'],
  ['SPF', '"x"', '0178'],
  ['NINFO', '"x"', '0178'],
  ['AVC', '"x"', '0178'],
  ['RESINFO', '"qnamemin"', '08716e616d656d696e'],
  ['HINFO', '"cpu" "os"', '03637075026f73'],
  ['CAA', '0 issue "ca.test"', '0005697373756563612e74657374'],
  ['CAA', '128 tbs "x\\"y"', '8003746273782279'],
  ['CAA', '0 issue ""', '00056973737565'],
  ['CAA', '0 "a-b" "x"', '0003612d6278'],
  ['CAA', '0 "" "x"', '000078'],
  ['DS', `12345 8 2 ${DIGEST}`, `30390802${DIGEST}`],
  ['CDS', `1 8 2 ${DIGEST}`, `00010802${DIGEST}`],
  ['DLV', `1 8 2 ${DIGEST}`, `00010802${DIGEST}`],
  ['TA', `1 8 2 ${DIGEST}`, `00010802${DIGEST}`],
  ['DNSKEY', `257 3 13 ${KEY}`, `0101030d${KEY_HEX}`],
  ['CDNSKEY', '257 3 13 AQI=', '0101030d0102'],
  ['KEY', '257 3 13 AQID', '0101030d010203'],
  ['RKEY', '0 3 13 AQ==', '0000030d01'],
  [
    'RRSIG',
    'A 13 3 3600 20260201000000 20260101000000 12345 zone.test. AQIDBA==',
    `00010d0300000e10697e97806955b9003039${ZONE_TEST}01020304`,
  ],
  [
    'SIG',
    'TYPE65280 13 3 3600 21060207062815 19700101000000 12345 . AQ==',
    'ff000d0300000e10ffffffff0000000030390001',
  ],
  ['NSEC', 'a.test. A NS SOA RRSIG NSEC TYPE65280', `${A_TEST}0006620000000003ff0180`],
  ['NSEC', 'a.test. A CAA TYPE65280', `${A_TEST}000140010140ff0180`],
  ['NSEC', 'a.test.', A_TEST],
  ['SVCB', '1 a.test. alpn="h2"', `0001${A_TEST}00010003026832`],
  ['HTTPS', '0 a.test.', `0000${A_TEST}`],
  [
    'SVCB',
    '16 a.test. mandatory="alpn,ipv4hint" alpn="h2,h3-19" ipv4hint="192.0.2.1"',
    `0010${A_TEST}0000000400010004000100090268320568332d313900040004c0000201`,
  ],
  [
    'HTTPS',
    '1 . no-default-alpn="" port="8443" ipv4hint="10.20.0.4,10.20.0.5" ech="AQID" ipv6hint="2001:db8::1"',
    '000100' +
      '00020000' +
      '0003000220fb' +
      '000400080a1400040a140005' +
      '00050003010203' +
      '0006001020010db8000000000000000000000001',
  ],
  ['HTTPS', '1 . dohpath="/q{?dns}" ohttp=""', '00010000070008' + '2f717b3f646e737d' + '00080000'],
  ['SVCB', '1 a.test. key667="hello\\210qoo"', `0001${A_TEST}029b000968656c6c6fd2716f6f`],
  [
    'SVCB',
    '16 a.test. alpn="f\\\\\\\\oo\\\\,bar,h2"',
    `0010${A_TEST}0001000c08665c6f6f2c626172026832`,
  ],
  ['SVCB', '1 . alpn=""', '00010000010000'],
  ['SVCB', '1 . mandatory=""', '00010000000000'],
  ['SVCB', '1 . mandatory="key700"', '0001000000000202bc'],
  ['SVCB', '1 . key0="\\255\\255"', '00010000000002ffff'],
  ['SVCB', '1 . key1="\\000"', '0001000001000100'],
  ['DNAME', 'a.test.', A_TEST],
  [
    'NAPTR',
    '10 100 "S" "SIP+D2U" "" _sip._udp.ex.test.',
    '000a00640153075349502b44325500045f736970045f756470026578047465737400',
  ],
  ['SSHFP', `4 2 ${DIGEST}`, `0402${DIGEST}`],
  ['TLSA', `3 1 1 ${DIGEST}`, `030101${DIGEST}`],
  ['SMIMEA', `3 1 1 ${DIGEST}`, `030101${DIGEST}`],
  ['RP', 'a.test. zone.test.', A_TEST + ZONE_TEST],
  ['TALINK', 'a.test. zone.test.', A_TEST + ZONE_TEST],
  ['MINFO', 'a.test. zone.test.', A_TEST + ZONE_TEST],
  ['AFSDB', '1 a.test.', `0001${A_TEST}`],
  ['RT', '1 a.test.', `0001${A_TEST}`],
  ['KX', '1 a.test.', `0001${A_TEST}`],
  ['LP', '1 a.test.', `0001${A_TEST}`],
  ['PX', '50 a.test. zone.test.', `0032${A_TEST}${ZONE_TEST}`],
  ['NSAP-PTR', 'a.test.', A_TEST],
  ['MB', 'a.test.', A_TEST],
  ['LOC', '52 14 5.000 N 00 08 50.000 E 10m 0.00m 10000m 10m', '000016138b3556c88008165000989a68'],
  [
    'LOC',
    '00 00 0.000 S 180 00 0.000 W -0.01m 1m 0.90m 90000000m',
    '001291998000000059604e000098967f',
  ],
  [
    'NSEC3',
    '1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR A NS SOA RRSIG NSEC3PARAM',
    '0101000c04aabbccdd14174eb2409fe28bcb4887a1836f957f0a8425e27b000762000000000210',
  ],
  [
    'NSEC3',
    '1 0 0 - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR',
    '010000000014174eb2409fe28bcb4887a1836f957f0a8425e27b',
  ],
  ['NSEC3PARAM', '1 0 12 AABB', '0100000c02aabb'],
  ['NSEC3PARAM', '1 0 0 -', '0100000000'],
  ['URI', '10 1 "ftp://a.test/x\\"y"', '000a00016674703a2f2f612e746573742f782279'],
  ['TYPE65280', '\\# 4 0a000001', '0a000001'],
  ['TYPE65280', '\\# 0', ''],
  ['OPT', '\\# 7 fde80003010203', 'fde80003010203'],
];

describe.each(TABLE)('%s %s', (type, text, wire) => {
  const codec = rdataCodec(rrTypeCode(type) ?? 0);

  test('is read from text', () => {
    expect(hex(rdata(type, text))).toBe(wire);
  });

  test('is written as text', () => {
    expect(codec.formatText(unhex(wire))).toBe(text);
  });

  test('is read from the generic form', () => {
    expect(hex(rdata(type, `\\# ${wire.length / 2} ${wire}`))).toBe(wire);
  });
});

test.each([
  ['TXT', 'word', '04776f7264'],
  ['TXT', `"${'x'.repeat(256)}"`, `ff${'78'.repeat(255)}0178`],
  ['SVCB', '1 . port=53 alpn=h2', '000100' + '00010003026832' + '000300020035'],
  ['SVCB', '1 . no-default-alpn', '00010000020000'],
  ['SVCB', '1 . "no-default-alpn"', '00010000020000'],
  ['SVCB', '1 . alpn=a\\\\', '0001000001000302615c'],
  [
    'SOA',
    'a.test. a.test. 1 2h 1h30m 1w1D 5',
    `${A_TEST}${A_TEST}0000000100001c2000001518000a8c0000000005`,
  ],
  ['DS', '1 8 2 AB CD', '00010802abcd'],
  ['LOC', '52 n 0 e 10', '001216138b2872008000000000989a68'],
  ['LOC', '0 N 0 E 0m .5m 12345m', '00511613800000008000000000989680'],
  [
    'NSEC3',
    '1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr',
    '010000000014174eb2409fe28bcb4887a1836f957f0a8425e27b',
  ],
  ['RRSIG', 'A 13 3 3600 4294967295 0 12345 . AQ==', '00010d0300000e10ffffffff0000000030390001'],
  ['AAAA', '1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
  ['AAAA', '2001:DB8:0:0:1:0:0:1', '20010db8000000000001000000000001'],
  ['TYPE65280', '\\# 4 0a00 0001', '0a000001'],
])('reads also %s %s', (type, text, wire) => {
  expect(hex(rdata(type, text))).toBe(wire);
});

test('reads one token with the quotes inside', () => {
  const codec = rdataCodec(64);
  const words = ['1', '.', 'alpn="h2"'].map((text) => ({ text, isQuoted: false }));
  expect(codec.formatText(codec.parseText(words, ROOT) as Uint8Array)).toBe('1 . alpn="h2"');
});

test('makes relative names absolute with the origin', () => {
  const parsed = rdataCodec(15).parseText(tokens('10 mail'), parseName('zone.test.') ?? ROOT);
  expect(hex(parsed as Uint8Array)).toBe(`000a046d61696c${ZONE_TEST}`);
});

test.each([
  ['A', '', 'bad A A'],
  ['A', '10.0.0', 'bad A A'],
  ['A', '10.0.0.256', 'bad A A'],
  ['A', '10.0.0.01', 'bad A A'],
  ['A', '10.0.0.1 x', 'garbage after A rdata'],
  ['AAAA', '10.0.0.1', 'bad AAAA AAAA'],
  ['AAAA', '1::2::3', 'bad AAAA AAAA'],
  ['AAAA', '1:2:3:4:5:6:7', 'bad AAAA AAAA'],
  ['AAAA', '1:2:3:4:5:6:7:8:9', 'bad AAAA AAAA'],
  ['AAAA', '1:2:3:4::5:6:7:8', 'bad AAAA AAAA'],
  ['AAAA', '::12345', 'bad AAAA AAAA'],
  ['AAAA', 'x::', 'bad AAAA AAAA'],
  ['AAAA', '10.0.0.1::', 'bad AAAA AAAA'],
  ['CNAME', '', 'bad CNAME Target'],
  ['CNAME', 'a..b.', 'bad CNAME Target'],
  ['MX', 'x a.', 'bad MX Pref'],
  ['MX', '65536 a.', 'bad MX Pref'],
  ['MX', '10', 'bad MX Mx'],
  ['SRV', '0 1', 'bad SRV Port'],
  ['SOA', 'a. b. 1 2 3 4', 'bad SOA zone parameter'],
  ['SOA', 'a. b. 1 2 3 4 5y', 'bad SOA zone parameter'],
  ['SOA', 'a. b. 1 2 3 4 9999999999w', 'bad SOA zone parameter'],
  ['SOA', 'a. b. 4294967296 2 3 4 5', 'bad SOA zone parameter'],
  ['TXT', '', 'bad TXT Txt'],
  ['TXT', '"\\999"', 'bad TXT Txt'],
  ['HINFO', '"cpu"', 'bad HINFO Fields'],
  ['HINFO', `"${'x'.repeat(256)}" "os"`, 'bad HINFO Fields'],
  ['CAA', '256 issue "x"', 'bad CAA Flag'],
  ['CAA', '0', 'bad CAA Tag'],
  ['CAA', '0 issue', 'bad CAA Value'],
  ['CAA', '0 issue "\\999"', 'bad CAA Value'],
  ['DS', '1 8 2', 'bad DS Digest'],
  ['DS', '1 8 2 abc', 'bad DS Digest'],
  ['DS', '1 8 2 a-', 'bad DS Digest'],
  ['DNSKEY', '257 3 13 A', 'bad DNSKEY PublicKey'],
  ['DNSKEY', '257 3 13 AQ=*', 'bad DNSKEY PublicKey'],
  ['DNSKEY', '257 3 13 AQIé', 'bad DNSKEY PublicKey'],
  ['DNSKEY', '257 3 13 AR==', 'bad DNSKEY PublicKey'],
  ['RRSIG', 'FOO', 'bad RRSIG TypeCovered'],
  ['RRSIG', '', 'bad RRSIG TypeCovered'],
  ['RRSIG', 'A 13 3 3600 20260232000000', 'bad RRSIG Expiration'],
  ['RRSIG', 'A 13 3 3600 x', 'bad RRSIG Expiration'],
  ['RRSIG', 'A 13 3 3600', 'bad RRSIG Expiration'],
  ['RRSIG', 'A 13 3 3600 19690101000000', 'bad RRSIG Expiration'],
  ['RRSIG', 'A 13 3 x', 'bad RRSIG OrigTtl'],
  ['NSEC', 'a. FOO', 'bad NSEC TypeBitMap'],
  ['SVCB', '1 . foo=1', 'bad SVCB Params'],
  ['SVCB', '1 . key65535=1', 'bad SVCB Params'],
  ['SVCB', '1 . key65536=1', 'bad SVCB Params'],
  ['SVCB', '1 . port=x', 'bad SVCB Params'],
  ['SVCB', '1 . port=1 port=1', 'bad SVCB Params'],
  ['SVCB', '1 . mandatory=foo', 'bad SVCB Params'],
  ['SVCB', '1 . alpn=a,,b', 'bad SVCB Params'],
  ['SVCB', `1 . alpn=${'x'.repeat(256)}`, 'bad SVCB Params'],
  ['SVCB', '1 . alpn="\\999"', 'bad SVCB Params'],
  ['SVCB', '1 . ipv4hint=', 'bad SVCB Params'],
  ['SVCB', '1 . ipv6hint=::ffff:10.0.0.1', 'bad SVCB Params'],
  ['SVCB', '1 . no-default-alpn=1', 'bad SVCB Params'],
  ['SVCB', '1 . key3=1', 'bad SVCB Params'],
  ['SVCB', '1 . ech=A', 'bad SVCB Params'],
  ['LOC', '91', 'bad LOC Latitude'],
  ['LOC', '1 60', 'bad LOC Latitude minutes'],
  ['LOC', '1 2 60', 'bad LOC Latitude seconds'],
  ['LOC', '1 2 3 E', 'bad LOC Latitude North/South'],
  ['LOC', '1 N 181', 'bad LOC Longitude'],
  ['LOC', '1 N 1 2 x', 'bad LOC Longitude seconds'],
  ['LOC', '1 N 1 2 3 N', 'bad LOC Longitude East/West'],
  ['LOC', '1 N 1 E', 'bad LOC Altitude'],
  ['LOC', '1 N 1 E -200000m', 'bad LOC Altitude'],
  ['LOC', '1 N 1 E 1m x', 'bad LOC Size'],
  ['LOC', '1 N 1 E 1m m', 'bad LOC Size'],
  ['LOC', '1 N 1 E 1m 90000001', 'bad LOC Size'],
  ['LOC', '1 N 1 E 1m 1m 1.234m', 'bad LOC HorizPre'],
  ['LOC', '1 N 1 E 1m 1m 1m 1m 1m', 'bad LOC Size, HorizPre or VertPre'],
  ['NSEC3', '1 0 0', 'bad NSEC3 Salt'],
  ['NSEC3', `1 0 0 ${'ab'.repeat(256)} A0`, 'bad NSEC3 Salt'],
  ['NSEC3', '1 0 0 -', 'bad NSEC3 NextDomain'],
  ['NSEC3', '1 0 0 - W0', 'bad NSEC3 NextDomain'],
  ['NSEC3', '1 0 0 - A', 'bad NSEC3 NextDomain'],
  ['NSEC3', '1 0 0 - A1', 'bad NSEC3 NextDomain'],
  ['NSEC3PARAM', '1 0 0 x', 'bad NSEC3PARAM Salt'],
  ['URI', '1 1', 'bad URI Target'],
  ['TSIG', 'hmac-sha256. 1', 'TSIG records do not have a presentation format'],
  ['TYPE65280', 'x', 'bad RFC3597 Rdata'],
  ['TYPE65280', '\\# 3 0a000001', 'bad RFC3597 Rdata'],
  ['TYPE65280', '\\# x 0a', 'bad RFC3597 Rdata'],
  ['TYPE65280', '\\# 1', 'bad RFC3597 Rdata'],
  ['TYPE65280', '\\# 1 0', 'bad RFC3597 Rdata'],
  ['TYPE65280', `\\# 65536 ${'00'.repeat(65536)}`, 'bad RFC3597 Rdata'],
  ['A', '\\# 5 0102030405', 'bad A Rdata'],
  ['OPT', 'x', 'bad OPT Option'],
])('refuses the text %s %s', (type, text, error) => {
  expect(rdataCodec(rrTypeCode(type) ?? 0).parseText(tokens(text), ROOT)).toBe(error);
});

test('refuses a text over 65535 octets', () => {
  const text = `"${'x'.repeat(65535)}"`;
  expect(rdataCodec(16).parseText(tokens(text), ROOT)).toBe('bad TXT Rdata');
});

test.each([
  ['A', '0a0000', '\\# 3 0a0000'],
  ['A', '0a00000102', '\\# 5 0a00000102'],
  ['A', '', '\\# 0'],
  ['MX', '000a', '\\# 2 000a'],
  ['MX', '000ac000', '\\# 4 000ac000'],
  ['CNAME', '016100ff', '\\# 4 016100ff'],
  ['TXT', '0261', '\\# 2 0261'],
  ['HINFO', '0161', '\\# 2 0161'],
  ['DS', '00010802', '\\# 4 00010802'],
  ['NSEC', '000001', '\\# 3 000001'],
  ['SVCB', '0001000001', '\\# 5 0001000001'],
  ['LOC', `01${'00'.repeat(15)}`, `\\# 16 01${'00'.repeat(15)}`],
  ['LOC', `00a0${'00'.repeat(14)}`, `\\# 16 00a0${'00'.repeat(14)}`],
  ['LOC', '00', '\\# 1 00'],
  ['NSEC3PARAM', '0100000004', '\\# 5 0100000004'],
])('writes %s %s in the generic form where the octets do not fit the type', (type, wire, text) => {
  expect(rdataCodec(rrTypeCode(type) ?? 0).formatText(unhex(wire))).toBe(text);
});

test.each([
  ['A', '0a000001', []],
  ['SRV', `000000640050${A_TEST}`, [6]],
  ['SOA', `${A_TEST}${ZONE_TEST}${'00'.repeat(20)}`, [0, 8]],
  ['SOA', A_TEST, [0]],
  ['MX', '00', []],
])('finds the names in %s %s', (type, wire, offsets) => {
  expect(rdataCodec(rrTypeCode(type) ?? 0).nameOffsets(unhex(wire))).toEqual(offsets);
});

test('compresses names of the types of RFC 1035 only', () => {
  const words = ['NS', 'CNAME', 'SOA', 'PTR', 'MX', 'MB', 'MD', 'MF', 'MG', 'MR', 'MINFO'];
  const compressible = [...Array(300).keys()].filter((type) => rdataCodec(type).compressible);
  expect(compressible).toEqual(
    words.map((word) => rrTypeCode(word)).toSorted((a = 0, b = 0) => a - b),
  );
});

test.each([
  [
    '0b686d61632d7368613235360000006553f100012c00040102030404d200000000',
    'hmac-sha256. 20231114221320 300 4 01020304 1234 0 0',
  ],
  ['00ffffffffffff012c0000000100120006abcdef012345', '. 281474976710655 300 0 1 18 6 ABCDEF012345'],
])('shows TSIG %s as %s, and reads it in the generic form', (wire, text) => {
  const codec = rdataCodec(rrTypeCode('TSIG') ?? 0);
  expect(codec.formatText(unhex(wire))).toBe(text);
  expect(hex(rdata('TSIG', `\\# ${wire.length / 2} ${wire}`))).toBe(wire);
});

test('no field of TSIG has a text to read', () => {
  const cursor = new TokenCursor(tokens('20260101000000'), ROOT);
  const fields = rdataCodec(rrTypeCode('TSIG') ?? 0).fields.filter(({ label }) =>
    ['TimeSigned', 'MAC', 'OtherData'].includes(label),
  );
  expect(fields.map((field) => field.parse(cursor, new OctetSink()))).toEqual([
    false,
    false,
    false,
  ]);
});
