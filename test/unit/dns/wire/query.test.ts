// What is accepted of a client and what is refused, with the exact reply.
// The same against recordings of CoreDNS: recorded.test.ts.
import { describe, expect, test } from 'vitest';
import { formatName } from '../../../../src/dns/name.ts';
import {
  type Query,
  type QueryFault,
  readQuery,
  writeFault,
} from '../../../../src/dns/wire/query.ts';
import { hex, unhex } from '../../../support/record-lines.ts';

const QUESTION = '0161047465737400' + '00010001';
const RECORD = 'c00c0001000100000005' + '00040a000001';
const OPT = '0000290200000080000000';

function read(wire: string): Query | QueryFault {
  const octets = unhex(wire);
  return readQuery(octets, octets.length);
}

function faultReply(wire: string): string | undefined {
  const fault = read(wire);
  if (!fault.isFault) throw new Error('this query is well-formed');
  if (fault.isSilent) return undefined;
  const out = new Uint8Array(512);
  return hex(out.subarray(0, writeFault(fault, out)));
}

test('reads a query with all its parts', () => {
  const query = read(`123401300001000100010002${QUESTION}${RECORD}${RECORD}${OPT}${RECORD}ffff`);
  expect(query).toMatchObject({
    isFault: false,
    id: 0x1234,
    flags: 0x0130,
    opcode: 0,
    recursionDesired: true,
    authenticData: true,
    checkingDisabled: true,
    question: { type: 1, class: 1 },
    edns: { udpSize: 512, version: 0, isDnssecOk: true, options: [], extendedRcode: 0 },
  });
  if (query.isFault) return;
  expect(formatName(query.question.name)).toBe('a.test.');
  expect([query.answer, query.authority, query.additional].map((each) => each.length)).toEqual([
    1, 1, 1,
  ]);
});

test('reads the flags behind DO', () => {
  const query = read(`123401000001000000000001${QUESTION}0000290200000040010000`);
  expect(query).toMatchObject({ edns: { isDnssecOk: false, otherFlags: 0x4001 } });
});

test('reads a NOTIFY, and a plain query without EDNS', () => {
  expect(read(`123420000001000000000000${QUESTION}`)).toMatchObject({
    opcode: 4,
    recursionDesired: false,
    edns: undefined,
  });
});

test('looks no further than the given length', () => {
  const octets = unhex(`123401000001000000000001${QUESTION}${OPT}`);
  expect(readQuery(octets, octets.length - 1).isFault).toBe(true);
  expect(readQuery(octets, octets.length - OPT.length / 2).isFault).toBe(false);
});

describe('stays silent', () => {
  test.each([
    ['on nothing', ''],
    ['on eleven octets', '1234010000010000000000'],
    ['on a response', `123481000001000000000000${QUESTION}`],
  ])('%s', (_what, wire) => {
    expect(faultReply(wire)).toBeUndefined();
  });
});

describe('refuses', () => {
  test.each([
    ['IQUERY with NOTIMP', '123409000001000000000000', '123489040000000000000000'],
    [
      'UPDATE before it looks at the counts',
      '123429000009000000000000',
      '1234a9040000000000000000',
    ],
    ['no question', '123401000000000000000000', '123481010000000000000000'],
    ['two questions', `123401000002000000000000${QUESTION}`, '123481010000000000000000'],
    ['two answers', '123401000001000200000000', '123481010000000000000000'],
    ['two authorities', '123401000001000000020000', '123481010000000000000000'],
    ['three additionals', '123401000001000000000003', '123481010000000000000000'],
    ['a cut name', '1234010000010000000000000361', '123481010000000000000000'],
    ['a cut question', '12340100000100000000000000' + '000100', '123481010000000000000000'],
    ['NOTIFY with the opcode QUERY', '123421000000000000000000', '123481010000000000000000'],
    [
      'while it keeps TC, RD, RA, AD and CD, not AA, Z and the response code',
      '12347fff0000000000000000',
      '1234fbb40000000000000000',
    ],
    ['with the same flags in FORMERR', '123407ff0000000000000000', '123483b10000000000000000'],
    ['with AD and CD', '123400300000000000000000', '123480310000000000000000'],
    [
      'a broken record with its question',
      `123401000001000000000001${QUESTION}00002902`,
      `123481010001000000000000${QUESTION}`,
    ],
    [
      'a broken option with its question',
      `123421000001000000000001${QUESTION}00002904d0000000000004000a0001`,
      `123481010001000000000000${QUESTION}`,
    ],
    ['a header alone as ServeDNS does', '123407b00001000000000000', '123481120000000000000000'],
    ['a header alone of a NOTIFY', '123421100001000000000000', '1234a0020000000000000000'],
  ])('%s', (_what, wire, reply) => {
    expect(faultReply(wire)).toBe(reply);
  });

  test('and counts only the header alone', () => {
    expect(read('123401000001000000000000')).toMatchObject({ isCounted: true, rcode: 2 });
    expect(read('123401000000000000000000')).toMatchObject({ isCounted: false, rcode: 1 });
  });
});
