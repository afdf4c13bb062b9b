// The control half of file: stanzas, first load, reloading, CoreDNS's texts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Dispenser } from '../../../../src/corefile/dispenser.ts';
import { formatName } from '../../../../src/dns/name.ts';
import { offerNotifier } from '../../../../src/plugin/zone-notifier.ts';
import type { FileOptions } from '../../../../src/plugins/file/options.ts';
import { fileRows } from '../../../../src/plugins/file/options.ts';
import { fileControl } from '../../../../src/plugins/file/setup.ts';
import { unpackRecords } from '../../../../src/zone/packed-records.ts';
import { PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'file-setup-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'db.zone');

function zoneText(serial: number, address = '10.0.0.1'): string {
  return `@ 60 IN SOA a. b. ${serial} 2 3 4 5\nw 60 IN A ${address}\n`;
}

/** What was published, as `CHANNEL: number of records`. */
let published: string[];
let clock: FakeClock;
let bench: ControlBench;

beforeEach(() => {
  writeFileSync(path, zoneText(1));
  published = [];
  clock = new FakeClock();
  bench = new ControlBench(clock);
  let channels = 0;
  Object.assign(bench.instance, {
    newChannel: (plugin: string) => `${plugin}${++channels}`,
    publish: (channel: string, data: SharedArrayBuffer) => {
      published.push(`${channel}: ${unpackRecords(data).length}`);
    },
  });
});

async function load(lines: string, key = 'zone.test'): Promise<FileOptions> {
  const [options] = await bench.load(fileControl, `${key}:1053 {\n${lines}\n}\n`);
  return options as FileOptions;
}

describe('stanzas', () => {
  test('serve the zones of the block, or those that they name', async () => {
    expect(await load(`file ${path}`)).toEqual({
      zones: [{ origin: 'zone.test.', channel: 'file1' }],
      fallthrough: undefined,
    });
    const named = await load(`file ${path} A.test 10.0.0.0/24`);
    expect(named.zones.map(({ origin }) => origin)).toEqual(['a.test.', '0.0.10.in-addr.arpa.']);
    expect(published).toEqual(['file1: 2', 'file2: 2', 'file3: 2']);
  });

  test('add up to one handler', async () => {
    const options = await load(
      `file ${path} a.test\nfile ${path} b.test {\nfallthrough x.b.test\n}`,
    );
    expect(options.zones).toHaveLength(2);
    expect(options.fallthrough).toEqual(['x.b.test.']);
  });

  test('fallthrough alone is for all names', async () => {
    expect((await load(`file ${path} {\nfallthrough\nupstream 1.1.1.1\n}`)).fallthrough).toEqual(
      [],
    );
  });

  test('count relative files from the root', async () => {
    const double = new PluginBench(clock);
    const tokens = ['file', 'db.zone'].map((text) => ({ text, file: 'Corefile', line: 1 }));
    const block = double.block(['zone.test.'], folder);
    await fileControl.setup(new Dispenser('Corefile', tokens), block);
    expect(double.log.lines).toEqual([]);
  });

  test.each([
    ['file', "Wrong argument count or unexpected line ending after 'file'"],
    ['file F {\nfoo\n}', "unknown property 'foo'"],
    ['file F {\nreload\n}', 'reload duration value is expected'],
    ['file F {\nreload x\n}', 'plugin/file: time: invalid duration "x"'],
    ['file none {\nreload 0\n}', 'plugin/file: open none: no such file or directory'],
  ])('%j: %s', async (lines, error) => {
    await expect(load(lines.replace('F', path))).rejects.toThrow(error);
  });

  test('a broken file ends the start', async () => {
    writeFileSync(path, 'zone.test. 60 IN A 10.0.0.1\n');
    const error = `file "${path}" has no SOA record for origin zone.test.`;
    await expect(load(`file ${path}`)).rejects.toThrow(error);
  });

  test('a file that is missing, or a folder, is waited for', async () => {
    const options = await load(`file none\nfile ${folder}`);
    expect(options.zones).toHaveLength(2);
    expect(published).toEqual([]);
    expect(bench.log.lines).toEqual([
      '[WARNING] plugin/file: Failed to open "open none: no such file or directory": trying again in 1m0s',
      `[WARNING] plugin/file: Failed to open "read ${folder}: is a directory": trying again in 1m0s`,
    ]);
  });

  test('all options have a sentence for the README', () => {
    for (const { name: word, doc } of fileRows) expect(doc, word).not.toBe('');
  });
});

describe('reloading', () => {
  test('looks every interval from the startup hook to the shutdown hook', async () => {
    await load(`file ${path} {\nreload 5s\n}`);
    expect(clock.pendingTimers).toBe(0);
    for (const hook of bench.instance.hooks.startup) await hook();
    expect(clock.nextDueInMs).toBe(5000);
    writeFileSync(path, zoneText(3));
    clock.advance(5000);
    for (let turn = 0; turn < 2000 && clock.pendingTimers === 0; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(published).toHaveLength(2);
    for (const hook of bench.instance.hooks.shutdown) await hook();
    expect(clock.pendingTimers).toBe(0);
  });

  test('tells secondaries when sockets are open, when a reload failed, and when the file has changed', async () => {
    const notified: string[] = [];
    await load(`file ${path} a.test b.test {\nreload 5s\n}`);
    const [block] = bench.blocks;
    if (block === undefined) throw new Error('no block');
    offerNotifier(block, {
      notify: async (zone) => {
        notified.push(formatName(zone));
        return notified.length > 4 ? 'nobody listens' : '';
      },
    });
    await bench.run('started');
    await bench.run('restartFailed');
    expect(notified).toEqual(['a.test.', 'b.test.', 'a.test.', 'b.test.']);
    await bench.run('startup');
    writeFileSync(path, zoneText(3));
    clock.advance(5000);
    for (let turn = 0; turn < 2000 && bench.log.lines.length < 4; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(notified.slice(4).sort()).toEqual(['a.test.', 'b.test.']);
    expect(bench.log.lines.filter((line) => line.startsWith('[WARNING]'))).toEqual([
      '[WARNING] plugin/file: Failed sending notifies: nobody listens',
      '[WARNING] plugin/file: Failed sending notifies: nobody listens',
    ]);
    await bench.run('shutdown');
  });
});
