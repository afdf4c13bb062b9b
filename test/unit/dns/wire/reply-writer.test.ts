// The sizes of replies: plain, compressed, cut.
// The same against recordings of CoreDNS: recorded.test.ts.
import { describe, expect, test } from 'vitest';
import type { Edns } from '../../../../src/dns/edns.ts';
import { decodeMessage, type Message } from '../../../../src/dns/message.ts';
import { recordText } from '../../../../src/dns/record.ts';
import {
  type ReplyData,
  uncompressedLength,
  writeReply,
} from '../../../../src/dns/wire/reply-writer.ts';
import { hex, name, record } from '../../../support/record-lines.ts';

const PLAIN: ReplyData = {
  id: 0x1234,
  opcode: 0,
  authoritative: true,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: false,
  authenticData: false,
  checkingDisabled: false,
  rcode: 0,
  question: { name: name('a.test.'), type: 1, class: 1 },
  answer: [],
  authority: [],
  additional: [],
};
const EDNS: Edns = { udpSize: 1232, version: 0, isDnssecOk: false, options: [], extendedRcode: 0 };
const TCP = { maxSize: 65535, compressOver: Number.POSITIVE_INFINITY };

/** Records of 42 octets each, 16 compressed. */
function addresses(count: number): ReplyData['answer'] {
  return Array.from({ length: count }, (_each, index) =>
    record(`a.test. 5 IN A 10.0.${index >> 8}.${index & 255}`),
  );
}

function write(reply: Partial<ReplyData>, limits = TCP, size = 65535): [number, Message] {
  const out = new Uint8Array(size);
  const length = writeReply({ ...PLAIN, ...reply }, out, limits);
  const message = decodeMessage(out.subarray(0, length));
  if (message === undefined) throw new Error(hex(out.subarray(0, length)));
  return [length, message];
}

test('writes a reply that fits without compression', () => {
  const out = new Uint8Array(512);
  const length = writeReply({ ...PLAIN, answer: addresses(1) }, out, { ...TCP, maxSize: 0 });
  expect(hex(out.subarray(0, length))).toBe(
    '123485000001000100000000' +
      '016104746573740000010001' +
      '016104746573740000010001000000050004' +
      '0a000000',
  );
});

test('writes every flag, the upper bits of the response code, and no question', () => {
  const [, message] = write({
    question: undefined,
    opcode: 4,
    authoritative: false,
    truncated: true,
    recursionDesired: false,
    recursionAvailable: true,
    zero: true,
    authenticData: true,
    checkingDisabled: true,
    rcode: 16,
    edns: EDNS,
  });
  expect(message).toMatchObject({
    isResponse: true,
    questions: [],
    opcode: 4,
    authoritative: false,
    truncated: true,
    recursionDesired: false,
    recursionAvailable: true,
    zero: true,
    authenticData: true,
    checkingDisabled: true,
    rcode: 16,
    edns: { ...EDNS, extendedRcode: 1 },
  });
});

test('writes the flags behind DO', () => {
  const edns = { ...EDNS, isDnssecOk: true, otherFlags: 0x4001 };
  expect(write({ edns })[1]).toMatchObject({ edns: { isDnssecOk: true, otherFlags: 0x4001 } });
});

test('measures a reply without compression', () => {
  const edns = { ...EDNS, options: [{ code: 3, data: new Uint8Array(5) }] };
  const sections = { answer: addresses(1), authority: addresses(2), additional: addresses(3) };
  expect(uncompressedLength({ ...PLAIN, ...sections, edns })).toBe(12 + 12 + 6 * 22 + 20);
  expect(uncompressedLength({ ...PLAIN, question: undefined })).toBe(12);
  expect(write({ ...sections, edns })[0]).toBe(12 + 12 + 6 * 22 + 20);
});

