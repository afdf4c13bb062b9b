// The words for numbers in all tables of src/dns/codes.
// One file for the five: they have the same few functions.
import { expect, test } from 'vitest';
import { EdnsOption, ednsOptionName } from '../../../../src/dns/codes/edns-option.ts';
import { Opcode, opcodeCode, opcodeName } from '../../../../src/dns/codes/opcode.ts';
import { Rcode, rcodeCode, rcodeName } from '../../../../src/dns/codes/rcode.ts';
import { RRClass, rrClassCode, rrClassName } from '../../../../src/dns/codes/rr-class.ts';
import { RRType, rrTypeCode, rrTypeName } from '../../../../src/dns/codes/rr-type.ts';

test.each([
  [0, 'None'],
  [1, 'A'],
  [23, 'NSAP-PTR'],
  [41, 'OPT'],
  [255, 'ANY'],
  [731, 'TYPE731'],
  [65535, 'Reserved'],
])('calls type %i %s, both ways', (code, word) => {
  expect(rrTypeName(code)).toBe(word);
  expect(rrTypeCode(word)).toBe(code);
});

test.each([
  [1, 'IN'],
  [3, 'CH'],
  [255, 'ANY'],
  [17, 'CLASS17'],
])('calls class %i %s, both ways', (code, word) => {
  expect(rrClassName(code)).toBe(word);
  expect(rrClassCode(word)).toBe(code);
});

test('takes type and class words in any case, and numbers up to 65535', () => {
  expect(rrTypeCode('aaaa')).toBe(RRType.AAAA);
  expect(rrTypeCode('type65280')).toBe(65280);
  expect(rrClassCode('class1')).toBe(RRClass.IN);
});

test.each(['TYPE', 'TYPE65536', 'TYPE1x', 'TYPE-1', 'TYPE123456', 'FOO', ''])(
  'has no type %j',
  (word) => {
    expect(rrTypeCode(word)).toBeUndefined();
  },
);

test.each(['CLASS', 'CLASS65536', 'XX', ''])('has no class %j', (word) => {
  expect(rrClassCode(word)).toBeUndefined();
});

test('has a word for every response code, known or not', () => {
  expect(rcodeName(Rcode.NXDOMAIN)).toBe('NXDOMAIN');
  expect(rcodeName(16)).toBe('BADVERS');
  expect(rcodeName(3841)).toBe('RCODE3841');
  expect(rcodeCode('servfail')).toBe(Rcode.SERVFAIL);
  expect(rcodeCode('NOPE')).toBeUndefined();
});

test('has a word for every opcode, known or not', () => {
  expect(opcodeName(Opcode.NOTIFY)).toBe('NOTIFY');
  expect(opcodeName(15)).toBe('OPCODE15');
  expect(opcodeCode('update')).toBe(Opcode.UPDATE);
  expect(opcodeCode('NOPE')).toBeUndefined();
});

test('has a word for every EDNS option, known or not', () => {
  expect(ednsOptionName(EdnsOption.COOKIE)).toBe('COOKIE');
  expect(ednsOptionName(65001)).toBe('OPT65001');
});
