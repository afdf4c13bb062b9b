// Messages, replies and queries: what is written can be read.
// Malformed octets are the matter of dns-fuzz.test.ts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rrTypeCode } from '../../src/dns/codes/rr-type.ts';
import { decodeMessage, encodeMessage } from '../../src/dns/message.ts';
import { readQuery, writeFault } from '../../src/dns/wire/query.ts';
import { uncompressedLength, writeReply } from '../../src/dns/wire/reply-writer.ts';
import { message, question } from '../support/dns-arbitraries.ts';

const messages = message((word) => rrTypeCode(word) ?? 0);

test('a message comes back from its octets, compressed or not', () => {
  fc.assert(
    fc.property(messages, fc.boolean(), (original, compress) => {
      expect(decodeMessage(encodeMessage(original, { compress }))).toEqual(original);
    }),
  );
});

test('compression never makes a message longer', () => {
  fc.assert(
    fc.property(messages, (original) => {
      const plain = encodeMessage(original, { compress: false });
      expect(encodeMessage(original, { compress: true }).length).toBeLessThanOrEqual(plain.length);
    }),
  );
});

test('a reply keeps to its limit, and holds the first records of each section', () => {
  const limits = fc.record({
    maxSize: fc.integer({ min: 0, max: 3000 }),
    compressOver: fc.constantFrom(0, 1220, 1480, Number.POSITIVE_INFINITY),
  });
  const out = new Uint8Array(65535);
  fc.assert(
    fc.property(messages, question, limits, (original, asked, sizes) => {
      const reply = { ...original, question: asked };
      const length = writeReply(reply, out, sizes);
      const read = decodeMessage(out.subarray(0, length));
      expect(length).toBeLessThanOrEqual(Math.max(512, sizes.maxSize));
      const isWhole = read?.truncated === false || length === uncompressedLength(reply);
      const keep = (section: 'answer' | 'authority' | 'additional') =>
        isWhole ? original[section] : original[section].slice(0, read?.[section].length);
      expect(read).toEqual({
        ...original,
        isResponse: true,
        truncated: read?.truncated,
        questions: [asked],
        answer: keep('answer'),
        authority: keep('authority'),
        additional: keep('additional'),
      });
      if (original.truncated) expect(read?.truncated).toBe(true);
    }),
  );
});

test('what readQuery takes is what decodeMessage reads', () => {
  fc.assert(
    fc.property(messages, (original) => {
      const octets = encodeMessage({ ...original, isResponse: false }, { compress: true });
      const query = readQuery(octets, octets.length);
      if (query.isFault) return;
      const { answer, authority, additional, edns } = query;
      expect({ answer, authority, additional, edns, questions: [query.question] }).toEqual({
        answer: original.answer,
        authority: original.authority,
        additional: original.additional,
        edns: original.edns,
        questions: original.questions,
      });
    }),
  );
});

test('a fault has a reply that can be read', () => {
  const out = new Uint8Array(512);
  fc.assert(
    fc.property(messages, (original) => {
      const octets = encodeMessage(original, { compress: true });
      const query = readQuery(octets, octets.length);
      if (!query.isFault || query.isSilent) return;
      const reply = decodeMessage(out.subarray(0, writeFault(query, out)));
      expect(reply).toMatchObject({ id: original.id, isResponse: true, rcode: query.rcode });
    }),
  );
});