describe('compresses', () => {
  test('what fits no other way', () => {
    // 12 + 12 + 23 * 22 = 530 octets plain, 12 + 12 + 23 * 16 = 392 compressed.
    const [length, message] = write({ answer: addresses(23) }, { ...TCP, maxSize: 512 });
    expect(length).toBe(392);
    expect(message.truncated).toBe(false);
  });

  test('what is larger than compressOver though it fits', () => {
    const limits = { maxSize: 4096, compressOver: 529 };
    expect(write({ answer: addresses(23) }, limits)[0]).toBe(392);
    expect(write({ answer: addresses(23) }, { ...limits, compressOver: 530 })[0]).toBe(530);
  });

  test('names in the rdata of old types, and none in that of new ones', () => {
    const answer = [
      record('a.test. 5 IN SRV 0 0 80 b.test.'),
      record('b.test. 5 IN CNAME c.b.test.'),
      record('c.b.test. 5 IN DNAME b.test.'),
    ];
    const [length] = write({ answer }, { maxSize: 65535, compressOver: 0 });
    // Owners: two octets each; SRV and DNAME targets in full, and pointed at; `c` and a pointer.
    expect(length).toBe(24 + (2 + 10 + 6 + 8) + (2 + 10 + 4) + (2 + 10 + 8));
  });

  test('to no offset over 16383', () => {
    const filler = Array.from({ length: 70 }, () => record(`. 5 IN TXT "${'x'.repeat(238)}"`));
    const late = [record('late.zone. 5 IN A 10.0.0.1'), record('late.zone. 5 IN A 10.0.0.2')];
    const [length, message] = write({ answer: [...filler, ...late] }, { ...TCP, compressOver: 0 });
    expect(length).toBe(24 + 70 * 250 + 2 * (11 + 14));
    expect(message.answer.slice(70).map(recordText)).toEqual(late.map(recordText));
  });

  test('nothing that an earlier message held', () => {
    const limits = { ...TCP, compressOver: 0 };
    const first = write({ answer: addresses(1) }, limits)[0];
    write({ question: { name: name('x.y.z.'), type: 1, class: 1 }, answer: addresses(2) }, limits);
    expect(write({ answer: addresses(1) }, limits)[0]).toBe(first);
  });
});

describe('truncates', () => {
  const udp = { maxSize: 512, compressOver: 1480 };

  test('at whole records, sets TC and keeps what fits', () => {
    const [length, message] = write({ answer: addresses(100) }, udp);
    expect(length).toBe(24 + 30 * 16);
    expect(message).toMatchObject({ truncated: true, answer: { length: 30 } });
  });

  test('to the octet', () => {
    // The 31st record ends at 520, which is just allowed.
    expect(write({ answer: addresses(31) }, { ...udp, maxSize: 520 })[1].truncated).toBe(false);
    expect(write({ answer: addresses(31) }, { ...udp, maxSize: 519 })[1].truncated).toBe(true);
    const exact = write({ answer: addresses(40) }, { ...udp, maxSize: 520 });
    expect(exact[0]).toBe(520);
  });

  test('but never the OPT record', () => {
    const [length, message] = write({ answer: addresses(100), edns: EDNS }, udp);
    expect(length).toBe(24 + 29 * 16 + 11);
    expect(message).toMatchObject({ truncated: true, edns: EDNS });
  });

  test('additional before authority before answer', () => {
    const sections = { authority: addresses(2), additional: addresses(2) };
    const sizes = (answers: number) => {
      const { answer, authority, additional, truncated } = write(
        { answer: addresses(answers), ...sections },
        udp,
      )[1];
      return [answer.length, authority.length, additional.length, truncated];
    };
    expect(sizes(26)).toEqual([26, 2, 2, false]);
    expect(sizes(27)).toEqual([27, 2, 1, true]);
    expect(sizes(29)).toEqual([29, 1, 0, true]);
    expect(sizes(31)).toEqual([30, 0, 0, true]);
  });

  test('without skipping to a smaller record behind one that does not fit', () => {
    const large = record(`a.test. 5 IN TXT "${'x'.repeat(255)}" "${'x'.repeat(255)}"`);
    const [, message] = write({ answer: [large, ...addresses(2)], additional: addresses(1) }, udp);
    expect(message).toMatchObject({ truncated: true, answer: [], additional: [] });
  });

  test('when the buffer is smaller than the limit', () => {
    const [length, message] = write({ answer: addresses(100) }, TCP, 600);
    expect(length).toBe(600);
    expect(message.truncated).toBe(true);
  });

  test('names that end behind the buffer without a trace', () => {
    const answer = [
      ...addresses(29),
      record('b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.test. 5 IN CNAME long.name.that.does.not.fit.'),
    ];
    const [length, message] = write({ answer: [...answer, ...addresses(9)] }, udp, 512);
    expect(length).toBe(24 + 29 * 16);
    expect(message.answer).toHaveLength(29);
  });

  test('the options of an OPT record that would not fit', () => {
    const edns = { ...EDNS, options: [{ code: 65001, data: new Uint8Array(600) }] };
    const [length, message] = write({ answer: addresses(1), edns }, udp, 512);
    expect(length).toBe(24 + 16 + 11);
    expect(message.edns?.options).toEqual([]);
  });
});
