// Options of hosts, CoreDNS's texts for wrong ones, and the watch over the file.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { recordText } from '../../../../src/dns/record.ts';
import type { HostsData } from '../../../../src/plugins/hosts/options.ts';
import { hostsControl } from '../../../../src/plugins/hosts/setup.ts';
import { unpackRecords } from '../../../../src/zone/packed-records.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

let folder: string;
let file: string;
let clock: FakeClock;
let bench: ControlBench;
let published: HostsData[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hosts-'));
  file = join(folder, 'hosts');
  clock = new FakeClock();
  bench = new ControlBench(clock);
  published = [];
  Object.assign(bench.instance, {
    publish: (_channel: string, data: HostsData) => published.push(data),
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (lines: string): Promise<unknown[]> =>
  bench.load(hostsControl, `.:1053 example.org:1053 {\n${lines}\n}`);

const textsOf = (packed: SharedArrayBuffer | undefined): string[] | undefined =>
  packed && unpackRecords(packed).map(recordText);

describe('options', () => {
  const defaults = {
    zones: ['.', 'example.org.'],
    fallthrough: undefined,
    isUnsupportedPassed: false,
    channel: 'hosts',
  };
  test.each<[string, object]>([
    ['hosts', {}],
    ['hosts /dev/null A.test b..test', { zones: ['a.test.'] }],
    ['hosts {\nfallthrough\n}', { fallthrough: [] }],
    [
      'hosts {\nfallthrough A.test\nfallthrough_unsupported\n}',
      { fallthrough: ['a.test.'], isUnsupportedPassed: true },
    ],
  ])('%j', async (lines, expected) => {
    expect(await load(lines)).toEqual([{ ...defaults, ...expected }]);
    expect(bench.log.lines).toEqual([]);
  });

  test('inline entries, with what is no option among them', async () => {
    await load('hosts {\n10.0.0.1 a.test b.test\nfoo bar\nno_reverse\nttl 5 x\n}');
    expect(published.map(({ inline }) => textsOf(inline))).toEqual([
      ['a.test. 5 IN A 10.0.0.1', 'b.test. 5 IN A 10.0.0.1'],
    ]);
    expect(published[0]?.file).toBeUndefined();
  });

  test('warns of a file that is not there, or none', async () => {
    mkdirSync(file);
    await load(`hosts ${file}`);
    await load(`hosts ${file}/no`);
    expect(bench.log.lines).toEqual([
      `[WARNING] plugin/hosts: Hosts file "${file}" is a directory`,
      `[WARNING] plugin/hosts: File does not exist: ${file}/no`,
    ]);
  });
});

describe('errors', () => {
  const at = (line: number, text: string): string =>
    `Corefile:${line} - Error during parsing: ${text}`;
  test.each([
    ['hosts\nhosts', 'this plugin can only be used once per Server Block'],
    ['hosts {\nttl\n}', at(3, 'ttl needs a time in second')],
    ['hosts {\nttl x\n}', at(3, 'ttl needs a number of second')],
    ['hosts {\nttl 0\n}', at(3, 'ttl provided is invalid')],
    ['hosts {\nttl 65536\n}', at(3, 'ttl provided is invalid')],
    ['hosts {\nreload\n}', at(3, 'reload needs a duration (zero seconds to disable)')],
    ['hosts {\nreload 1s 2s\n}', at(3, 'reload needs a duration (zero seconds to disable)')],
    ['hosts {\nreload x\n}', at(3, "invalid duration for reload 'x'")],
    ['hosts {\nreload -1s\n}', at(3, "invalid negative duration for reload '-1s'")],
    ['hosts {\nfallthrough\n10.0.0.1 a.test\n}', at(4, "unknown property '10.0.0.1'")],
    ['hosts {\nfallthrough_unsupported\n}', at(4, 'fallthrough_unsupported requires fallthrough')],
    [
      'hosts {\nfallthrough_unsupported x\n}',
      at(3, "Wrong argument count or unexpected line ending after 'x'"),
    ],
    [
      'hosts /dev/null/x',
      at(2, "unable to access hosts file '/dev/null/x': stat /dev/null/x: not a directory"),
    ],
  ])('%j', async (lines, text) => {
    expect(await bench.errorOf(hostsControl, `.:1053 {\n${lines}\n}`)).toBe(text);
  });

  test('names a reason that has no words of its own by its code', async () => {
    const path = '/x\0';
    const text = await bench.errorOf(hostsControl, `.:1053 {\nhosts "${path}"\n}`);
    expect(text).toContain('ERR_INVALID_ARG_VALUE');
  });
});

describe('the file', () => {
  test('is read at the start, and again when time or size have changed', async () => {
    writeFileSync(file, '10.0.0.1 a.test\n');
    await load(`hosts ${file} {\n10.9.9.9 in.test\nno_reverse\nreload 1s\n}`);
    await bench.run('startup');
    expect(textsOf(published.at(-1)?.file)).toEqual(['a.test. 3600 IN A 10.0.0.1']);
    expect(bench.log.lines).toEqual(['[DEBUG] plugin/hosts: Parsed hosts file into 1 entries']);
    await tick();
    expect(published).toHaveLength(2);
    writeFileSync(file, '10.0.0.2 a.test\n10.0.0.3 a.test\n');
    await tick();
    expect(published).toHaveLength(3);
    utimesSync(file, 1000, 2000.5);
    await tick();
    expect(published).toHaveLength(4);
    const text = await bench.registry.expose();
    expect(text).toContain(`coredns_hosts_entries{hostsfile="${file}"} 3`);
    expect(text).toContain('coredns_hosts_reload_timestamp_seconds 2000.5');
    rmSync(file);
    await tick();
    expect(published).toHaveLength(4);
    await bench.run('shutdown');
    expect(clock.pendingTimers).toBe(0);
  });

  /** One look at the file. */
  async function tick(): Promise<void> {
    clock.advance(1000);
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(1));
  }

  test.each(['reload 0', 'reload 1h'])(
    'is not looked at after the end, with %s',
    async (option) => {
      writeFileSync(file, '10.0.0.1 a.test\n');
      await load(`hosts ${file} {\n${option}\n}`);
      await bench.run('shutdown');
      await bench.run('startup');
      expect(published).toHaveLength(1);
      expect(clock.pendingTimers).toBe(0);
    },
  );

  test('that cannot be read changes nothing', async () => {
    writeFileSync(file, '10.0.0.1 a.test\n');
    await load(`hosts ${file} {\nreload 0\n}`);
    rmSync(file);
    mkdirSync(file);
    chmodSync(file, 0o700);
    await bench.run('startup');
    expect(published).toHaveLength(1);
  });

  test('stands below the folder of root', async () => {
    writeFileSync(file, '10.0.0.1 a.test\n');
    const root = hostsControl.setup.bind(hostsControl);
    const within: typeof hostsControl = {
      ...hostsControl,
      setup: (dispenser, setup) => {
        setup.settings.root = folder;
        return root(dispenser, setup);
      },
    };
    await bench.load(within, '.:1053 {\nhosts hosts\n}');
    expect(bench.log.lines).toEqual([]);
    await bench.run('startup');
    await bench.run('shutdown');
    expect(published).toHaveLength(2);
  });
});
