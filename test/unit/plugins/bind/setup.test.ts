// Addresses and interfaces of bind.
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { interfaceAddresses } from '../../../../src/plugins/bind/interfaces.ts';
import { bindControl } from '../../../../src/plugins/bind/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

const loopback = networkInterfaces()['lo']?.map(({ address }) => address) ?? [];

async function boundTo(lines: string): Promise<readonly string[] | undefined> {
  const bench = new ControlBench();
  expect(await bench.load(bindControl, `.:1053 {\n${lines}\n}`)).toEqual([]);
  return bench.blocks[0]?.settings.bindAddresses;
}

describe('listen addresses', () => {
  const cases: readonly [string, string, readonly string[]][] = [
    ['one address', 'bind 127.0.0.1', ['127.0.0.1']],
    ['several lines', 'bind 127.0.0.1\nbind 127.0.0.2 ::1', ['127.0.0.1', '127.0.0.2', '::1']],
    ['the spelling of the Corefile', 'bind 0:0::1', ['0:0::1']],
    ['all addresses of an interface', 'bind lo', loopback],
    [
      'an interface but one address',
      'bind lo {\nexcept 127.0.0.1\n}',
      loopback.filter((a) => a !== '127.0.0.1'),
    ],
    ['an address but its interface', 'bind 127.0.0.1 {\nexcept lo\n}', []],
    [
      'except for its own line only',
      'bind 127.0.0.1\nbind ::1 {\nexcept 127.0.0.1\n}',
      ['127.0.0.1', '::1'],
    ],
  ];
  test.each(cases)('%s', async (_about, lines, addresses) => {
    expect(await boundTo(lines)).toEqual(addresses);
  });
});

describe('errors', () => {
  const cases: readonly [string, string][] = [
    ['bind', 'at least one address or interface name is expected'],
    ['bind 256.1.1.1', 'not a valid IP address or interface name: "256.1.1.1"'],
    ['bind nosuchif0', 'not a valid IP address or interface name: "nosuchif0"'],
    ['bind ..', 'not a valid IP address or interface name: ".."'],
    [
      'bind 127.0.0.1 {\nexcept\n}',
      'at least one address or interface must be given to except subdirective',
    ],
    ['bind 127.0.0.1 {\nfoo\n}', 'invalid option "foo"'],
    [
      'bind 127.0.0.1 {\nexcept nosuchif0\n}',
      'not a valid IP address or interface name: "nosuchif0"',
    ],
  ];
  test.each(cases)('%s', async (lines, text) => {
    expect(await new ControlBench().errorOf(bindControl, `.:1053 {\n${lines}\n}`)).toBe(text);
  });
});

test('knows interfaces that are not there', () => {
  expect(interfaceAddresses('nosuchif0')).toBeUndefined();
});

test('gives link-local addresses their interface', () => {
  const all = Object.keys(networkInterfaces()).flatMap((name) => interfaceAddresses(name) ?? []);
  for (const address of all) expect(address.startsWith('fe80:')).toBe(address.includes('%'));
});
