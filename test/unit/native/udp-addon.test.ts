// Loading the addon where it cannot be loaded, and what it does with arguments that make no sense.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LinkHandle, loadUdpAddon, type UdpAddon } from '../../../src/native/udp-addon.ts';
import { buildNative } from '../../support/native-build.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nodens-addon-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('loadUdpAddon', () => {
  test('says in one line that a file is no addon', () => {
    const reason = loadUdpAddon(file('broken.node', 'not an ELF file'));
    expect(reason).toMatch(/^the addon does not load: [^\n]+$/);
  });

  test('refuses an addon of other sources', () => {
    const path = file('other.cjs', 'exports.version = 0;');
    expect(loadUdpAddon(path)).toBe('the addon is of other sources (0, not 3)');
  });

  test.each(['ENOSYS', 'EPERM'])('refuses an addon whose system calls give %s', (code) => {
    const path = file(`${code}.cjs`, `exports.version = 3; exports.probe = () => '${code}';`);
    expect(loadUdpAddon(path)).toBe(`recvmmsg or sendmmsg gives ${code}`);
  });

  test('survives an addon that throws no error', () => {
    expect(loadUdpAddon(file('odd.cjs', 'throw 5'))).toBe('the addon does not load: 5');
  });
});

// A build of its own: scripts/check-native wants its sanitizers in it.
const build = buildNative([]);
const addon = loadUdpAddon(build.path);
afterAll(() => build.remove());

describe.skipIf(typeof addon === 'string')('the addon', () => {
  const udp = addon as UdpAddon;
  const memory = new ArrayBuffer(udp.layout?.memoryOctets ?? 0);
  const linkMemory = new ArrayBuffer(udp.linkLayout?.memoryOctets ?? 0);
  const nothing = (): void => undefined;
  const link = (host: string, source = ''): LinkHandle =>
    udp.openLink(host, 9, source, 0, linkMemory, nothing);

  test.each<[string, () => unknown]>([
    ['no arguments', () => (udp.open as () => unknown)()],
    ['a host that is no address', () => udp.open('localhost', 0, memory, nothing)],
    [
      'a port that is no number',
      () => udp.open('127.0.0.1', '1' as unknown as number, memory, nothing),
    ],
    ['memory of another size', () => udp.open('127.0.0.1', 0, new ArrayBuffer(8), nothing)],
    ['no function', () => udp.open('127.0.0.1', 0, memory, 1 as unknown as () => void)],
    ['a handle that is none', () => udp.port({})],
    ['no handle for counts', () => udp.counts({})],
    ['no handle for flush', () => udp.flush({})],
    ['no handle for close', () => udp.close({})],
    ['no arguments for a link', () => (udp.openLink as () => unknown)()],
    ['a server that is no address', () => link('localhost')],
    ['a source that is no address', () => link('127.0.0.1', 'localhost')],
    [
      'memory of another size for a link',
      () => udp.openLink('127.0.0.1', 1, '', 0, memory, nothing),
    ],
    ['no handle for the host of a link', () => udp.linkHost({})],
    ['no handle for the port of a link', () => udp.linkPort({})],
    ['no handle for the queries of a link', () => udp.sendLink({})],
    ['no handle for the end of a link', () => udp.closeLink({})],
  ])('throws EINVAL for %s', (_case, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  test('throws the system’s error for an address that is not ours', () => {
    expect(() => udp.open('192.0.2.77', 0, memory, nothing)).toThrow(
      expect.objectContaining({ code: 'EADDRNOTAVAIL' }),
    );
  });

  test('a closed listener takes every call and does nothing', () => {
    const handle = udp.open('127.0.0.1', 0, memory, nothing);
    expect(udp.port(handle)).toBeGreaterThan(0);
    udp.close(handle);
    udp.close(handle);
    udp.flush(handle);
    expect(udp.port(handle)).toBe(0);
  });

  test('a closed link takes every call and does nothing', () => {
    const handle = link('127.0.0.1');
    expect(udp.linkHost(handle)).toBe('127.0.0.1');
    expect(udp.linkPort(handle)).toBeGreaterThan(0);
    udp.closeLink(handle);
    udp.closeLink(handle);
    expect([udp.sendLink(handle), udp.linkHost(handle), udp.linkPort(handle)]).toEqual([0, '', 0]);
  });

  test('a link is no listener, and a listener is no link', () => {
    const handles = [link('127.0.0.1'), udp.open('127.0.0.1', 0, memory, nothing)] as const;
    expect(() => udp.flush(handles[0])).toThrow('invalid argument');
    expect(() => udp.sendLink(handles[1])).toThrow('invalid argument');
    udp.closeLink(handles[0]);
    udp.close(handles[1]);
  });

  test('queries that point out of the memory are not sent', () => {
    const handle = link('127.0.0.1');
    const { queryCountAt, queriesAt, queries, outputOctets } = udp.linkLayout;
    const count = new Int32Array(linkMemory, queryCountAt, 1);
    const list = new Int32Array(linkMemory, queriesAt, queries * 3);
    const cases = [
      [-1, 1],
      [0, -1],
      [outputOctets, 1],
      [0, outputOctets + 1],
    ];
    for (const [offset = 0, length = 0] of cases) {
      list.set([offset, length, 0]);
      count[0] = 1;
      expect([udp.sendLink(handle), count[0]]).toEqual([0, 0]);
    }
    for (const wrong of [-1, queries + 1]) {
      count[0] = wrong;
      expect(udp.sendLink(handle)).toBe(0);
    }
    udp.closeLink(handle);
  });

  test('replies that point out of the memory are not sent', () => {
    const handle = udp.open('127.0.0.1', 0, memory, nothing);
    const { layout } = udp;
    const count = new Int32Array(memory, layout.replyCountAt, 1);
    const replies = new Int32Array(memory, layout.repliesAt, layout.slots * 3);
    replies.set([-1, 0, 1, 2 * layout.slots, 0, 1, 0, -1, 1, 0, 0, -1, 0, layout.outputOctets, 1]);
    count[0] = 5;
    udp.flush(handle);
    expect(udp.counts(handle)).toMatchObject({ failedSends: 0, droppedReplies: 0 });
    expect(count[0]).toBe(0);
    // More replies than there are, and a negative count.
    count[0] = 1000;
    replies.fill(-1);
    udp.flush(handle);
    count[0] = -1;
    udp.flush(handle);
    udp.close(handle);
  });
});

describe('scripts/build-native.mjs', () => {
  test.each([
    ['no compiler', 'nodens-no-such-compiler', /nodens-no-such-compiler does not run \(ENOENT\)$/],
    ['a compiler that fails', 'false', /false failed: ?$/],
  ])('prints one line and ends well with %s', (_case, compiler, line) => {
    const { status, output, remove } = buildNative([], { CC: compiler });
    expect(status).toBe(0);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output.trimEnd()).toMatch(line);
    expect(output).toMatch(/^nodens: no native addon, UDP will be served by node:dgram: /);
    remove();
  });

  test('fails when the addon is required', () => {
    const { status, remove } = buildNative(['--required'], { CC: 'false' });
    expect(status).toBe(1);
    remove();
  });
});
