// Rdata of every type: text and octets stand for each other.
// Well-formed octets come from test/support/dns-arbitraries.ts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rrTypeCode } from '../../src/dns/codes/rr-type.ts';
import { ROOT } from '../../src/dns/name.ts';
import { rdataCodec } from '../../src/dns/rdata/table.ts';
import { base64Octets, toBase64 } from '../../src/dns/text/base64.ts';
import { quoteOctets, unescapeText } from '../../src/dns/text/escapes.ts';
import { hexOctets, toHex } from '../../src/dns/text/hex.ts';
import { readRdata } from '../../src/dns/wire/rdata-reader.ts';
import { WireReader } from '../../src/dns/wire/reader.ts';
import { rdataByType } from '../support/dns-arbitraries.ts';
import { tokens } from '../support/record-lines.ts';

test.each(Object.entries(rdataByType))('%s comes back from its text', (word, rdata) => {
  const codec = rdataCodec(rrTypeCode(word) ?? 0);
  fc.assert(
    fc.property(rdata, (original) => {
      const text = codec.formatText(original);
      expect(codec.parseText(tokens(text), ROOT)).toEqual(original);
    }),
  );
});

test.each(Object.entries(rdataByType))('%s is taken off the wire as it is', (word, rdata) => {
  fc.assert(
    fc.property(rdata, (original) => {
      const reader = new WireReader(original, original.length);
      expect(readRdata(reader, rrTypeCode(word) ?? 0, original.length)).toEqual(original);
      expect(reader.hasFailed).toBe(false);
    }),
  );
});

test('any octets of any type have a text that stands for them', () => {
  const type = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0xffff }));
  fc.assert(
    fc.property(type, fc.uint8Array({ maxLength: 60 }), (code, octets) => {
      const reader = new WireReader(octets, octets.length);
      const rdata = readRdata(reader, code, octets.length);
      if (reader.hasFailed) return;
      const codec = rdataCodec(code);
      const parsed = codec.parseText(tokens(codec.formatText(rdata)), ROOT);
      // Bitmaps may come with zeros at their ends, which text does not keep.
      if (typeof parsed !== 'string' && parsed.length === rdata.length) {
        expect(codec.formatText(parsed)).toBe(codec.formatText(rdata));
      }
    }),
    { numRuns: 2000 },
  );
});

test('octets come back from hex, base64 and quoted strings', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (octets) => {
      expect(hexOctets(toHex(octets))).toEqual(octets);
      expect(base64Octets(toBase64(octets))).toEqual(octets);
      expect(unescapeText(quoteOctets(octets).slice(1, -1))).toEqual(octets);
    }),
  );
});
