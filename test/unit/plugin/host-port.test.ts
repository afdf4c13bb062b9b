// Addresses in Go's words; the errors were taken from Go's net package.
import { describe, expect, test } from 'vitest';
import {
  addressAndPort,
  bindError,
  canonicalHost,
  joinHostPort,
  resolveListenAddress,
  splitHostPort,
} from '../../../src/plugin/host-port.ts';

describe('splitting', () => {
  const good: readonly [string, string, string][] = [
    [':8080', '', '8080'],
    ['localhost:9153', 'localhost', '9153'],
    ['[::1]:8181', '::1', '8181'],
    ['[fe80::1%lo]:80', 'fe80::1%lo', '80'],
    ['host:', 'host', ''],
    [':', '', ''],
  ];
  test.each(good)('%s', (text, host, port) => {
    expect(splitHostPort(text)).toEqual({ host, port });
  });

  const bad: readonly [string, string][] = [
    ['', 'missing port in address'],
    ['8080', 'address 8080: missing port in address'],
    ['::1', 'address ::1: too many colons in address'],
    ['[::1]', 'address [::1]: missing port in address'],
    ['[::1', "address [::1: missing ']' in address"],
    ['[::1]8080:', 'address [::1]8080:: missing port in address'],
    ['[::1]:80:90', 'address [::1]:80:90: too many colons in address'],
    ['a[b:80', "address a[b:80: unexpected '[' in address"],
    ['a]b:80', "address a]b:80: unexpected ']' in address"],
    ['[a[b]:80', "address [a[b]:80: unexpected '[' in address"],
    ['[ab]:8]0', "address [ab]:8]0: unexpected ']' in address"],
  ];
  test.each(bad)('%s', (text, error) => {
    expect(splitHostPort(text)).toBe(error);
  });
});

test('joins with brackets where they are needed', () => {
  expect([joinHostPort('', 53), joinHostPort('::1', 53)]).toEqual([':53', '[::1]:53']);
});

describe('listen addresses', () => {
  const good: readonly [string, string | undefined, number, string][] = [
    [':8080', undefined, 8080, ':8080'],
    ['127.0.0.1:', '127.0.0.1', 0, '127.0.0.1:0'],
    ['[::1]:+80', '::1', 80, '[::1]:80'],
    ['localhost:9153', '127.0.0.1', 9153, '127.0.0.1:9153'],
    [':-', undefined, 0, ':0'],
  ];
  test.each(good)('%s', async (address, host, port, text) => {
    expect(await resolveListenAddress(address)).toEqual({ host, port, text });
  });

  const bad: readonly [string, string][] = [
    ['8080', 'listen tcp: address 8080: missing port in address'],
    [':99999', 'listen tcp: address 99999: invalid port'],
    [':-1', 'listen tcp: address -1: invalid port'],
    [':abc', 'listen tcp: lookup tcp/abc: unknown port'],
    ['no..such:80', 'listen tcp: lookup no..such: no such host'],
  ];
  test.each(bad)('%s', async (address, error) => {
    await expect(resolveListenAddress(address)).rejects.toThrow(error);
  });
});

test('words for a failed bind', () => {
  const address = { host: '127.0.0.1', port: 80, text: '127.0.0.1:80' };
  const failure = (code: string): Error => Object.assign(new Error('text'), { code });
  const texts = ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'EIO']
    .map(failure)
    .map((error) =>
      bindError(address, error).message.slice('listen tcp 127.0.0.1:80: bind: '.length),
    );
  expect(texts).toEqual([
    'address already in use',
    'permission denied',
    'cannot assign requested address',
    'address family not supported by protocol',
    'invalid argument',
    'text',
  ]);
  expect(bindError(address, 'odd').message).toBe('listen tcp 127.0.0.1:80: bind: odd');
});

test.each([
  ['10.0.0.1', '10.0.0.1', '53'],
  ['10.0.0.1:5353', '10.0.0.1', '5353'],
  ['10.0.0.1:', '10.0.0.1', '53'],
  ['::1', '::1', '53'],
  ['[::1]:5353', '::1', '5353'],
  ['fe80::1%eth0', 'fe80::1%eth0', '53'],
])('an address with a port, or the standard one: %s', (text, host, port) => {
  expect(addressAndPort(text, '53')).toEqual({ host, port });
});

test.each([
  ['x', "must specify an IP address: `x'"],
  ['x:53', "must specify an IP address: `x'"],
  ['[::1]', "must specify an IP address: `[::1]'"],
  ['', "must specify an IP address: `'"],
])('no address: %j', (text, error) => {
  expect(addressAndPort(text, '53')).toBe(error);
});

test('hosts are compared in one form', () => {
  expect(canonicalHost('2001:DB8:0::1')).toBe('2001:db8::1');
  expect(canonicalHost('::ffff:10.0.0.1')).toBe('10.0.0.1');
  expect(canonicalHost('fe80::1%eth0')).toBe('fe80::1%eth0');
});
