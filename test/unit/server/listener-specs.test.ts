// From keys and bind addresses to listeners, and the banner that names them.

import { describe, expect, test } from 'vitest';
import { parseServerKeys } from '../../../src/corefile/server-key.ts';
import type { BlockSettings } from '../../../src/plugin/control.ts';
import { bannerLines } from '../../../src/server/banner.ts';
import { defaultSettings } from '../../../src/server/instance.ts';
import {
  type ListeningBlock,
  listenerId,
  listenerSpecs,
} from '../../../src/server/listener-specs.ts';

function block(keys: string, settings: Partial<BlockSettings> = {}): ListeningBlock {
  return {
    keys: parseServerKeys(keys.split(' '), '53'),
    settings: { ...defaultSettings(), ...settings },
  };
}

describe('listeners', () => {
  test('keys on one port share a listener, other ports and schemes get their own', () => {
    const specs = listenerSpecs([block('a.test b.test:53 c.test:54 tls://d.test')]);
    expect(specs.map(({ id, sites }) => [id, sites.map(({ zone }) => zone)])).toEqual([
      ['dns://:53', ['a.test.', 'b.test.']],
      ['dns://:54', ['c.test.']],
      ['tls://:853', ['d.test.']],
    ]);
  });

  test('blocks on one address share a listener and keep their place', () => {
    const [only, ...more] = listenerSpecs([block('a.test'), block('.')]);
    expect(more).toEqual([]);
    expect(only?.sites).toEqual([
      { zone: 'a.test.', block: 0 },
      { zone: '.', block: 1 },
    ]);
  });

  test('each bind address is a listener', () => {
    const specs = listenerSpecs([block('. a.test', { bindAddresses: ['127.0.0.1', '::1'] })]);
    expect(specs.map(({ id, host, port, sites }) => [id, host, port, sites.length])).toEqual([
      ['dns://127.0.0.1:53', '127.0.0.1', 53, 2],
      ['dns://[::1]:53', '::1', 53, 2],
    ]);
  });

  test('no address left gives no listener', () => {
    expect(listenerSpecs([block('.', { bindAddresses: [] })])).toEqual([]);
  });

  test('the times of the last block on a listener hold', () => {
    const [spec] = listenerSpecs([
      block('a.test', { readTimeoutMs: 1, idleTimeoutMs: 1, writeTimeoutMs: 1, maxTcpQueries: 1 }),
      block('b.test', { readTimeoutMs: 2, idleTimeoutMs: 3, writeTimeoutMs: 4, maxTcpQueries: 5 }),
    ]);
    expect(spec).toMatchObject({
      readTimeoutMs: 2,
      idleTimeoutMs: 3,
      writeTimeoutMs: 4,
      maxTcpQueries: 5,
    });
  });

  test('a block that says nothing of times leaves them to the others, at last to the defaults', () => {
    const [spec] = listenerSpecs([
      block('a.test', { readTimeoutMs: 1 }),
      block('b.test', { maxTcpQueries: 7 }),
    ]);
    expect(spec).toMatchObject({
      readTimeoutMs: 1,
      writeTimeoutMs: 5000,
      idleTimeoutMs: 10_000,
      maxTcpQueries: 7,
    });
  });

  test('the first block on a listener says how many sockets there are', () => {
    const specs = listenerSpecs([
      block('a.test', { sockets: 2 }),
      block('b.test'),
      block('c.test:54'),
    ]);
    expect(specs.map(({ sockets }) => sockets)).toEqual([2, 1]);
    expect(bannerLines(specs)).toEqual([
      'a.test.:53',
      'b.test.:53',
      'a.test.:53',
      'b.test.:53',
      'c.test.:54',
    ]);
  });

  test('a port that is none is an error', () => {
    expect(() => listenerSpecs([block('.:99999')])).toThrow('address 99999: invalid port');
  });

  test.each([
    ['dns', '', '53', 'dns://:53'],
    ['dns', '10.0.0.1', '53', 'dns://10.0.0.1:53'],
    ['tls', '::1', '853', 'tls://[::1]:853'],
  ])('%s %s %s is labelled %s', (scheme, host, port, id) => {
    expect(listenerId(scheme, host, port)).toBe(id);
  });
});

describe('banner', () => {
  test.each([
    ['zones sorted', [block('b.test a.test .')], ['.:53', 'a.test.:53', 'b.test.:53']],
    ['a scheme', [block('tls://a.test')], ['tls://a.test.:853']],
    [
      'bound addresses',
      [block('.:1053', { bindAddresses: ['127.0.0.1', '::1'] })],
      ['.:1053 on 127.0.0.1', '.:1053 on ::1'],
    ],
    [
      'a zone that is no host name',
      [block('_x.test')],
      ['Warning: Domain "_x.test." does not follow RFC1035 preferred syntax', '_x.test.:53'],
    ],
    ['port 0', [block('.:0')], ['.:0']],
    ['nothing', [], []],
  ])('shows %s', (_what, blocks, lines) => {
    expect(bannerLines(listenerSpecs(blocks))).toEqual(lines);
  });
});
