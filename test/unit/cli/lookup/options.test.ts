// The command line of `nodens lookup`.

import { describe, expect, test } from 'vitest';
import { parseLookup, reverseName } from '../../../../src/cli/lookup/options.ts';

describe('reverseName', () => {
  const zeros = (count: number): string => '0.'.repeat(count);
  test.each([
    ['10.96.0.1', '1.0.96.10.in-addr.arpa.'],
    ['::', `${zeros(32)}ip6.arpa.`],
    ['::1', `1.${zeros(31)}ip6.arpa.`],
    ['2001:db8::a:0:1', `1.0.0.0.0.0.0.0.a.${zeros(15)}8.b.d.0.1.0.0.2.ip6.arpa.`],
    [
      '1:2:3:4:5:6:7:8',
      '8.0.0.0.7.0.0.0.6.0.0.0.5.0.0.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.ip6.arpa.',
    ],
    ['FE80::ABCD', `d.c.b.a.${zeros(24)}0.8.e.f.ip6.arpa.`],
    // bug: the dotted part was taken for one group
    ['::ffff:10.0.0.1', `1.0.0.0.0.0.a.0.f.f.f.f.${zeros(20)}ip6.arpa.`],
  ])('%s', (address, name) => {
    expect(reverseName(address)).toBe(name);
  });
});

describe('words', () => {
  test('a name alone is asked for A and AAAA with the settings of a pod in default', () => {
    expect(parseLookup(['web'])).toEqual({
      name: 'web',
      types: ['A', 'AAAA'],
      namespace: 'default',
      domain: 'cluster.local',
      resolvConf: undefined,
      server: undefined,
      ndots: undefined,
      isTcp: false,
      isShort: false,
      libc: 'glibc',
      manifests: [],
      isResolvConfPrint: false,
    });
  });

  test('every option is taken', () => {
    const words =
      'web srv -n ns --cluster-domain c.l. --resolv-conf f --server h:1 --ndots 2 --tcp --short --libc musl --manifests a --manifests -';
    expect(parseLookup(words.split(' '))).toMatchObject({
      types: ['SRV'],
      namespace: 'ns',
      domain: 'c.l',
      resolvConf: 'f',
      server: 'h:1',
      ndots: 2,
      isTcp: true,
      isShort: true,
      libc: 'musl',
      manifests: ['a', '-'],
    });
  });

  test('an address is asked for its PTR record', () => {
    expect(parseLookup(['10.0.0.1'])).toMatchObject({
      name: '1.0.0.10.in-addr.arpa.',
      types: ['PTR'],
    });
  });

  test('an address with a type is a name', () => {
    expect(parseLookup(['10.0.0.1', 'A'])).toMatchObject({ name: '10.0.0.1', types: ['A'] });
  });

  test('what looks like an address but is none is a name', () => {
    expect(parseLookup(['fe80::1%eth0'])).toMatchObject({
      name: 'fe80::1%eth0',
      types: ['A', 'AAAA'],
    });
  });

  test.each([['--help'], ['-h'], ['--help', 'x', 'y', 'z']])(
    '%j asks for the usage',
    (...words) => {
      expect(parseLookup(words)).toBe('help');
    },
  );

  test.each([
    [[], 'a name to look up is needed'],
    [['a', 'A', 'b'], 'too many words: b'],
    [['a', '--ndots', 'x'], '--ndots wants a number: x'],
    [['a', '--ndots', '123'], '--ndots wants a number: 123'],
    [['a', '--libc', 'bionic'], '--libc wants glibc or musl: bionic'],
    [['a', 'NOSUCH'], 'a type that dns2 does not know: NOSUCH'],
    [['a', 'toString'], 'a type that dns2 does not know: toString'],
    [['a', '--nosuch'], "Unknown option '--nosuch'"],
    [['a', '--server'], 'argument missing'],
  ])('%j: %s', (words, text) => {
    expect(() => parseLookup(words)).toThrow(text);
  });

  test('the resolv.conf is printed without a name', () => {
    expect(parseLookup(['--print-resolv-conf', '-n', 'x'])).toMatchObject({
      isResolvConfPrint: true,
      namespace: 'x',
    });
  });
});
