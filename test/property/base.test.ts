// Text and bytes of the base room: what is written is read back as it was.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/base/duration.ts';
import { parseInteger, quote } from '../../src/base/go-text.ts';
import { cidrContains, formatIp, maskIp, parseCidr, parseIp } from '../../src/base/ip.ts';

const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
/** Many zero octets, so that zero runs of all lengths and places occur. */
const ipv6 = fc
  .array(fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 255 })), {
    minLength: 16,
    maxLength: 16,
  })
  .map((octets) => Uint8Array.from(octets));

describe('addresses', () => {
  test('any address is read back from its text', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (bytes) => {
        expect(parseIp(formatIp(bytes))).toEqual(bytes);
      }),
    );
  });

  test('any text is an address or none, never an error', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789abcdef:.::/%') });
    fc.assert(
      fc.property(text, (candidate) => {
        const bytes = parseIp(candidate);
        if (bytes !== undefined) expect(parseIp(formatIp(bytes))).toEqual(bytes);
      }),
    );
  });

  test('a block holds an address exactly when both are equal behind the mask', () => {
    fc.assert(
      fc.property(ipv4, ipv4, fc.integer({ min: 0, max: 32 }), (network, address, length) => {
        const cidr = parseCidr(`${formatIp(network)}/${length}`)!;
        expect(cidr.address).toEqual(maskIp(network, length));
        const isInside = formatIp(maskIp(address, length)) === formatIp(cidr.address);
        expect(cidrContains(cidr, address)).toBe(isInside);
        expect(cidrContains(cidr, network)).toBe(true);
      }),
    );
  });
});

test('any duration of whole nanoseconds is read back from its text', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), (ns) => {
      const ms = ns / 1e6;
      expect(Math.round((parseDuration(formatDuration(ms)) as number) * 1e6)).toBe(ns);
    }),
  );
});

test('safe integers are read back, and Go quotes hold no raw control character', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.string({ unit: 'binary' }), (value, text) => {
      expect(parseInteger(String(value))).toBe(value);
      expect(quote(text)).toMatch(/^"\P{C}*"$/u);
    }),
  );
});
