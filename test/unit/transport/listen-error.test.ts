// Texts of sockets that do not open.

import { expect, test } from 'vitest';
import {
  isNoIpv6,
  joinHostPort,
  listenErrorText,
  plainAddress,
} from '../../../src/transport/listen-error.ts';

const coded = (code: string): Error => Object.assign(new Error(`raw ${code}`), { code });

test.each([
  ['EACCES', 'permission denied'],
  ['EADDRINUSE', 'address already in use'],
  ['EADDRNOTAVAIL', 'cannot assign requested address'],
  ['EAFNOSUPPORT', 'address family not supported by protocol'],
  ['EINVAL', 'invalid argument'],
  ['EWHATEVER', 'raw EWHATEVER'],
])('%s reads as in Go', (code, reason) => {
  expect(listenErrorText('tcp', ':53', coded(code))).toBe(`listen tcp :53: bind: ${reason}`);
});

test('a failure that is no error is shown as it is', () => {
  expect(listenErrorText('udp', ':53', 'odd')).toBe('listen udp :53: bind: odd');
});

test.each([
  ['EAFNOSUPPORT', true],
  ['EADDRNOTAVAIL', true],
  ['EACCES', false],
])('%s means no IPv6: %s', (code, expected) => {
  expect(isNoIpv6(coded(code))).toBe(expected);
});

test.each([
  ['', '53', ':53'],
  ['127.0.0.1', 53, '127.0.0.1:53'],
  ['::1', 53, '[::1]:53'],
])('joins %j and %j', (host, port, text) => {
  expect(joinHostPort(host, port)).toBe(text);
});

test.each([
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::ffff:0', '::ffff:0'],
  ['10.0.0.1', '10.0.0.1'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
])('%s is shown as %s', (address, text) => {
  expect(plainAddress(address)).toBe(text);
});
