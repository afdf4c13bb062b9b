// The value of external names: what goes in comes out.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeExternal,
  type ExternalEntry,
  encodeExternal,
} from '../../../src/names/external-node.ts';

const octets = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const hosts = fc.oneof(
  fc.record({ kind: fc.constant('ipv4' as const), host: octets(4) }),
  fc.record({ kind: fc.constant('ipv6' as const), host: octets(16) }),
  fc.record({ kind: fc.constant('name' as const), host: fc.uint8Array({ maxLength: 255 }) }),
);
const entry: fc.Arbitrary<ExternalEntry> = fc
  .tuple(
    hosts,
    fc.option(fc.integer({ min: 0, max: 0xffff }), { nil: undefined }),
    fc.uint8Array({ maxLength: 200 }),
  )
  .map(([host, port, target]) => ({ ...host, port, target }));

test('lists come back, wherever they lie', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), fc.nat(20), (entries, offset) => {
      const value = encodeExternal(entries);
      const arena = new Uint8Array(offset + value.length + 7).fill(0xff);
      arena.set(value, offset);
      expect(decodeExternal(arena, offset, value.length)).toEqual(entries);
    }),
  );
});
