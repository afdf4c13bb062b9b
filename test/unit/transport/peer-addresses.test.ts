import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIp, parseIp } from '../../../src/base/ip.ts';
import { PeerAddresses } from '../../../src/transport/peer-addresses.ts';

const AF_INET = 2;
const AF_INET6 = 10;

/** A sockaddr_in or sockaddr_in6 as Linux lays it out, in a route's memory. */
function sockaddr(address: Uint8Array): Int32Array {
  const bytes = new Uint8Array(80);
  bytes[0] = address.length === 4 ? AF_INET : AF_INET6;
  bytes.set([0xd4, 0x31], 2);
  bytes.set(address, address.length === 4 ? 4 : 8);
  return new Int32Array(bytes.buffer);
}

const bytesOf = (text: string): Uint8Array => parseIp(text) ?? new Uint8Array(16);

describe('PeerAddresses', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:db8::17:0:5', '2001:db8::17:0:5'],
    ['fe80::1', 'fe80::1'],
  ])('%s is told as %s, the second time too', (address, text) => {
    const addresses = new PeerAddresses();
    expect(addresses.text(sockaddr(bytesOf(address)), 0)).toBe(text);
    expect(addresses.text(sockaddr(bytesOf(address)), 0)).toBe(text);
  });

  test('an IPv4-mapped address is told as IPv4', () => {
    const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 9);
    expect(new PeerAddresses().text(sockaddr(mapped), 0)).toBe('192.0.2.9');
  });

  test('reads at any word', () => {
    const words = new Int32Array(40);
    words.set(sockaddr(bytesOf('198.51.100.7')), 20);
    expect(new PeerAddresses().text(words, 20)).toBe('198.51.100.7');
  });

  test('more clients than it remembers are told apart', () => {
    const addresses = new PeerAddresses();
    const address = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      // Few values, so that entries are met again and collide.
      fc
        .tuple(fc.constant(10), fc.constant(0), fc.nat(3), fc.nat(255))
        .map((b) => Uint8Array.from(b)),
      fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => bytes.fill(0x20, 0, 1)),
    );
    fc.assert(
      fc.property(address, (bytes) => addresses.text(sockaddr(bytes), 0) === formatIp(bytes)),
      { numRuns: 5000 },
    );
  });
});
