import { describe, expect, test } from 'vitest';
import {
  formatServerKey,
  normalizeZones,
  originZones,
  parseServerKeys,
} from '../../../src/corefile/server-key.ts';

function keys(...texts: string[]): string[] {
  return parseServerKeys(texts, '1053').map(formatServerKey);
}

describe('keys', () => {
  test.each([
    ['.', 'dns://.:1053'],
    ['.:53', 'dns://.:53'],
    ['.:0053', 'dns://.:53'],
    ['.:+53', 'dns://.:53'],
    ['dns://Example.ORG', 'dns://example.org.:1053'],
    ['tls://a.test', 'tls://a.test.:853'],
    ['quic://a.test', 'quic://a.test.:853'],
    ['grpc://a.test', 'grpc://a.test.:443'],
    ['https://a.test', 'https://a.test.:443'],
    ['https3://a.test', 'https3://a.test.:443'],
    ['https://a.test:8443', 'https://a.test.:8443'],
    ['unix://x', 'unix://x.:'],
    ['DNS://a.test:53', 'dns://dns://a.test.:53'],
    ['example.net:53/x', 'dns://example.net:53/x.:1053'],
    ['a:99999999999999999999', 'dns://a:99999999999999999999.:1053'],
    ['192.168.1.5', 'dns://192.168.1.5.:1053'],
    ['10.0.0.0/0', 'dns://in-addr.arpa.:1053'],
    ['10.9.8.7/32', 'dns://7.8.9.10.in-addr.arpa.:1053'],
    ['fd00::/8:53', 'dns://d.f.ip6.arpa.:53'],
    ['10.0.0.0/33', 'dns://10.0.0.0/33.:1053'],
  ])('%s is %s', (text, key) => {
    expect(keys(text)).toEqual([key]);
  });

  test('a mask between label boundaries stands for several zones', () => {
    expect(keys('10.1.2.3/23:53', 'b.test')).toEqual([
      'dns://2.1.10.in-addr.arpa.:53',
      'dns://3.1.10.in-addr.arpa.:53',
      'dns://b.test.:1053',
    ]);
    expect(keys('10.0.0.0/15')).toEqual([
      'dns://0.10.in-addr.arpa.:1053',
      'dns://1.10.in-addr.arpa.:1053',
    ]);
    expect(keys('10.0.0.0/25')).toHaveLength(128);
    expect(keys('2001:db8::/33')).toHaveLength(8);
    expect(keys('2001:db8:8000::/33')[7]).toBe('dns://f.8.b.d.0.1.0.0.2.ip6.arpa.:1053');
  });

  test.each([
    ['example.org:', 'expecting data after last colon: "example.org:"'],
    ['', 'expecting data after last colon: ""'],
    [':53', 'zone is not a valid domain name: '],
    ['a..b', 'zone is not a valid domain name: a..b'],
    ['::1/128', 'invalid CIDR ::1/128'],
    ['0::/8', 'invalid CIDR 0::/8'],
    ['a.'.repeat(128), 'specified zone is too long: 256 > 255'],
    // Right without its final dot, too long with it.
    [`${'a.'.repeat(127)}b`, 'specified zone is too long: 256 > 255'],
  ])('%s is refused', (text, error) => {
    expect(() => keys('.', text)).toThrow(`error inspecting server blocks: ${error}`);
  });
});

describe('zones of plugin arguments', () => {
  test.each([
    ['Cluster.Local', ['cluster.local.']],
    ['.', ['.']],
    ['dns://a.test:53', ['a.test.']],
    ['10.96.0.0/23', ['0.96.10.in-addr.arpa.', '1.96.10.in-addr.arpa.']],
    ['a..b', []],
    ['a:', []],
  ])('%s is %j', (text, zones) => {
    expect(normalizeZones(text)).toEqual(zones);
  });

  test('without arguments a plugin takes the zones of its block', () => {
    expect(originZones([], ['a.', 'b.'])).toEqual(['a.', 'b.']);
    expect(originZones(['C', '..', '10.0.0.0/15'], ['a.'])).toEqual([
      'c.',
      '0.10.in-addr.arpa.',
      '1.10.in-addr.arpa.',
    ]);
  });
});
