// The plain decoder and encoder of whole messages.
// The oddities that CoreDNS accepts are each a case here.
import { describe, expect, test } from 'vitest';
import {
  decodeMessage,
  encodeMessage,
  type Message,
  queryMessage,
} from '../../../src/dns/message.ts';
import { recordText } from '../../../src/dns/record.ts';
import { hex, name, record, unhex } from '../../support/record-lines.ts';

const HEADER = {
  id: 0x1234,
  isResponse: true,
  opcode: 0,
  authoritative: true,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: false,
  zero: false,
  authenticData: false,
  checkingDisabled: false,
  rcode: 0,
};
const EMPTY = { questions: [], answer: [], authority: [], additional: [], edns: undefined };
const QUESTION = { name: name('a.test.'), type: 1, class: 1 };

function message(fields: Partial<Message>): Message {
  return { ...HEADER, ...EMPTY, ...fields };
}

const FULL = message({
  questions: [QUESTION],
  answer: [record('a.test. 5 IN CNAME b.test.'), record('b.test. 5 IN MX 1 c.b.test.')],
  authority: [record('test. 5 IN SOA ns.test. host.test. 1 2 3 4 5')],
  additional: [record('b.test. 5 IN A 10.0.0.1')],
  edns: {
    udpSize: 1232,
    version: 0,
    isDnssecOk: true,
    options: [{ code: 65001, data: unhex('0102') }],
    extendedRcode: 0,
  },
});

describe('encodeMessage and decodeMessage', () => {
  test.each([
    ['nothing but a header', message({})],
    ['every part', FULL],
    ['two questions', message({ questions: [QUESTION, QUESTION] })],
    [
      'the other flags',
      message({
        isResponse: false,
        opcode: 5,
        authoritative: false,
        truncated: true,
        recursionDesired: false,
        recursionAvailable: true,
        zero: true,
        authenticData: true,
        checkingDisabled: true,
        rcode: 5,
      }),
    ],
  ])('keep %s, compressed or not', (_what, original) => {
    expect(decodeMessage(encodeMessage(original, { compress: false }))).toEqual(original);
    expect(decodeMessage(encodeMessage(original, { compress: true }))).toEqual(original);
  });

  test('carry the upper bits of the response code in the OPT record', () => {
    const edns = { udpSize: 0, version: 1, isDnssecOk: false, options: [], extendedRcode: 0xfe };
    const decoded = decodeMessage(
      encodeMessage(message({ rcode: 0xfe3, edns }), { compress: false }),
    );
    expect(decoded).toMatchObject({ rcode: 0xfe3, edns });
  });

  test('compress names as far as their case agrees', () => {
    const upper = { ...QUESTION, name: name('A.TEST.') };
    const octets = encodeMessage(
      message({
        questions: [upper],
        answer: [record('A.TEST. 5 IN CNAME b.TEST.'), record('b.test. 5 IN A 10.0.0.1')],
      }),
      { compress: true },
    );
    expect(hex(octets.subarray(12))).toBe(
      '0141045445535400' +
        '00010001' +
        'c00c0005000100000005' +
        '0004' +
        '0162c00e' +
        '0162047465737400' +
        '00010001000000050004' +
        '0a000001',
    );
  });
});

describe('decodeMessage', () => {
  const head = (counts: string) => `123401000001${counts}`;
  const question = '0161047465737400' + '00010001';

  test('takes counts that are too high where the message ends between records', () => {
    const decoded = decodeMessage(unhex(`${head('000500060007')}${question}`));
    expect(decoded).toMatchObject({ questions: [QUESTION], answer: [], additional: [] });
    expect(decodeMessage(unhex(head('000100010001')))).toMatchObject(EMPTY);
  });

  test('ignores octets after the message', () => {
    expect(decodeMessage(unhex(`${head('000000000000')}${question}ffff`))).toBeDefined();
  });

  test('takes a question that ends after the name or the type', () => {
    const cut = unhex(`${head('000000000000')}0161047465737400`);
    expect(decodeMessage(cut)?.questions).toEqual([{ ...QUESTION, type: 0, class: 0 }]);
    const typed = unhex(`${head('000000000000')}01610474657374000001`);
    expect(decodeMessage(typed)?.questions).toEqual([{ ...QUESTION, class: 0 }]);
  });

  test.each([
    ['less than a header', '123401'],
    ['no second question', `123401000002000000000000${question}`],
    ['a question cut in its type', `${head('000000000000')}016104746573740000`],
    ['a record cut in its head', `${head('000100000000')}${question}c00c0001`],
    ['a record cut in its rdata', `${head('000100000000')}${question}c00c000100010000000500040a00`],
    [
      'an address of three octets',
      `${head('000100000000')}${question}c00c000100010000000500030a0000`,
    ],
    ['a type with octets left', `${head('000100000000')}${question}c00c00050001000000050003c00c00`],
  ])('refuses %s', (_what, wire) => {
    expect(decodeMessage(unhex(wire))).toBeUndefined();
  });

  test('writes compressed names in rdata out in full', () => {
    const wire = `${head('000100000000')}${question}c00c000f0001000000050006000a0178c00e`;
    const answer = decodeMessage(unhex(wire))?.answer.map(recordText);
    expect(answer).toEqual(['a.test. 5 IN MX 10 x.test.']);
  });

  test('of two OPT records takes the last', () => {
    const opt = (size: string) => `000029${size}000000000000`;
    const wire = `${head('000000000003')}${question}${opt('0400')}c00c00010001000000050000${opt('0500')}`;
    const decoded = decodeMessage(unhex(wire));
    expect(decoded?.edns?.udpSize).toBe(0x500);
    expect(decoded?.additional).toHaveLength(1);
  });
});

test('queryMessage asks one question, with the fields that are given', () => {
  const plain = encodeMessage(queryMessage(QUESTION), { compress: false });
  expect(hex(plain)).toBe(
    '0000 0000 0001 0000 0000 0000 0161 0474 6573 7400 0001 0001'.replaceAll(' ', ''),
  );
  const notify = queryMessage(QUESTION, { id: 7, opcode: 4, authoritative: true });
  expect(notify).toMatchObject({ id: 7, opcode: 4, authoritative: true, recursionDesired: false });
});
